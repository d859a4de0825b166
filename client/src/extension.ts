/**
 * The extension's entry point: wires the server, the status bar, the commands and the settings together. It knows nothing about
 * policies; everything it shows comes from the server.
 *
 * When it starts (`activationEvents` in package.json): once a window has a YAML file, opened or not, because findings of files
 * nobody has opened belong into the Problems panel. VS Code looks for one such file after it has started, with the search that
 * leaves out what .gitignore names, and stops at the first; a window without YAML pays for that search and no more. JSON alone
 * starts nothing: nearly every folder has some, and few of them have manifests in it. Once the server runs, it judges those too.
 */
import * as vscode from 'vscode';
import { showAffectedPods } from './cluster/affected-pods.ts';
import { type ClusterChoice, createClusterChoice } from './cluster/choice.ts';
import { showClusterStatus } from './cluster/status.ts';
import { chooseContext } from './commands/choose-context.ts';
import { createConfig } from './commands/create-config.ts';
import { explainConnection } from './commands/explain-connection.ts';
import { insertDefaultDeny } from './commands/insert-default-deny.ts';
import { showMenu } from './commands/menu.ts';
import { openRule } from './commands/open-rule.ts';
import { openSample } from './commands/open-sample.ts';
import { showLocations } from './commands/show-locations.ts';
import { suppress } from './commands/suppress.ts';
import { showPolicyTests } from './policy-tests.ts';
import { createReachability } from './reachability/panel.ts';
import { rulePageHandler } from './rule-page.ts';
import { createServer, type Server } from './server.ts';
import { isEnabled, onDidChangeSettings, onDidChangeShown } from './settings.ts';
import { showStatus } from './status.ts';

const KEEPS_STOPPING =
  'The server of NetworkPolicy Guard keeps stopping, so policies are not checked any more. Its output says why.';

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel('NetworkPolicy Guard', { log: true });
  server = createServer(context, output);
  const choice = createClusterChoice(context, server);
  const reachability = createReachability(context, server);
  context.subscriptions.push(
    output,
    reachability.registration,
    vscode.commands.registerCommand('netpolGuard.showReachability', () => reachability.show()),
    showStatus(server),
    choice,
    showClusterStatus(choice, server),
    showAffectedPods(choice, server),
    showPolicyTests(server),
    vscode.window.registerUriHandler(rulePageHandler(context)),
    ...registerCommands(context, server, choice, output),
    // The server is told what it needs to know at its start; that takes well under a second.
    onDidChangeSettings(() => void (isEnabled() ? server?.restart() : server?.stop())),
    onDidChangeShown(() => server?.showAsSet()),
    server.onDidChangeState((state) => {
      if (state === 'failed') void offerHelp(vscode.window.showErrorMessage, KEEPS_STOPPING);
    }),
  );
  // The view is there once there is somebody to fill it.
  void vscode.commands.executeCommand('setContext', 'netpolGuard.isActive', true);
  if (isEnabled()) await server.start();
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
  server = undefined;
}

function registerCommands(
  context: vscode.ExtensionContext,
  running: Server,
  choice: ClusterChoice,
  output: vscode.LogOutputChannel,
): vscode.Disposable[] {
  const commands: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
    restart: () => running.restart(),
    showOutput: () => output.show(),
    menu: () => showMenu(running),
    insertDefaultDeny: () => whileRunning(running, () => insertDefaultDeny(running)),
    explainConnection: () => whileRunning(running, () => explainConnection(running)),
    createConfig: () => createConfig(context),
    openSample: () => openSample(context),
    openRule: (id) => openRule(context, id),
    showLocations: (...args) => showLocations(running, ...args),
    chooseContext: () => whileRunning(running, () => chooseContext(choice)),
    refreshCluster: () => whileRunning(running, () => choice.refresh()),
    disconnectCluster: () => choice.letGo(),
    suppress: (...args) => whileRunning(running, () => suppress(running, ...args)),
  };
  return Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(`netpolGuard.${name}`, run),
  );
}

/** Does what needs the server, or says that it is not there. */
async function whileRunning(server: Server, run: () => Promise<void>): Promise<void> {
  if (server.state === 'running') await run();
  else await offerHelp(vscode.window.showWarningMessage, 'The server of NetworkPolicy Guard is not running.');
}

async function offerHelp(show: typeof vscode.window.showErrorMessage, message: string): Promise<void> {
  const picked = await show(message, 'Restart Server', 'Show Output');
  if (picked === 'Restart Server') await vscode.commands.executeCommand('netpolGuard.restart');
  if (picked === 'Show Output') await vscode.commands.executeCommand('netpolGuard.showOutput');
}
