// A label is renamed wherever it is meant, and nowhere else; what would change the allowed connections is refused.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { applyEdits } from '../../server/src/core/safe-fixes.ts';
import { SourceFile } from '../../server/src/core/source-file.ts';
import { labelAt, renameLabel } from '../../server/src/refactor/rename-label.ts';
import { firstDifference, policiesIn } from '../support/allowed.ts';

type Texts = Readonly<Record<string, string>>;

interface Renamed {
  readonly texts: Texts;
  /** Names of files that may name the label, too. */
  readonly left: readonly string[];
}

/** Renames what stands at the mark ⟦⟧ in one of the texts; a string says why not, null that there is nothing. */
function rename(marked: Texts, newText: string): Renamed | string | null {
  const files = Object.entries(marked).map(([name, text]) => ({
    name,
    offset: text.indexOf('⟦⟧'),
    file: new SourceFile(`file:///w/${name}`, text.replace('⟦⟧', '')),
  }));
  const at = files.find(({ offset }) => offset >= 0);
  assert.ok(at, 'one text is marked');
  const document = at.file.documents.findLast(({ start }) => start <= at.offset);
  assert.ok(document);
  const target = labelAt(document, at.offset - document.start);
  if (!target || 'refused' in target) return target?.refused ?? null;
  const result = renameLabel(
    files.flatMap(({ file }) => file.documents),
    target,
    newText,
  );
  if ('refused' in result) return result.refused;
  const texts = files.map(({ name, file }) => {
    const edits = result.edits.filter((edit) => edit.at.document.uri === file.uri);
    return [name, applyEdits(file.text, edits)] as const;
  });
  const left = new Set(result.left.map(({ uri }) => uri.slice('file:///w/'.length)));
  return { texts: Object.fromEntries(texts), left: [...left] };
}

/** The texts after the renaming, in which nothing may be left over. */
function renamed(marked: Texts, newText: string): Texts {
  const result = rename(marked, newText);
  assert.ok(result && typeof result === 'object', String(result));
  assert.deepEqual(result.left, []);
  return result.texts;
}

const unmarked = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.replace('⟦⟧', '')]));

/** Puts the mark in front of the last occurrence of `at` in a text. */
function mark(texts: Texts, name: string, at: string): Texts {
  const text = texts[name] ?? '';
  const offset = text.lastIndexOf(at);
  assert.ok(offset >= 0, at);
  return { ...texts, [name]: `${text.slice(0, offset)}⟦⟧${text.slice(offset)}` };
}

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
  labels: { app: web }
spec:
  podSelector: { matchLabels: { app: 'web' } } # the shop's front
  ingress:
    - from:
        - namespaceSelector:
            matchLabels: { app: web, team: portal }
          podSelector:
            matchExpressions:
              - { key: "app", operator: NotIn, values: [web, "api", cron] }
    - from:
        - podSelector: { matchExpressions: [{ key: app, operator: Exists }] }
  egress:
    - to:
        - podSelector:
            matchLabels:
              app: db
`;
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: other, labels: { app: web } }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, tier: front } }
    spec:
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 1
              podAffinityTerm: { labelSelector: { matchLabels: { app: web } }, matchLabelKeys: [app] }
      topologySpreadConstraints:
        - labelSelector: { matchLabels: { app: web } }
      containers: [{ name: app, image: web, env: [{ name: app, value: web }] }]
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { app: web, team: portal } }
`;
const REST = `apiVersion: batch/v1
kind: CronJob
metadata: { name: x }
spec: { jobTemplate: { spec: { selector: { matchLabels: { app: cron } }, template: { metadata: { labels: { app: cron } } } } } }
---
apiVersion: v1
kind: ReplicationController
metadata: { name: y }
spec: { selector: { app: web }, template: { metadata: { labels: { app: web } } } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } } }
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: z }
spec:
  subject: { namespaces: { matchLabels: { app: web } } }
  ingress:
    - from: [{ pods: { namespaceSelector: { matchLabels: { app: web } }, podSelector: { matchLabels: { app: web } } } }]
---
apiVersion: v1
kind: Pod
metadata: { name: p, labels: { app: web } }
`;
const ALL: Texts = {
  'policy.yaml': POLICY,
  'deployment.yaml': DEPLOYMENT,
  'service.yaml': SERVICE,
  'namespace.yaml': NAMESPACE,
  'rest.yaml': REST,
};

