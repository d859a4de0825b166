// Whatever happens to files, open documents and configs, in whatever order and however often anybody looks: what is found in
// the end is what a server that only ever saw the end would find.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CancellationToken, type Diagnostic } from 'vscode-languageserver/node';
import { createReports, type Reports } from '../../server/src/lsp/reports.ts';
import { Session } from '../../server/src/lsp/session.ts';
import { RULES } from '../../server/src/rules/index.ts';
import { DEFAULT_DENY, namespace, OPEN_INGRESS, policy } from '../lsp/workspace.ts';
import { runs } from '../support/runs.ts';

const ROOT = 'file:///w/';
const MANIFESTS = ['a.yaml', 'b.yaml', 'sub/c.yaml', 'sub/deep/d.yaml'];
const CONFIGS = ['.netpol-guard.yaml', 'sub/.netpol-guard.yaml'];

/** Selects every pod and allows everything: a missing default deny points at it. */
const EVERY_POD = policy('all', OPEN_INGRESS).replace(/podSelector:\n.*\n.*\n/, 'podSelector: {}\n');

const TEXTS = [
  '',
  policy('web'),
  policy('web', OPEN_INGRESS),
  policy('web', OPEN_INGRESS, 'depot'),
  `# moved\n${policy('web', OPEN_INGRESS)}`,
  `${policy('web', OPEN_INGRESS)}---\n${policy('api')}`,
  `${policy('api', OPEN_INGRESS)}---\n${namespace()}`,
  namespace('shop', '  labels: { netpol-guard/contractor: acme }\n'),
  DEFAULT_DENY,
  EVERY_POD,
  `kind: Other\n---\n${EVERY_POD}`,
  `${EVERY_POD}---\n${namespace()}`,
  `${policy('web')}---\n${policy('far', OPEN_INGRESS, 'depot')}`,
  `apiVersion: v1\nkind: List\nitems:\n  - ${policy('web', OPEN_INGRESS).trimEnd().replaceAll('\n', '\n    ')}\n`,
  `${policy('web')}  egress: [\n`,
];

const CONFIG_TEXTS = [
  '',
  'rules: { allow-all-ingress: error }\n',
  'rules: { allow-all-ingress: off, missing-default-deny-ingress: info }\n',
  'ignore: ["sub/**"]\n',
  'ignore: ["c.yaml", "deep"]\n',
  'contractors: [{ name: acme, namespaces: [shop] }]\n',
];

const KUSTOMIZATIONS = ['kustomization.yaml', 'sub/kustomization.yaml'];
const KUSTOMIZATION_TEXTS = [
  'resources: [a.yaml, b.yaml]\n',
  'namespace: depot\nresources: [a.yaml, b.yaml, sub]\n',
  'namespace: vendor-shop\nresources: [c.yaml, deep/d.yaml, ../b.yaml]\n',
  'resources: [a.yaml, c.yaml, https://example.com/base]\npatches: [{ path: b.yaml }]\n',
  'resources: [..]\n',
  'resources: [\n',
];

/** Something that happens, by the name of a file. */
type Step =
  | { readonly kind: 'write' | 'open'; readonly name: string; readonly text: string }
  | {
      readonly kind: 'edit';
      readonly name: string;
      readonly from: number;
      readonly lines: number;
      readonly text: string;
    }
  | { readonly kind: 'delete' | 'close'; readonly name: string }
  | { readonly kind: 'look' };

/** A session beside the disk it reads, doing what the server does with it. */
class World {
  readonly disk = new Map<string, string>();
  readonly open = new Map<string, string>();
  private readonly session = new Session({
    rules: RULES,
    onRuleError: (_, error) => {
      throw error;
    },
    scopeOf: () => ({ root: ROOT, deep: true }),
  });
  private readonly reports: Reports = createReports(this.session, {
    relatedInformation: true,
    codeDescription: false,
    ruleUri: () => null,
    clientUri: (uri) => uri,
  });
  private version = 0;

  constructor() {
    this.session.setFolders([ROOT]);
    this.readScopes();
  }

  private readScopes(): void {
    for (let next = this.session.scopes.nextUnread(); next; next = this.session.scopes.nextUnread()) {
      const names = [...this.disk.keys()].sort(
        (a, b) => Number(CONFIGS.includes(b)) - Number(CONFIGS.includes(a)),
      );
      for (const name of names) this.session.load(ROOT + name, this.disk.get(name) ?? '');
      this.session.markRead(next);
    }
  }

  async do(step: Step): Promise<void> {
    if (step.kind === 'look') return void (await this.found());
    const { name } = step;
    const uri = ROOT + name;
    if (step.kind === 'write') {
      this.disk.set(name, step.text);
      this.session.load(uri, step.text);
      if (CONFIGS.includes(name)) this.session.readAgain(ROOT);
    } else if (step.kind === 'delete') {
      this.disk.delete(name);
      this.session.unload(uri);
    } else if (step.kind === 'open') this.openOrReplace(name, step.text);
    else if (step.kind === 'edit') this.edit(name, step);
    else this.close(name);
    this.readScopes();
  }

  private openOrReplace(name: string, text: string): void {
    this.version += 1;
    if (this.open.has(name)) this.session.change(ROOT + name, this.version, [{ text }]);
    else this.session.open(ROOT + name, this.version, text);
    this.open.set(name, text);
  }

