// A real Neovim with the very configuration that docs/editors.md gives: it shows findings, hovers, fixes, follows typing, and goes to
// definitions.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { REPOSITORY } from '../lsp/client.ts';
import { deployment } from '../lsp/shop.ts';
import { type Folder, folder, namespace, OPEN_INGRESS, policy } from '../lsp/workspace.ts';

interface Shown {
  readonly code: string;
  readonly line: number;
  readonly severity: number;
  readonly source: string;
}

interface Result {
  readonly first: Shown[];
  readonly hover: string;
  readonly action: string;
  readonly fixed: string;
  readonly typed: Shown[];
  readonly symbols: string;
  readonly definition: string;
  readonly lens: string;
}

/** The configuration for Neovim in the documentation. */
function documentedConfiguration(): string {
  const [, lua] =
    /```lua\n([\s\S]*?)```/.exec(readFileSync(join(REPOSITORY, 'docs/editors.md'), 'utf8')) ?? [];
  assert.ok(lua, 'docs/editors.md has a configuration for Neovim');
  return lua;
}

/** A home folder with that configuration, and `netpol-guard` on the path. */
function prepare(home: Folder): NodeJS.ProcessEnv {
  home.write('config/nvim/plugin/netpol-guard.lua', documentedConfiguration());
  mkdirSync(home.file('bin'));
  const command = home.file('bin/netpol-guard');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${join(REPOSITORY, 'dist/cli.js')}" "$@"\n`);
  chmodSync(command, 0o755);
  return {
    ...process.env,
    PATH: `${home.file('bin')}${delimiter}${process.env.PATH}`,
    HOME: home.path,
    XDG_CONFIG_HOME: home.file('config'),
    XDG_DATA_HOME: home.file('data'),
    XDG_STATE_HOME: home.file('state'),
    XDG_CACHE_HOME: home.file('cache'),
  };
}

/** What Neovim shows of a file after what drive.lua does to it. */
async function drive(file: string): Promise<Result> {
  using home = folder();
  const script = join(import.meta.dirname, 'drive.lua');
  const { stdout } = await promisify(execFile)('nvim', ['--headless', '-n', '-i', 'NONE', '-S', script], {
    env: { ...prepare(home), NETPOL_GUARD_TEST_FILE: file },
    timeout: 120_000,
  });
  const { ok, result } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  assert.ok(ok, String(result));
  return result;
}

test('Neovim shows findings, hovers, fixes and follows typing', async () => {
  using files = folder({
    'web.yaml': policy('web', OPEN_INGRESS),
    'base/namespace.yaml': namespace('other'),
    'base/workload.yaml': deployment('web', 'shop', 'app: web'),
  });
  const { first, hover, action, fixed, typed, ...looked } = await drive(files.file('web.yaml'));
  assert.deepEqual(first.map(({ code, line, severity, source }) => [code, line, severity, source]).sort(), [
    ['allow-all-ingress', 12, 2, 'netpol-guard'],
    ['missing-default-deny-egress', 3, 4, 'netpol-guard'],
    ['missing-default-deny-ingress', 3, 4, 'netpol-guard'],
  ]);
  assert.match(hover, /^This rule allows connections from \*\*anywhere/);
  assert.equal(action, 'Allow only pods of the same namespace');
  assert.equal(fixed, policy('web', '    - from:\n        - podSelector: {}\n').trimEnd());
  assert.ok(typed.some(({ code, line }) => code === 'unknown-field' && line === 6));
  assert.equal(looked.symbols, 'web');
  assert.match(looked.definition, /\/base\/workload\.yaml$/);
  assert.equal(looked.lens, 'selects 1 workload · isolates ingress');
});
