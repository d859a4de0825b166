// Bundles the extension, the language server and the command line into dist/, and prints their sizes.
// `--dev` keeps names and writes source maps; without it the bundles are what is published.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { clusterApart, slimClient } from './lib/cluster-bundle.ts';
import { isMain, repository, runScript } from './lib/process.ts';

const entries = {
  extension: 'client/src/extension.ts',
  server: 'server/src/main.ts',
  cli: 'server/src/cli.ts',
  // Loaded by the two above when a cluster is asked for, and not before.
  cluster: 'server/src/cluster/open.ts',
};

/** The page of the Reachability panel, which only the panel loads. */
const page = { script: 'client/webview/page.ts', style: 'client/webview/panel.css' };

export async function buildAll({ dev }: { dev: boolean }): Promise<void> {
  await generateFirst();
  const dist = join(repository, 'dist');
  mkdirSync(dist, { recursive: true });
  // The folder itself stays: an editor or a terminal may be running from it while it is rebuilt.
  for (const name of Object.keys(entries)) rmSync(join(dist, `${name}.js.map`), { force: true });
  // The package is an ES module; its bundles are CommonJS, which every extension host loads.
  writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n');
  await Promise.all([
    ...Object.entries(entries).map(([name, entry]) => bundle(name, entry, dev)),
    bundlePage(dev),
  ]);
  chmodSync(join(dist, 'cli.js'), 0o755);
  for (const name of [...Object.keys(entries).map((entry) => `${entry}.js`), 'panel.js', 'panel.css']) {
    const { size } = statSync(join(dist, name));
    console.log(`dist/${name}`.padEnd(20), `${(size / 1024).toFixed(0).padStart(6)} KB`);
  }
}

/** Generated sources (compiled schemas, rule pages) must be fresh before they are bundled. */
async function generateFirst(): Promise<void> {
  if (existsSync(join(repository, 'scripts/generate.ts'))) await runScript('scripts/generate.ts');
}

async function bundle(name: string, entry: string, dev: boolean): Promise<void> {
  const options: BuildOptions = {
    absWorkingDir: repository,
    entryPoints: [entry],
    outfile: `dist/${name}.js`,
    bundle: true,
    platform: 'node',
    target: `node${oldestNode()}`,
    format: 'cjs',
    // Several dependencies have a UMD "main" that esbuild cannot follow; their "module" build it can.
    mainFields: ['module', 'main'],
    // The build of `yaml` for Node asks for an environment variable at every token, which costs a third of the parsing.
    alias: { yaml: './node_modules/yaml/browser/index.js' },
    // Error messages and LSP logs name functions; minified names would make reports useless. To have esbuild keep them beside
    // short ones (`keepNames`) would set a property on each closure whenever it is made, in the middle of a keystroke's work.
    minifySyntax: !dev,
    minifyWhitespace: !dev,
    sourcemap: dev ? 'linked' : false,
    legalComments: 'none',
    external: name === 'extension' ? ['vscode'] : [],
    plugins: [name === 'cluster' ? slimClient : clusterApart],
    logLevel: 'warning',
    define: {
      'process.env.NETPOL_GUARD_VERSION': JSON.stringify(manifest().version),
      'process.env.NETPOL_GUARD_HOMEPAGE': JSON.stringify(manifest().homepage ?? ''),
      'process.env.NETPOL_GUARD_NODE': JSON.stringify(oldestNode()),
    },
    ...(name === 'cli' && !startsWithShebang(entry) ? { banner: { js: '#!/usr/bin/env node' } } : {}),
  };
  await build(options);
}

async function bundlePage(dev: boolean): Promise<void> {
  const shared: BuildOptions = {
    absWorkingDir: repository,
    bundle: true,
    // The browser of the oldest editor that the extension runs in.
    target: 'chrome138',
    minify: !dev,
    sourcemap: dev ? 'inline' : false,
    legalComments: 'none',
    logLevel: 'warning',
  };
  await build({ ...shared, entryPoints: [page.style], outfile: 'dist/panel.css', sourcemap: false });
  // A picture that is exported takes its style along, as text.
  const loader = { '.css': 'text' } as const;
  await build({ ...shared, entryPoints: [page.script], outfile: 'dist/panel.js', format: 'iife', loader });
}

function manifest(): { version: string; homepage?: string; engines: { node: string } } {
  return JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
}

/** The oldest Node that the command line runs on, as `22.19`. */
function oldestNode(): string {
  return manifest().engines.node.replace(/^>=/, '');
}

function startsWithShebang(entry: string): boolean {
  return readFileSync(join(repository, entry), 'utf8').startsWith('#!');
}

if (isMain(import.meta)) await buildAll({ dev: process.argv.includes('--dev') });
