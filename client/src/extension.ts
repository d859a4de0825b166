// The extension's entry point: starts the language server, shows its state in the status bar and owns the commands.
// It knows nothing about policies; everything it shows comes from the server.
import * as vscode from 'vscode';
import { LanguageClient, State, type StateChangeEvent, TransportKind } from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel('NetworkPolicy Guard', { log: true });
  const status = vscode.window.createStatusBarItem('netpolGuard.status', vscode.StatusBarAlignment.Right);
  status.name = 'NetworkPolicy Guard';
  status.command = 'netpolGuard.showOutput';
  client = createClient(context, output);
  context.subscriptions.push(
    output,
    status,
    client.onDidChangeState((event) => showState(status, event)),
    vscode.commands.registerCommand('netpolGuard.restart', () => client?.restart()),
    vscode.commands.registerCommand('netpolGuard.showOutput', () => output.show()),
  );
  status.show();
  await client.start();
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
  client = undefined;
}

function createClient(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): LanguageClient {
  const module = context.asAbsolutePath('dist/server.js');
  return new LanguageClient(
    'netpolGuard',
    'NetworkPolicy Guard',
    {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
    },
    {
      documentSelector: [
        { language: 'yaml', scheme: 'file' },
        { language: 'yaml', scheme: 'untitled' },
        { language: 'json', scheme: 'file' },
      ],
      outputChannel: output,
    },
  );
}

function showState(status: vscode.StatusBarItem, event: StateChangeEvent): void {
  if (event.newState === State.Running) {
    status.text = '$(shield) NetworkPolicy Guard';
    status.tooltip = 'NetworkPolicy Guard is running. Click to show its output.';
    status.backgroundColor = undefined;
    return;
  }
  const starting = event.newState === State.Starting;
  status.text = starting ? '$(sync~spin) NetworkPolicy Guard' : '$(shield) NetworkPolicy Guard: stopped';
  status.tooltip = starting
    ? 'NetworkPolicy Guard is starting …'
    : 'The server stopped. Click to show its output.';
  status.backgroundColor = starting ? undefined : new vscode.ThemeColor('statusBarItem.warningBackground');
}
