// The editor and the command line find the same in the same folder.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { REPOSITORY, startClient } from './client.ts';
import { CONFIG, DEFAULT_DENY, folder, namespace, OPEN_INGRESS, policy } from './workspace.ts';

/** A finding as `file:line:column severity rule`. */
type Line = string;

const SEVERITIES = ['', 'error', 'warning', 'info', 'hint'];

function commandLine(path: string): Line[] {
  const cli = join(REPOSITORY, 'dist/cli.js');
  const { stdout, stderr } = spawnSync(process.execPath, [cli, 'check', '.', '--format', 'json'], {
    cwd: path,
    encoding: 'utf8',
  });
  assert.notEqual(stdout, '', stderr);
  const { findings } = JSON.parse(stdout);
  // biome-ignore lint/suspicious/noExplicitAny: the command's own format
  const judged = findings.filter((finding: any) => !finding.suppressed);
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return judged.map(({ file, range: { start }, severity, rule }: any) => {
    return `${file}:${start.line}:${start.column} ${severity} ${rule}`;
  });
}

async function editor(path: string): Promise<Line[]> {
  await using client = await startClient({ folders: [path] });
  await client.indexed();
  const found: Line[] = [];
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const shown = relative(path, file).replaceAll('\\', '/');
    for (const { range, severity, code } of await client.diagnostics(pathToFileURL(file).href)) {
      const place = `${range.start.line + 1}:${range.start.character + 1}`;
      found.push(`${shown}:${place} ${SEVERITIES[severity ?? 0]} ${code}`);
    }
  }
  return found;
}

async function checkParity(path: string): Promise<Line[]> {
  const found = await editor(path);
  assert.deepEqual(found.sort(), commandLine(path).sort());
  return found;
}

test('in the example', async () => {
  const found = await checkParity(join(REPOSITORY, 'examples/contractor-acme'));
  assert.ok(found.length > 10);
});

test('in the example as it should be', async () => {
  const found = await checkParity(join(REPOSITORY, 'examples/contractor-acme-fixed'));
  assert.deepEqual(found, []);
});

test('in a folder with everything that decides what is looked at', async () => {
  const open = policy('web', OPEN_INGRESS);
  using files = folder({
    [CONFIG]:
      'ignore: ["vendor/**"]\nrules: { world-cidr: hint }\ncontractors: [{ name: acme, namespaces: [depot] }]\n',
    'vendor/web.yaml': open,
    'node_modules/x/web.yaml': open,
    '.hidden/web.yml': open,
    'web.yaml': `\uFEFF${open}---\n${namespace()}`,
    'crlf.yaml': `${open}---\n${policy('web', OPEN_INGRESS, 'depot')}`.replaceAll('\n', '\r\n'),
    [`strict/${CONFIG}`]: 'rules: { allow-all-ingress: error }\n',
    'strict/web.yaml': open,
    'ignored.yaml': open.replace('- {}', '- {} # netpol-guard: ignore[allow-all-ingress] a public gateway'),
    'list.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [] }),
    'odd name/ü#1%20.yaml': open,
    'notes.txt': open,
    'binary.yaml': `${open}\0`,
    'broken.yaml': `${open}  egress: [`,
    'helm.yaml': open.replace('web', '{{ .Values.name }}'),
    'deny.yaml': DEFAULT_DENY.replaceAll('shop', 'depot'),
  });
  const found = await checkParity(files.path);
  assert.ok(found.some((line) => line.startsWith('strict/web.yaml:13:7 error')));
  assert.ok(!found.some((line) => /^(vendor|node_modules|binary|ignored\.yaml:13)/.test(line)));
});

test('in a folder of two workspaces', async () => {
  using files = folder({
    [`a/${CONFIG}`]: '',
    'a/web.yaml': `${namespace()}---\n${policy('web')}`,
    [`b/${CONFIG}`]: 'rules: { allow-all-ingress: error }\n',
    'b/web.yaml': policy('web', OPEN_INGRESS),
    'b/deny.yaml': DEFAULT_DENY,
    'neither.yaml': policy('web', OPEN_INGRESS),
  });
  const found = await checkParity(files.path);
  assert.ok(found.some((line) => /^a\/web\.yaml:4:\d+ \w+ missing-default-deny-ingress$/.test(line)));
});