suite('the value of a label of pods', () => {
  const after = renamed(mark(ALL, 'deployment.yaml', 'web, tier'), 'front');

  test('in every selector, in the quotes it has', () =>
    assert.equal(
      after['policy.yaml'],
      POLICY.replace("app: 'web'", "app: 'front'").replace('[web, "api"', '[front, "api"'),
    ));
  test('in workloads, and not in their own labels', () =>
    assert.equal(
      after['deployment.yaml'],
      DEPLOYMENT.replaceAll('matchLabels: { app: web }', 'matchLabels: { app: front }').replace(
        'app: web, tier',
        'app: front, tier',
      ),
    ));
  test('in Services', () =>
    assert.equal(
      after['service.yaml'],
      SERVICE.replace('selector: { app: web }', 'selector: { app: front }'),
    ));
  test('not on namespaces', () => assert.equal(after['namespace.yaml'], NAMESPACE));
  test('in the other kinds that select pods', () =>
    assert.equal(
      after['rest.yaml'],
      REST.replace(
        '{ selector: { app: web }, template: { metadata: { labels: { app: web',
        '{ selector: { app: front }, template: { metadata: { labels: { app: front',
      )
        .replace(
          'spec: { selector: { matchLabels: { app: web',
          'spec: { selector: { matchLabels: { app: front',
        )
        .replace('podSelector: { matchLabels: { app: web', 'podSelector: { matchLabels: { app: front')
        .replace('name: p, labels: { app: web', 'name: p, labels: { app: front'),
    ));
  test('the same from every place', () => {
    for (const [name, at] of [
      ['policy.yaml', "web' } } #"],
      ['policy.yaml', 'web, "api"'],
      ['service.yaml', 'web }, ports'],
      ['rest.yaml', 'web } } }\n---\napiVersion: policy.n'],
      ['rest.yaml', 'web } }\n'],
    ] as const)
      assert.deepEqual(renamed(mark(ALL, name, at), 'front'), after, at);
  });
  test('and back again', () =>
    assert.deepEqual(renamed(mark(after, 'service.yaml', 'front }, ports'), 'web'), ALL));
});

suite('the key of a label of pods', () => {
  const after = renamed(mark(ALL, 'service.yaml', 'app: web }, ports'), 'example.com/app');

  test('with every value, and in expressions', () =>
    assert.equal(
      after['policy.yaml'],
      POLICY.replace("{ app: 'web'", "{ example.com/app: 'web'")
        .replace('key: "app"', 'key: "example.com/app"')
        .replace('key: app', 'key: example.com/app')
        .replace('app: db', 'example.com/app: db'),
    ));
  test('in the keys by which pods are spread', () =>
    assert.ok(after['deployment.yaml']?.includes('matchLabelKeys: [example.com/app]')));
  test('and nowhere else', () => {
    assert.equal(after['namespace.yaml'], NAMESPACE);
    assert.ok(
      after['deployment.yaml']?.includes(
        'containers: [{ name: app, image: web, env: [{ name: app, value: web }] }]',
      ),
    );
    assert.ok(after['deployment.yaml']?.includes('namespace: other, labels: { app: web } }'));
  });
});

test('a label of namespaces', () => {
  for (const at of [mark(ALL, 'namespace.yaml', 'web, team'), mark(ALL, 'policy.yaml', 'web, team')]) {
    const after = renamed(at, 'x');
    assert.equal(after['namespace.yaml'], NAMESPACE.replace('app: web', 'app: x'));
    assert.equal(after['policy.yaml'], POLICY.replace('{ app: web, team', '{ app: x, team'));
    assert.equal(
      after['rest.yaml'],
      REST.replace('namespaces: { matchLabels: { app: web', 'namespaces: { matchLabels: { app: x').replace(
        'namespaceSelector: { matchLabels: { app: web',
        'namespaceSelector: { matchLabels: { app: x',
      ),
    );
    assert.equal(after['deployment.yaml'], DEPLOYMENT);
  }
});

