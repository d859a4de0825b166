// The server's life: restarted by a person, switched off and on in the settings, and back after a crash.
import { execFileSync } from 'node:child_process';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { poll } from '../../../scripts/lib/poll.ts';
import { closeEditors, fileUri, finding, noFinding, open, replaceAll } from './support.ts';

const web = () => fileUri('shop/web.yaml');

/** The process ids of language servers that this extension host started. */
function serverIds(): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === process.pid && /dist[\\/]server\.js/.test(match?.[3] ?? ''))
    .map((match) => Number(match?.[1]));
}

suite('server', () => {
  teardown(closeEditors);

  test('the restart command brings the findings back', async () => {
    await vscode.commands.executeCommand('netpolGuard.restart');
    await finding(web(), 'allow-all-ingress');
  });

  test('the setting switches it off and on at once', async () => {
    const settings = vscode.workspace.getConfiguration('netpolGuard');
    await settings.update('enable', false, vscode.ConfigurationTarget.Workspace);
    await noFinding(web(), 'allow-all-ingress');
    await settings.update('enable', undefined, vscode.ConfigurationTarget.Workspace);
    await finding(web(), 'allow-all-ingress');
  });

  test('the setting for completion takes effect at once', async () => {
    const { document } = await open('vendor-acme/portal.yaml');
    const isOffered = async () => {
      const position = new vscode.Position(document.lineCount - 2, 10);
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        position,
      );
      return list.items.some(({ kind }) => kind === vscode.CompletionItemKind.Field);
    };
    const settings = vscode.workspace.getConfiguration('netpolGuard');
    await poll(isOffered, { what: 'fields to be offered' });
    await settings.update('completion', 'off', vscode.ConfigurationTarget.Workspace);
    await poll(async () => !(await isOffered()), { what: 'no fields to be offered' });
    await settings.update('completion', undefined, vscode.ConfigurationTarget.Workspace);
    await poll(isOffered, { what: 'fields to be offered again' });
  });

  test('it comes back after a crash and checks what is being typed', async function () {
    // There is no ps on Windows.
    if (process.platform === 'win32') this.skip();
    const editor = await open('shop/namespace.yaml');
    const [before] = await poll(() => (serverIds().length === 1 ? serverIds() : undefined), {
      what: 'one server',
    });
    process.kill(before as number, 'SIGKILL');
    await poll(() => serverIds().some((id) => id !== before), { what: 'another server' });
    const policy = new TextDecoder().decode(await vscode.workspace.fs.readFile(web()));
    await replaceAll(editor, policy);
    await finding(editor.document.uri, 'allow-all-ingress');
  });
});
