// The law of imports holds over all sources, and the check that says so fails on what it must fail on.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite, test } from 'node:test';
import { lawViolations } from '../support/import-law.ts';
import { importsOf } from '../support/source-scan.ts';

const root = resolve(import.meta.dirname, '../..');

test('all sources keep the law of imports', () => {
  const paths = globSync(['server/src/**/*.ts', 'client/src/**/*.ts', 'client/webview/**/*.ts'], {
    cwd: root,
  });
  const files = paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')]);
  assert.ok(files.length > 0);
  assert.deepEqual(lawViolations(Object.fromEntries(files)), []);
});

/** Checks one file among harmless neighbours; answers with what the law says about it. */
function judge(path: string, text: string): string[] {
  const neighbours = Object.fromEntries(
    ['entry', 'lsp/a', 'cli/a', 'report/a', 'files/a', 'cluster/a', 'rules/a', 'engine/a', 'core/a'].map(
      (name) => [`server/src/${name === 'entry' ? 'main' : name}.ts`, ''],
    ),
  );
  return lawViolations({ ...neighbours, [path]: text });
}

suite('direction', () => {
  const layers = ['lsp', 'report', 'rules', 'engine', 'core'];
  for (const [i, from] of layers.entries()) {
    for (const [j, to] of layers.entries()) {
      test(`${from} ${i <= j ? 'may' : 'must not'} import ${to}`, () => {
        const found = judge(`server/src/${from}/x/b.ts`, `import { a } from '../../${to}/a.ts';\n`);
        assert.equal(found.length, i <= j ? 0 : 1, found.join('\n'));
      });
    }
  }
  test('siblings do not import each other', () => {
    assert.equal(judge('server/src/cli/b.ts', `import '../lsp/a.ts';`).length, 1);
    assert.equal(judge('server/src/report/b.ts', `export * from '../cluster/a.ts';`).length, 1);
    assert.equal(judge('server/src/report/b.ts', `import '../files/a.ts';`).length, 1);
    assert.equal(judge('server/src/refactor/b.ts', `import '../rules/a.ts';`).length, 1);
  });
  test('nothing imports an entry point', () => {
    assert.equal(judge('server/src/lsp/b.ts', `import type { T } from '../main.ts';`).length, 1);
  });
  test('an entry point imports anything below', () => {
    assert.deepEqual(
      judge('server/src/cli.ts', `import './cli/a.ts';\nimport './lsp/a.ts';\nimport 'node:fs';`),
      [],
    );
  });
  test('a folder that is no layer is refused', () => {
    assert.equal(judge('server/src/util/b.ts', '').length, 1);
  });
  test('a missing file is refused', () => {
    assert.equal(judge('server/src/core/b.ts', `import './gone.ts';`).length, 1);
  });
  test('the client speaks LSP and imports nothing of the server', () => {
    assert.equal(judge('client/src/b.ts', `import { a } from '../../server/src/core/a.ts';`).length, 1);
    assert.deepEqual(judge('client/src/b.ts', `import * as vscode from 'vscode';`), []);
  });
  test('a page knows what it is sent, and neither the editor nor Node', () => {
    const type = `import type { A } from '../../server/src/lsp/protocol.ts';`;
    const protocol = { 'server/src/lsp/protocol.ts': '', 'client/webview/messages.ts': '' };
    assert.deepEqual(lawViolations({ ...protocol, 'client/webview/b.ts': type }), []);
    assert.equal(judge('client/webview/b.ts', `import { a } from '../../server/src/core/a.ts';`).length, 1);
    assert.equal(judge('client/webview/b.ts', `import * as vscode from 'vscode';`).length, 1);
    assert.equal(judge('client/webview/b.ts', `import 'node:fs';`).length, 1);
    const messages = `import type { A } from '../webview/messages.ts';`;
    assert.deepEqual(lawViolations({ ...protocol, 'client/src/b.ts': messages }), []);
    const files = { 'client/webview/page.ts': '', 'client/src/b.ts': `import '../webview/page.ts';` };
    assert.equal(lawViolations(files).length, 1);
  });
});