test('what is allowed stays as it is, but for the names', () => {
  const read = (text = '') => policiesIn(text).filter((policy) => policy !== null);
  const there = renamed(mark(ALL, 'deployment.yaml', 'web, tier'), 'front');
  assert.notEqual(firstDifference(read(POLICY), read(there['policy.yaml'])), null);
  const back = renamed(mark(there, 'deployment.yaml', 'front, tier'), 'web');
  assert.equal(firstDifference(read(POLICY), read(back['policy.yaml'])), null);
});

suite('spelling', () => {
  const service = (selector: string) => ({
    's.yaml': `apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec:\n  selector:${selector}\n`,
  });
  const cases: Readonly<Record<string, readonly [before: string, newText: string, after: string]>> = {
    'quotes where the text would be no string': ['\n    a: ⟦⟧b # c', 'true', '\n    a: "true" # c'],
    'quotes where the text would be a number': ['\n    a: ⟦⟧b', '010', '\n    a: "010"'],
    'quotes for nothing at all': ['\n    a: ⟦⟧b', '', '\n    a: ""'],
    'quotes around a key': ['\n    ⟦⟧a: b', 'yes', '\n    "yes": b'],
    'no new quotes where there were others': ["\n    a: '⟦⟧b'", 'on', "\n    a: 'on'"],
    'a flow mapping': [' {a: ⟦⟧b, c: d}', 'x.y', ' {a: x.y, c: d}'],
    'JSON keys': [' {"⟦⟧a":"b"}', 'x', ' {"x":"b"}'],
    'an explicit key': ['\n    ? ⟦⟧a\n    : b', 'x', '\n    ? x\n    : b'],
  };
  for (const [name, [before, newText, after]] of Object.entries(cases))
    test(name, () => {
      assert.deepEqual(renamed(service(before), newText), service(after));
      const crlf = (texts: Texts) =>
        Object.fromEntries(Object.entries(texts).map(([k, text]) => [k, text.replaceAll('\n', '\r\n')]));
      assert.deepEqual(renamed(crlf(service(before)), newText), crlf(service(after)));
    });
});