  /** Replaces whole lines of an open document. */
  private edit(name: string, { from, lines, text }: Extract<Step, { kind: 'edit' }>): void {
    const before = this.open.get(name);
    if (before === undefined) return;
    const all = before.split('\n');
    const first = Math.min(from, all.length - 1);
    const last = Math.min(first + lines, all.length - 1);
    const start = { line: first, character: 0 };
    this.session.change(ROOT + name, ++this.version, [{ start, end: { line: last, character: 0 }, text }]);
    this.open.set(name, [...all.slice(0, first), text + all.slice(last).join('\n')].join('\n'));
  }

  private close(name: string): void {
    if (!this.open.delete(name)) return;
    this.session.close(ROOT + name);
    const text = this.disk.get(name);
    if (text === undefined) this.session.unload(ROOT + name);
    else this.session.load(ROOT + name, text);
  }

  /** Everything found, by file. Only files that are reported count. */
  async found(): Promise<Record<string, readonly Diagnostic[]>> {
    const uris = [...this.session.reportedUris()].sort();
    const entries = [];
    for (const uri of uris) {
      const { items } = await this.reports.of(uri, CancellationToken.None);
      if (items.length > 0) entries.push([uri, items] as const);
    }
    return Object.fromEntries(entries);
  }
}

const manifest = fc.constantFrom(...MANIFESTS);
const place = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(manifest, fc.constantFrom(...TEXTS)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...CONFIGS), fc.constantFrom(...CONFIG_TEXTS)) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...KUSTOMIZATIONS), fc.constantFrom(...KUSTOMIZATION_TEXTS)),
  },
);
const anyName = fc.constantFrom(...MANIFESTS, ...CONFIGS, ...KUSTOMIZATIONS);
const edited = fc.constantFrom(
  '',
  '---\n',
  '# comment\n',
  OPEN_INGRESS,
  '  namespace: depot\n',
  policy('new', OPEN_INGRESS),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  place.map(([name, text]) => ({ kind: 'write' as const, name, text })),
  place.map(([name, text]) => ({ kind: 'open' as const, name, text })),
  fc
    .tuple(manifest, fc.nat(16), fc.nat(3), edited)
    .map(([name, from, lines, text]) => ({ kind: 'edit' as const, name, from, lines, text })),
  anyName.map((name) => ({ kind: 'delete' as const, name })),
  anyName.map((name) => ({ kind: 'close' as const, name })),
  fc.constant({ kind: 'look' as const }),
);

test('what is found does not depend on how it came about', async () => {
  const steps = fc.array(step, { minLength: 2, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = new World();
      for (const happening of history) await world.do(happening);
      const fresh = new World();
      for (const [name, text] of world.disk) await fresh.do({ kind: 'write', name, text });
      for (const [name, text] of world.open) await fresh.do({ kind: 'open', name, text });
      assert.deepEqual(await world.found(), await fresh.found());
    }),
    { numRuns: runs(300) },
  );
});

test('who is a contractor is known anew when a Namespace beside the kustomization goes', async () => {
  const name = 'sub/deep/d.yaml';
  const world = new World();
  await world.do({ kind: 'open', name, text: policy('web', OPEN_INGRESS) });
  await world.do({ kind: 'write', name: 'kustomization.yaml', text: 'resources: [b.yaml]\n' });
  const severity = async () => {
    const found = (await world.found())[ROOT + name] ?? [];
    return found.find((d) => d.code === 'allow-all-ingress')?.severity;
  };
  const contractor = namespace('shop', '  labels: { netpol-guard/contractor: acme }\n');
  assert.equal(await severity(), 2);
  await world.do({ kind: 'write', name: 'b.yaml', text: contractor });
  assert.equal(await severity(), 1);
  await world.do({ kind: 'write', name: 'b.yaml', text: DEFAULT_DENY });
  assert.equal(await severity(), 2);
});

test('what a finding points at in another file moves with it', async () => {
  const world = new World();
  await world.do({ kind: 'write', name: 'a.yaml', text: namespace() });
  await world.do({ kind: 'open', name: 'b.yaml', text: `kind: Other\n---\n${EVERY_POD}` });
  const pointsAt = async () => {
    const finding = (await world.found())[`${ROOT}a.yaml`]?.find(
      (d) => d.code === 'missing-default-deny-ingress',
    );
    return finding?.relatedInformation?.map(({ location }) => location.range.start.line);
  };
  assert.deepEqual(await pointsAt(), [5]);
  await world.do({ kind: 'edit', name: 'b.yaml', from: 0, lines: 0, text: '# more\n' });
  assert.deepEqual(await pointsAt(), [6]);
});

test('a file that becomes a patch is looked at again, and so is one whose overlay has changed', async () => {
  const world = new World();
  await world.do({ kind: 'write', name: 'a.yaml', text: policy('web', OPEN_INGRESS) });
  await world.do({ kind: 'write', name: 'b.yaml', text: policy('web', OPEN_INGRESS) });
  const severities = async (name: string) => (await world.found())[ROOT + name]?.map((d) => d.severity);
  const overlay = async (text: string) => world.do({ kind: 'open', name: 'kustomization.yaml', text });
  const before = await severities('a.yaml');
  assert.ok(before?.includes(2) && !before.includes(1));
  assert.ok((await severities('b.yaml'))?.includes(2));
  await overlay('namespace: vendor\nresources: [a.yaml]\n');
  assert.ok((await severities('a.yaml'))?.includes(1));
  await overlay('resources: [a.yaml]\npatches: [{ path: b.yaml }]\n');
  assert.equal(await severities('b.yaml'), undefined);
});
