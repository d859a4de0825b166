// Starts and stops a VS Code server on a loopback port, in a folder of its own that is removed afterwards.
// Used by `npm start` and by the editor tests; it knows nothing about what is tested.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { editorServer, installEditorTools } from '../editor-tools.ts';
import { poll } from './poll.ts';

export interface EditorOptions {
  /** Files of the workspace: path → text. */
  files?: Readonly<Record<string, string>>;
  /** A folder that is copied into the workspace before `files` are written. */
  copy?: string;
  /** A folder to open instead of a temporary workspace; it is not removed. */
  folder?: string;
  /** A packaged extension to install. */
  vsix?: string;
  /** User settings on top of the ones that calm the workbench. */
  settings?: Readonly<Record<string, unknown>>;
  /** Lets a page start an extension-host test run. It also hides notifications, so UI tests leave it off. */
  driver?: boolean;
  /** Extra environment of the extension host. */
  env?: Readonly<Record<string, string | undefined>>;
}

export interface Editor {
  port: number;
  /** The address that opens the workspace; it holds the token without which nobody gets in. */
  workspaceUrl: string;
  /** Absolute path of the opened folder. */
  workspace: string;
  /** Absolute path of the server's own folder, which holds the installed extensions. */
  home: string;
  /** Ends the server with all its children and removes its folder. */
  stop(): Promise<void>;
}

/** What a test or a demonstration does not want to see, and nothing that changes how the extension behaves. */
const calm = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  // As on the desktop. In the browser, VS Code would save what is only being tried out.
  'files.autoSave': 'off',
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

export async function startEditor(options: EditorOptions = {}): Promise<Editor> {
  await installEditorTools();
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'netpol-guard-editor-')));
  const remove = () => rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  try {
    const workspace = options.folder ?? writeWorkspace(home, options);
    const base = serverArguments(home, options.settings ?? {});
    const env = serverEnvironment(home, options.env ?? {});
    if (options.vsix !== undefined) installExtension(base, options.vsix, env);
    const port = await freePort();
    // Loopback is shared by all users of a computer and reachable from any web page; the token keeps them out.
    const token = randomBytes(16).toString('hex');
    const server = startServer(
      home,
      [...base, ...listenArguments(port, token, options.driver === true)],
      env,
    );
    const stop = async () => {
      await server.stop();
      remove();
    };
    try {
      await server.ready(port);
    } catch (error) {
      await stop();
      throw error;
    }
    const query = `tkn=${token}&folder=${encodeURIComponent(workspace)}`;
    return { port, workspaceUrl: `http://127.0.0.1:${port}/?${query}`, workspace, home, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

function writeWorkspace(home: string, { copy, files = {} }: EditorOptions): string {
  const workspace = join(home, 'workspace');
  mkdirSync(workspace);
  if (copy !== undefined) cpSync(copy, workspace, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true });
    writeFileSync(join(workspace, name), text);
  }
  return workspace;
}

function serverArguments(home: string, settings: Readonly<Record<string, unknown>>): string[] {
  const user = join(home, 'user');
  mkdirSync(join(user, 'User'), { recursive: true });
  writeFileSync(join(user, 'User/settings.json'), JSON.stringify({ ...calm, ...settings }));
  const folders = ['--server-data-dir', home, '--user-data-dir', user, '--extensions-dir', join(home, 'ext')];
  return [editorServer, '--accept-server-license-terms', ...folders];
}

function listenArguments(port: number, token: string, driver: boolean): string[] {
  return [
    ...['--host', '127.0.0.1', '--port', String(port), '--connection-token', token],
    ...['--telemetry-level', 'off', '--disable-workspace-trust'],
    ...(driver ? ['--enable-smoke-test-driver'] : []),
  ];
}

/** A terminal inside another VS Code passes variables down that would make this server believe it is a part of it. */
function serverEnvironment(home: string, extra: EditorOptions['env'] & object): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE|CODE_SERVER|ELECTRON)_/.test(name),
  );
  return { ...Object.fromEntries(inherited), TMPDIR: home, XDG_RUNTIME_DIR: home, ...extra };
}

function installExtension(base: readonly string[], vsix: string, env: NodeJS.ProcessEnv): void {
  const result = spawnSync(process.execPath, [...base, '--install-extension', vsix], {
    encoding: 'utf8',
    env,
  });
  if (result.status === 0 && /successfully installed/.test(result.stdout)) return;
  throw new Error(`the editor did not install ${vsix}:\n${result.stdout}${result.stderr}`);
}

/** The system picks a port that is free now; another program could take it before the server does, which then fails. */
function freePort(): Promise<number> {
  return new Promise((settle, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => settle(port));
    });
  });
}

function startServer(home: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const logFile = join(home, 'server.log');
  const log = openSync(logFile, 'w');
  // A group of its own, so that extension hosts and language servers end with it and nothing else does.
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const killNow = () => signalGroup(child, 'SIGKILL');
  process.once('exit', killNow);
  return {
    ready: (port: number) =>
      poll(
        async () => {
          if (child.exitCode !== null)
            throw new Error(`the editor stopped:\n${readFileSync(logFile, 'utf8')}`);
          const response = await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined);
          return response?.status === 200;
        },
        { what: 'the embedded editor to answer', timeout: 60_000 },
      ),
    stop: async () => {
      await stopGroup(child);
      process.off('exit', killNow);
    },
  };
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((settle) => child.once('exit', settle));
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), 5000);
    await gone;
    clearTimeout(timer);
  }
  // The leader is gone; what it left behind in its group goes too.
  signalGroup(child, 'SIGKILL');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is empty already.
  }
}
