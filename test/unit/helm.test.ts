// Of a chart, what is certain without its values is judged; of what is absent nothing is said. What helm has rendered is judged
// like anything else.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { run } from '../support/command-line.ts';
import { type Files, lines, uriOf, worldOf } from '../support/world.ts';

const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';

function policy(name: string, spec: string, namespace = ''): string {
  const where = namespace && `  namespace: ${namespace}\n`;
  return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\n${where}spec:\n${spec}`;
}

const DENY = '  podSelector: {}\n  policyTypes: [Ingress, Egress]\n';
const OPEN =
  '  podSelector:\n    matchLabels: { app: web }\n  policyTypes: [Ingress]\n  ingress:\n    - {}\n';
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n';
const workload = (namespace: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: ${namespace}\nspec:\n  containers: []\n`;

const found = (files: Files) => lines(worldOf(files).diagnose(), true);

suite('a chart', () => {
  test('has its mistakes reported, in files with template text and without', () => {
    const files = {
      'web/Chart.yaml': CHART,
      'web/templates/plain.yaml': policy('plain', OPEN),
      'web/templates/named.yaml': policy('{{ .Release.Name }}-web', OPEN.replace('app: web', 'app: other')),
      'web/charts/db/templates/plain.yaml': policy('db', OPEN.replace('app: web', 'app: db')),
      'web/charts/db/Chart.yaml': CHART,
    };
    assert.deepEqual(found(files), [
      'web/charts/db/templates/plain.yaml allow-all-ingress warning /db',
      'web/templates/named.yaml allow-all-ingress warning /null',
      'web/templates/plain.yaml allow-all-ingress warning /plain',
    ]);
  });

  test('is silent of what its values decide', () => {
    const files = {
      'web/Chart.yaml': CHART,
      'web/templates/values.yaml': policy('plain', '  {{- toYaml .Values.policy | nindent 2 }}\n'),
      'web/templates/rules.yaml': policy('rules', `${DENY}  ingress:\n    {{- include "web.rules" . }}\n`),
    };
    assert.deepEqual(found(files), []);
  });

  test('is not told what it lacks', () => {
    const files = {
      'web/Chart.yaml': CHART,
      'web/templates/all.yaml': `${NAMESPACE}---\n${workload('shop')}`,
      'web/templates/dns.yaml': policy('deny', DENY, 'shop'),
    };
    const about = found(files).filter((line) => !line.includes(' hint '));
    assert.deepEqual(about, []);
    assert.deepEqual(
      found(files).filter((line) => line.includes('missing-default-deny')),
      [],
    );
  });

  test('and plain files are not one namespace because they lie in one folder or name none', () => {
    const { workspace } = worldOf({
      'Chart.yaml': CHART,
      'templates/web.yaml': workload('shop').replace('  namespace: shop\n', ''),
      'templates/other/web.yaml': workload('shop').replace('  namespace: shop\n', ''),
      'plain.yaml': policy('deny', DENY),
      'extra/templates/plain.yaml': policy('deny', DENY),
    });
    const groups = [...workspace.scopes].map(
      ({ policies, workloads }) => `${policies.length} ${workloads.length}`,
    );
    assert.deepEqual(groups.sort(), ['0 2', '1 0', '1 0']);
  });

  test('may deny what the plain files of a namespace do not', () => {
    const plain = { 'shop.yaml': `${NAMESPACE}---\n${workload('shop')}` };
    const missing = (files: Files) => found(files).filter((line) => line.includes('missing-default-deny'));
    assert.equal(missing(plain).length, 2);
    const chart = { 'web/Chart.yaml': CHART, 'web/templates/deny.yaml': policy('deny', DENY, 'shop') };
    assert.deepEqual(missing({ ...plain, ...chart }), []);
    assert.equal(missing({ ...plain, 'web/templates/x.yaml': policy('x', OPEN, 'shop') }).length, 2);
  });

  test('is one as soon as its Chart.yaml is there', () => {
    const world = worldOf({ 'web/templates/all.yaml': `${NAMESPACE}---\n${workload('shop')}` });
    const count = () => world.diagnose().filter(({ rule }) => rule.family === 'coverage').length;
    assert.equal(count(), 2);
    world.workspace.set(uriOf('web/Chart.yaml'), CHART);
    assert.equal(count(), 0);
    assert.deepEqual([...world.moved], ['web/templates/all.yaml']);
    world.workspace.set(uriOf('web/templates/more.yaml'), policy('deny', DENY, 'shop'));
    assert.equal(count(), 0);
    world.workspace.delete(uriOf('web/Chart.yaml'));
    world.workspace.delete(uriOf('web/templates/more.yaml'));
    assert.equal(count(), 2);
  });
});

test('what helm template writes is judged like anything else', async () => {
  const rendered = [NAMESPACE, workload('shop'), policy('web', OPEN, 'shop')]
    .map((object) => `---\n# Source: web/templates/all.yaml\n${object}`)
    .join('');
  const { code, stdout } = await run(['check', '-', '--format', 'json'], { cwd: '/', stdin: rendered });
  const rules = JSON.parse(stdout).findings.map((f: { rule: string }) => f.rule);
  assert.equal(code, 0);
  for (const rule of ['allow-all-ingress', 'missing-default-deny-ingress']) assert.ok(rules.includes(rule));
});
