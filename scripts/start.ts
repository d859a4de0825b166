// `npm start`: builds the project, shows what the command line says about the example, and opens the editor on it.
// `--embedded` opens the embedded editor even where a desktop VS Code is; `--no-wait` closes it again once it is up.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildAll } from './build.ts';
import { startEditor } from './lib/embedded-editor.ts';
import { repository, run } from './lib/process.ts';
import { packageExtension } from './package.ts';

const examples = join(repository, 'examples');
const options = new Set(process.argv.slice(2));
const code = options.has('--embedded') ? undefined : findCode();

if (code !== undefined) await openDesktop(code);
else await openEmbedded();

async function openDesktop(program: string): Promise<void> {
  await buildAll({ dev: true });
  await showFindings();
  console.log('\nOpening VS Code on examples/ with the extension in development mode …');
  // code.cmd needs a shell on Windows; the two paths are quoted because they may hold spaces.
  const shell = process.platform === 'win32';
  const quote = (text: string) => (shell ? `"${text}"` : text);
  process.exitCode = await run(
    quote(program),
    [quote(`--extensionDevelopmentPath=${repository}`), quote(examples)],
    {
      shell,
    },
  );
}

async function openEmbedded(): Promise<void> {
  const vsix = await packageExtension();
  await showFindings();
  const editor = await startEditor({ vsix, folder: examples });
  // After one Ctrl+C the editor stops in order; a second one must not cut that short.
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt());
  try {
    console.log(`\nNetworkPolicy Guard is live on examples/ at\n\n  ${editor.workspaceUrl}\n`);
    if (options.has('--no-wait')) return;
    console.log('Open that address in a browser. Ctrl+C stops the editor.');
    // A listener for a signal does not keep Node alive; the timer does until the signal comes.
    const alive = setInterval(() => {}, 60_000);
    await interrupted;
    clearInterval(alive);
  } finally {
    await editor.stop();
  }
}

/** The example has mistakes on purpose, so exit code 1 is the expected answer here. */
async function showFindings(): Promise<void> {
  console.log('\n$ netpol-guard check examples/contractor-acme\n');
  const result = await run(process.execPath, ['dist/cli.js', 'check', 'examples/contractor-acme']);
  if (result > 1) console.error(`netpol-guard check ended with exit code ${result}`);
}

/** The desktop VS Code's command, when it is on PATH. */
function findCode(): string | undefined {
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}