suite('packages', () => {
  const refused: ReadonlyArray<readonly [string, string]> = [
    ['server/src/lsp/b.ts', 'vscode'],
    ['server/src/report/b.ts', 'vscode-languageserver'],
    ['server/src/core/b.ts', 'vscode-languageserver-types'],
    ['server/src/core/b.ts', 'node:fs'],
    ['server/src/engine/b.ts', 'node:path'],
    ['server/src/rules/b.ts', 'node:crypto'],
    ['server/src/engine/b.ts', 'yaml'],
    ['server/src/rules/b.ts', 'ajv'],
    ['server/src/refactor/b.ts', 'node:fs'],
    ['server/src/core/b.ts', 'lodash'],
    ['server/src/cli/b.ts', 'typescript'],
    ['server/src/cli/b.ts', '../../../scripts/build.ts'],
  ];
  for (const [path, name] of refused) {
    test(`${path} must not import ${name}`, () => {
      for (const form of [
        `import x from '${name}';`,
        `import "${name}";`,
        `const x = await import('${name}');`,
      ]) {
        assert.equal(judge(path, form).length, 1, form);
      }
    });
  }
  test('core uses yaml, ajv and the schemas', () => {
    const text = `import { parseDocument } from 'yaml';\nimport Ajv from 'ajv/dist/2020.js';
import schema from '../../../schemas/networkpolicy.schema.json' with { type: 'json' };`;
    assert.deepEqual(judge('server/src/core/b.ts', text), []);
  });
});

suite('purity', () => {
  const impure = [
    'const t = Date.now();',
    'const t = new Date();',
    'const t = new Date;',
    'const t = Date();',
    'performance.now();',
    'const r = await fetch(url);',
    'process.exit(1);',
    "const v = process['env'];",
    'const home = `$\x7bprocess.env.HOME}`;',
    'const home = `$\x7b`$\x7bprocess.env.HOME}`}`;',
    'setTimeout(run, 5);',
    'Math.random();',
    'console.log(1);',
    'globalThis.process;',
    'const r = /[/"]/; process.exit();',
    "const half = a / b; const s = 'x'; process.exit();",
  ];
  for (const text of impure) {
    test(text, () => {
      for (const layer of ['core', 'engine', 'rules']) {
        assert.equal(judge(`server/src/${layer}/b.ts`, text).length >= 1, true);
      }
      assert.deepEqual(judge('server/src/cli/b.ts', text), []);
    });
  }
  const pure = [
    'const t = new Date(text);',
    '// process.exit() and Date.now() in a comment',
    '/* fetch( */ const a = 1;',
    "const text = 'process.env';",
    'const text = `Date.now() $\x7ba} process.exit`;',
    'const r = /process\\.env/;',
    'pass.process(x); this.fetch(y); queue.process.next();',
    'const processes = [preprocess(a)];',
    'interface T { process: string }',
  ];
  for (const text of pure) {
    test(`is fine: ${text}`, () => assert.deepEqual(judge('server/src/core/b.ts', text), []));
  }
});

suite('cycles', () => {
  test('a cycle is named once, with its files', () => {
    const found = lawViolations({
      'server/src/core/a.ts': `import './b.ts';`,
      'server/src/core/b.ts': `import { type T, y } from './c/d.ts';`,
      'server/src/core/c/d.ts': `export { x } from '../a.ts';`,
    });
    assert.deepEqual(found, [
      'import cycle: server/src/core/a.ts → server/src/core/b.ts → server/src/core/c/d.ts → server/src/core/a.ts',
    ]);
  });
  test('an import of types alone closes no cycle', () => {
    const files = {
      'server/src/core/a.ts': `import { b } from './b.ts';`,
      'server/src/core/b.ts': `import type { A } from './a.ts'; export type { B } from './a.ts';`,
    };
    assert.deepEqual(lawViolations(files), []);
  });
  test('two ways to the same file are no cycle', () => {
    assert.deepEqual(
      lawViolations({
        'server/src/core/a.ts': `import './b.ts'; import './c.ts';`,
        'server/src/core/b.ts': `import './c.ts';`,
        'server/src/core/c.ts': '',
      }),
      [],
    );
  });
});

test('imports are found in every form, and not in text', () => {
  const source = `import a, { type B,\n  c } from './1.ts';
import './2.ts';
export * from "./3.ts";
export type { T } from './4.ts'; import * as all from './5.ts';
const lazy = await import('./6.ts'); const old = require('./7.ts');
// import './no.ts';
const text = \`
import './no.ts';
\`;
export const x = 1; const from = 'no';`;
  const found = importsOf(source).sort((a, b) => a.specifier.localeCompare(b.specifier));
  assert.deepEqual(
    found.map(({ specifier, typeOnly }) => specifier + (typeOnly ? ' type' : '')),
    ['./1.ts', './2.ts', './3.ts', './4.ts type', './5.ts', './6.ts', './7.ts'],
  );
});