suite('anchors', () => {
  const workload = (labels: string, rest = '') => ({
    'w.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: &name web }\nspec:\n  selector: { matchLabels: ${labels} }\n  template: { metadata: { labels: ${rest} } }\n`,
  });
  test('labels behind an alias are renamed once', () =>
    assert.deepEqual(renamed(workload('&l { app: ⟦⟧web }', '*l'), 'x'), workload('&l { app: x }', '*l')));
  test('an alias of something that is no label becomes text', () =>
    assert.deepEqual(
      renamed(workload('{ app: ⟦⟧*name }', '{ app: *name, a: b }'), 'x'),
      workload('{ app: x }', '{ app: x, a: b }'),
    ));
  test('an anchored label whose aliases are labels, too', () =>
    assert.deepEqual(
      renamed(workload('{ app: &a ⟦⟧web }', '{ app: *a }'), 'x'),
      workload('{ app: &a x }', '{ app: *a }'),
    ));
  test('not an anchored label that stands for something else, too', () =>
    assert.match(
      String(rename(workload('{ app: &a ⟦⟧web }', '{ app: *a, other: *a }'), 'x')),
      /cannot be edited safely/,
    ));
  test('merged labels', () =>
    assert.deepEqual(
      renamed(workload('&l { app: ⟦⟧web }', '{ <<: *l, a: b }'), 'x'),
      workload('&l { app: x }', '{ <<: *l, a: b }'),
    ));
  test('the key of a merged label that another overrides', () =>
    assert.deepEqual(
      renamed(workload('&l { app: web }', '{ <<: *l, ⟦⟧app: b }'), 'x'),
      workload('&l { x: web }', '{ <<: *l, x: b }'),
    ));
  test('not what stands for pods and namespaces at once', () => {
    const policy = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a }\nspec:\n  podSelector: &s { matchLabels: { app: ⟦⟧web } }\n  ingress: [{ from: [{ namespaceSelector: *s }] }]\n`;
    assert.match(String(rename({ 'a.yaml': policy }, 'x')), /to pods and to namespaces/);
  });
});

suite('refused', () => {
  const cases: Readonly<Record<string, readonly [texts: Texts, newText: string, reason: RegExp]>> = {
    'an invalid value': [
      mark(ALL, 'service.yaml', 'web }, ports'),
      'a b',
      /"a b" is no label value: it must consist/,
    ],
    'an invalid key': [
      mark(ALL, 'service.yaml', 'app: web }, ports'),
      'a/b/c',
      /no label key: it has more than one slash/,
    ],
    'a value that is used': [
      mark(ALL, 'service.yaml', 'web }, ports'),
      'db',
      /The label app=db is used already for pods/,
    ],
    'a key that is used': [
      mark(ALL, 'service.yaml', 'app: web }, ports'),
      'tier',
      /The label key tier is used already for pods/,
    ],
    'what Kubernetes sets': [
      { 'p.yaml': POLICY.replace('team: portal', 'kubernetes.io/metadata.name: ⟦⟧x') },
      'y',
      /Kubernetes sets kubernetes\.io\/metadata\.name/,
    ],
    'what a controller sets': [
      { 'p.yaml': POLICY.replace('app: db', 'job-name: ⟦⟧x') },
      'y',
      /A controller sets job-name/,
    ],
    'template text': [
      { 'p.yaml': POLICY.replace('app: db', 'app: "⟦⟧{{ .Values.app }}"') },
      'y',
      /This is template text/,
    ],
    'an action': [
      { 'p.yaml': POLICY.replace('app: db', 'app: {{ ⟦⟧.Values.app }}') },
      'y',
      /This is template text/,
    ],
    'a label of the workload itself': [
      mark(ALL, 'service.yaml', 'web } }\nspec'),
      'y',
      /a label of the Service itself/,
    ],
    'a block scalar': [
      { 'p.yaml': POLICY.replace('app: db', 'app: |-\n                ⟦⟧db') },
      'y',
      /cannot be edited safely/,
    ],
  };
  for (const [name, [texts, newText, reason]] of Object.entries(cases))
    test(name, () => assert.match(String(rename(texts, newText)), reason));

  test('where there is no label', () => {
    assert.equal(rename(mark(ALL, 'service.yaml', '80'), 'y'), null);
    assert.equal(rename(mark(ALL, 'policy.yaml', 'Exists'), 'y'), null);
  });
});

test('the same text as before is no change', () =>
  assert.deepEqual(renamed(mark(ALL, 'service.yaml', 'web }, ports'), 'web'), unmarked(ALL)));

test('files that may name the label and cannot be read are counted', () => {
  const texts = {
    ...mark(ALL, 'service.yaml', 'web }, ports'),
    'chart.yaml': '{{- if .x }}\napp: web\n{{- end }}\n',
    'other-chart.yaml': '{{- if .x }}\napp: api\n{{- end }}\n',
    'calico.yaml':
      'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: c }\nspec: { selector: "app == \'web\'" }\n',
  };
  const result = rename(texts, 'front');
  assert.ok(result && typeof result === 'object');
  assert.deepEqual(result.left, ['chart.yaml', 'calico.yaml']);
});

suite('kustomizations', () => {
  const texts = (extra = '') => ({
    'kustomization.yaml': `commonLabels: { team: ⟦⟧a }\nlabels: [{ pairs: { team: a, x: y } }]\n`,
    'policy.yaml': `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a }\nspec:\n  podSelector: { matchLabels: { team: a } }\n${extra}`,
  });
  test('give labels to everything', () =>
    assert.deepEqual(renamed(texts(), 'b'), {
      'kustomization.yaml': 'commonLabels: { team: b }\nlabels: [{ pairs: { team: b, x: y } }]\n',
      'policy.yaml': texts()['policy.yaml'].replace('team: a', 'team: b'),
    }));
  test('which is refused where pods and namespaces are selected by it', () =>
    assert.match(
      String(
        rename(texts('  ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }]\n'), 'b'),
      ),
      /to pods and to namespaces/,
    ));
});
