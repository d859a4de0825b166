// What package.json contributes to VS Code hangs together: every file it names is there, every command it leads to exists, and
// the schema it hands to other YAML servers cannot fail a file.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite, test } from 'node:test';
import { Ajv } from 'ajv';
import { RULE_IDS } from '../../server/src/rules/index.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const { contributes } = read('package.json');
const commands = new Set<string>(contributes.commands.map(({ command }: { command: string }) => command));

interface Step {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

const steps: readonly Step[] = contributes.walkthroughs.flatMap((w: { steps: readonly Step[] }) => w.steps);

suite('walkthrough', () => {
  for (const { id, description, media, completionEvents } of steps)
    test(id, () => {
      const picture = readFileSync(join(root, media.svg), 'utf8');
      assert.match(picture, /<title>.+<\/title>/);
      // A colour of its own would be lost in one of the themes.
      assert.deepEqual(picture.match(/(?:fill|stroke)="(?!var\(|none)[^"]*"/g), null);
      assert.match(media.altText, /^[A-Z].*\.$/);
      assert.doesNotMatch(description, /`/, 'walkthroughs show backticks as they are');
      const linked = [...description.matchAll(/command:(netpolGuard\.\w+)/g)].map(([, command]) => command);
      const awaited = completionEvents.map((event) => /^onCommand:(netpolGuard\..*)/.exec(event)?.[1]);
      for (const command of [...linked, ...awaited].filter((c) => c !== undefined))
        assert.ok(commands.has(command), command);
    });
});

test('every setting says what it is for, and is one of ours', () => {
  for (const [name, setting] of Object.entries<Record<string, unknown>>(
    contributes.configuration.properties,
  )) {
    assert.match(name, /^netpolGuard\./);
    assert.match(String(setting.markdownDescription), /^[A-Z].*\.$/);
  }
});

test('every command has a title in the words of the palette', () => {
  for (const { title, category } of contributes.commands) {
    assert.match(title, /^[A-Z]/);
    assert.equal(category, 'NetworkPolicy Guard');
  }
});

test('menus, views and what they say lead to commands and views that are there', () => {
  interface MenuItem {
    readonly command: string;
    readonly when?: string;
  }
  for (const { command } of Object.values<MenuItem[]>(contributes.menus).flat())
    assert.ok(commands.has(command), command);
  const views = Object.entries<{ id: string }[]>(contributes.views).flatMap(([container, list]) => {
    assert.ok(contributes.viewsContainers.activitybar.some(({ id }: { id: string }) => id === container));
    return list.map(({ id }) => id);
  });
  for (const { view, contents } of contributes.viewsWelcome) {
    assert.ok(views.includes(view), view);
    for (const [, command = ''] of contents.matchAll(/command:([\w.]+)/g)) assert.ok(commands.has(command));
  }
  for (const { when = '' } of contributes.menus['view/title'] as MenuItem[])
    assert.ok(views.includes(/^view == ([\w.]+)/.exec(when)?.[1] ?? ''), when);
});

test('the icon of a view container is one colour, which the editor chooses', () => {
  for (const { icon } of contributes.viewsContainers.activitybar) {
    const picture = readFileSync(join(root, icon), 'utf8');
    assert.deepEqual(picture.match(/(?:fill|stroke)="(?!none|currentColor)[^"]*"/g), null);
  }
});

test('a workspace cannot name the kubeconfig files, which may name programs to run', () => {
  assert.equal(contributes.configuration.properties['netpolGuard.kubeconfig'].scope, 'machine');
});

test('snippets and schemas are where it says', () => {
  const files = [
    ...contributes.snippets.map((s: { path: string }) => s.path),
    ...contributes.yamlValidation.map((v: { url: string }) => v.url),
  ];
  for (const file of files) assert.ok(existsSync(join(root, file)), file);
});

/** The schema that other YAML servers get for a file. */
function hintsFor(fileMatch: string) {
  const found = contributes.yamlValidation.find((v: { fileMatch: string | string[] }) =>
    [v.fileMatch].flat().includes(fileMatch),
  );
  return read(found.url);
}

suite('the schema of policies for other YAML servers', () => {
  const hints = hintsFor('*netpol*.yaml');
  const validate = new Ajv({ strict: false }).compile(hints);
  const head = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' };

  test('accepts whatever an object holds', () => {
    const spec = {
      ingress: [{ from: 1, ports: [{ port: true, protocol: 'tcp' }, null] }],
      policyTypes: 'Ingress',
    };
    const rest = [
      {},
      { spec },
      { spec: 3, metadata: [] },
      { spec: { podSelector: { matchLabels: { a: 1 } } } },
      { more: 1 },
    ];
    for (const object of [
      null,
      1,
      'text',
      [],
      {},
      { kind: 'Service', spec: 2 },
      ...rest.map((r) => ({ ...head, ...r })),
    ])
      assert.equal(validate(object), true, JSON.stringify(object));
  });

  test('holds no keyword that could refuse anything', () => {
    const refusing =
      /"(?:type|enum|pattern|additionalProperties|minimum|maximum|minItems|maxItems|not|oneOf|allOf|anyOf)":/;
    assert.doesNotMatch(JSON.stringify(hints.then), refusing);
  });
});

suite('the schema of configs for other YAML servers', () => {
  const hints = hintsFor('.netpol-guard.yaml');

  test('accepts whatever a config holds', () => {
    const validate = new Ajv({ strict: false }).compile(hints);
    const rules = { 'world-cidr': 'fatal', 'no-such-rule': 3 };
    for (const config of [
      null,
      1,
      'text',
      [],
      {},
      { rules },
      { rules: 3 },
      { contractors: [{ name: 1 }, 2] },
      { kubernetes: 1.3, more: 1 },
    ])
      assert.equal(validate(config), true, JSON.stringify(config));
  });

  test('says what every key is for, and offers every rule with the severities', () => {
    for (const [name, key] of Object.entries<{ description?: string; properties?: object }>(hints.properties))
      assert.ok(key.description ?? key.properties, name);
    assert.deepEqual(Object.keys(hints.properties.rules.properties).sort(), [...RULE_IDS].sort());
    for (const rule of Object.values<{ description: string; examples: string[] }>(
      hints.properties.rules.properties,
    )) {
      assert.match(rule.description, /\.$/);
      assert.deepEqual(rule.examples, ['error', 'warning', 'info', 'hint', 'off']);
    }
  });
});

suite('the schema of policy tests for other YAML servers', () => {
  const hints = hintsFor('*.netpol-test.yaml');

  test('accepts whatever such a file holds', () => {
    const validate = new Ajv({ strict: false }).compile(hints);
    const assertions = [
      { from: 3, to: { podSelector: { app: 1 }, more: [] }, ports: 'https', expect: 'perhaps' },
    ];
    for (const file of [
      null,
      1,
      'text',
      [],
      {},
      { tests: 3 },
      { tests: [{ name: 1, assertions }] },
      { world: [] },
    ])
      assert.equal(validate(file), true, JSON.stringify(file));
  });

  test('says what every key of an assertion is for', () => {
    const { assertion } = hints.definitions;
    for (const [name, key] of Object.entries<{ description?: string }>(assertion.properties))
      assert.match(key.description ?? '', /\.$/, name);
  });
});
