// Rules that compare policies with workloads, in files and kustomizations that are applied together, and beside other rules.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Diagnosis } from '../../server/src/core/rule.ts';
import { judge } from '../support/example.ts';
import { type Files, pathOf, worldOf } from '../support/world.ts';

const ABOUT_WORKLOADS = new Set([
  'hostnetwork-selected',
  'named-port-unresolved',
  'selector-matches-nothing',
  'service-port-vs-target',
  'uncovered-workload',
]);

function deployment(name: string, { namespace = 'shop', labels = `app: ${name}`, spec = '' } = {}): string {
  const where = namespace === '' ? '' : `, namespace: ${namespace}`;
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}${where} }
spec:
  template:
    metadata: { labels: { ${labels} } }
    spec: { ${spec}containers: [{ name: a, ports: [{ name: http, containerPort: 8080 }] }] }
`;
}

function policy(spec: string, { name = 'p', namespace = 'shop' } = {}): string {
  const where = namespace === '' ? '' : `, namespace: ${namespace}`;
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}${where} }
spec: ${spec}
`;
}

const service = (port: number, targetPort: number | string, selector = 'app: web', namespace = 'shop') =>
  `apiVersion: v1
kind: Service
metadata: { name: web, namespace: ${namespace} }
spec: { selector: { ${selector} }, ports: [{ port: ${port}, targetPort: ${targetPort} }] }
`;

const file = (...documents: string[]) => documents.join('---\n');
const selecting = (label: string) => policy(`{ podSelector: { matchLabels: { ${label} } } }`);
const kustomization = (rest: string) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${rest}`;

const show = ({ rule, severity, finding: { at } }: Diagnosis) =>
  `${rule.id} ${severity}: ${at.document.text.slice(at.span.start, at.span.end).replace(/\s+/g, ' ')}`;

const about = (found: readonly Diagnosis[]) => found.filter(({ rule }) => ABOUT_WORKLOADS.has(rule.id));

/** What the rules about workloads find in several files, by path. */
function found(files: Files): string[] {
  const { diagnose } = worldOf(files);
  return about(diagnose()).map((d) => `${pathOf(d.finding.at.document.uri)} ${show(d)}`);
}

/** What they find in one file. */
const foundIn = (...documents: string[]) => about(judge(file(...documents))).map(show);

suite('a selector that matches nothing', () => {
  test('is no slip when another policy demands the same label, unless the slip is one of form', () => {
    const twice = (label: string) => [deployment('frontend'), selecting(label), selecting(label)];
    assert.deepEqual(foundIn(...twice('app: forntend')), []);
    assert.deepEqual(foundIn(...twice('app: Frontend')), [
      'selector-matches-nothing warning: Frontend',
      'selector-matches-nothing warning: Frontend',
    ]);
  });

  test('is no slip when a pod of another name has the label', () => {
    const web = deployment('web', { labels: 'app: web, tier: front' });
    const other = deployment('other', { labels: 'app: other, tier: Front' });
    assert.deepEqual(foundIn(web, other, selecting('app: web, tier: Front')), []);
    assert.deepEqual(foundIn(web, selecting('app: web, tier: Front')), [
      'selector-matches-nothing warning: Front',
    ]);
  });

  test('is no slip where pods may have the label, nor where it is one of several', () => {
    const templated = deployment('x', { labels: 'app: "{{ .x }}"' });
    assert.deepEqual(foundIn(templated, deployment('frontend'), selecting('app: forntend')), []);
    const several = (values: string) =>
      policy(`{ podSelector: { matchExpressions: [{ key: tier, operator: In, values: [${values}] }] } }`);
    const web = deployment('web').replace('namespace: shop', 'namespace: shop, labels: { tier: front }');
    assert.deepEqual(foundIn(web, several('front')), ['selector-matches-nothing warning: tier']);
    assert.deepEqual(foundIn(web, several('front, back')), []);
    assert.deepEqual(
      foundIn(web.replace('app: web', 'tier: other'), several('front')),
      [],
      'its pods have another',
    );
  });

  test('is judged in the namespaces that a peer names', () => {
    const from = (namespace: string) =>
      policy(
        `{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { ${namespace} } }, podSelector: { matchLabels: { app: forntend } } }] }] }`,
      );
    const frontend = deployment('frontend', { namespace: 'front' });
    const named = 'kubernetes.io/metadata.name: front';
    assert.deepEqual(foundIn(frontend, from(named)), ['selector-matches-nothing warning: forntend']);
    assert.deepEqual(foundIn(frontend, from('team: front')), [], 'which namespaces these are is not known');
    const labelled = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: front, labels: { team: front } }\n';
    const own = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n';
    assert.deepEqual(foundIn(labelled, own, frontend, from('team: front')), [
      'selector-matches-nothing warning: forntend',
    ]);
    assert.deepEqual(
      foundIn(labelled, frontend, from('team: front')),
      [],
      'the namespace shop may be one of them',
    );
  });

  test("is left to the rules about DNS where the cluster's DNS is missed", () => {
    const dns = deployment('coredns', { namespace: 'kube-system', labels: 'k8s-app: kube-dns' });
    const to = (direction: string, peers: string) =>
      policy(
        `{ podSelector: {}, policyTypes: [${direction}], ${direction.toLowerCase()}: [{ ${peers}: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kubedns } } }] }] }`,
      );
    assert.deepEqual(foundIn(dns, to('Egress', 'to')), []);
    assert.deepEqual(foundIn(dns, to('Ingress', 'from')), ['selector-matches-nothing warning: kubedns']);
  });

  test('is said once for what a namespace is called', () => {
    const shop = `apiVersion: v1\nkind: Namespace\nmetadata: { name: front, labels: { team: x } }\n`;
    const from = policy(
      '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: front } } }] }] }',
    );
    assert.deepEqual(foundIn(shop, deployment('web', { namespace: 'front' }), from), [
      'selector-matches-nothing warning: name',
    ]);
    const labelled = shop.replace('name: front', 'name: other').replace('team: x', 'name: front');
    assert.deepEqual(foundIn(shop, labelled, from), [], 'another namespace has the label');
  });

  test('is said once where a label that others can set is not to be trusted either', () => {
    const front = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: front }\n';
    const from = (label: string) =>
      policy(
        `{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { ${label} } } }] }] }`,
        { namespace: 'vendor' },
      );
    const said = (label: string) =>
      judge(file(front, from(label)))
        .map(({ rule }) => rule.id)
        .filter((id) => id === 'namespace-label-spoofable' || id === 'selector-matches-nothing');
    assert.deepEqual(said('name: front'), ['selector-matches-nothing']);
    assert.deepEqual(said('team: front'), ['namespace-label-spoofable']);
  });

  test('is not fixed in text that others share', () => {
    const shared = policy(`
  podSelector: &pods { matchLabels: { app: frontend } }
  ingress: [{ from: [{ podSelector: *pods }] }]`).replace('app: frontend', 'app: Frontend');
    const [own, peer] = about(judge(file(deployment('frontend'), shared)));
    assert.equal(own?.finding.fixes?.length, 1);
    assert.deepEqual(peer?.finding.fixes, []);
  });
});

suite('kustomizations', () => {
  test('give pods the labels that a policy selects by', () => {
    const files = {
      'base/web.yaml': deployment('web', { namespace: '', labels: 'app.kubernetes.io/name: web' }),
      'base/policy.yaml': policy(
        '{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [web] }] } }',
        {
          namespace: '',
        },
      ),
      'base/kustomization.yaml': kustomization(
        'namespace: shop\nlabels:\n  - pairs: { app: web }\n    includeTemplates: true\nresources: [web.yaml, policy.yaml]\n',
      ),
    };
    assert.deepEqual(found(files), []);
    const without = {
      ...files,
      'base/kustomization.yaml': files['base/kustomization.yaml'].replace('app: web', 'x: y'),
    };
    assert.deepEqual(found(without), ['base/policy.yaml selector-matches-nothing warning: app']);
  });

  test('that share nothing may be applied together', () => {
    const files = {
      'policies/policy.yaml': file(selecting('app: web'), deployment('wbe', { labels: 'app: Web' })),
      'policies/kustomization.yaml': kustomization('resources: [policy.yaml]\n'),
      'web/web.yaml': deployment('web'),
      'web/kustomization.yaml': kustomization('resources: [web.yaml]\n'),
    };
    assert.deepEqual(found(files), []);
  });

  test('that patch a workload leave its ports unknown', () => {
    const files = {
      'web.yaml': file(
        deployment('web'),
        service(80, 8080),
        policy(
          '{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }, { port: metrics }] }] }',
        ),
      ),
    };
    const listed = 'resources: [web.yaml]\n';
    const patch =
      'patches:\n  - target: { kind: Deployment }\n    patch: |-\n      - op: add\n        path: /spec/template/spec/containers/-\n        value: { name: b }\n';
    assert.deepEqual(found({ ...files, 'kustomization.yaml': kustomization(listed) }), [
      'web.yaml service-port-vs-target warning: 80',
      'web.yaml named-port-unresolved warning: metrics',
    ]);
    assert.deepEqual(found({ ...files, 'kustomization.yaml': kustomization(listed + patch) }), []);
  });
});

suite('the port of a Service', () => {
  const ingress = (ports: string) =>
    policy(
      `{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: {} }], ports: [${ports}] }] }`,
    );

  test('is offered for each port that it leads to', () => {
    const [diagnosis] = about(
      judge(file(deployment('web'), service(80, 8080), service(80, 9090), ingress('{ port: 80 }'))),
    );
    assert.deepEqual(
      diagnosis?.finding.fixes?.map((fix) => fix.title),
      ['Allow port 8080, where the pods listen', 'Allow port 9090, where the pods listen'],
    );
    assert.equal(diagnosis?.finding.related?.length, 2);
  });

  test('means nothing for pods that it does not select, or that nobody knows', () => {
    assert.deepEqual(
      foundIn(deployment('web'), service(80, 8080, 'app: other'), ingress('{ port: 80 }')),
      [],
    );
    assert.deepEqual(foundIn(service(80, 8080), ingress('{ port: 80 }')), []);
    const templated = deployment('x', { labels: 'app: "{{ .x }}"' });
    assert.deepEqual(foundIn(deployment('web'), templated, service(80, 8080), ingress('{ port: 80 }')), []);
  });

  test('means nothing when no container has the name that it leads to', () => {
    assert.deepEqual(foundIn(deployment('web'), service(80, 'other'), ingress('{ port: 80 }')), []);
  });

  test('is seen in another namespace that a peer names', () => {
    const to = policy(
      `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: front } }, podSelector: { matchLabels: { app: web } } }], ports: [{ port: 80 }] }] }`,
    );
    const web = deployment('web', { namespace: 'front' });
    assert.deepEqual(foundIn(web, service(80, 8080, 'app: web', 'front'), to), [
      'service-port-vs-target warning: 80',
    ]);
    assert.deepEqual(foundIn(web, service(80, 8080), to), [], 'the Service is of another namespace');
  });

  test('is not what a range of ports means, nor a peer that is an address', () => {
    assert.deepEqual(foundIn(deployment('web'), service(80, 8080), ingress('{ port: 80, endPort: 90 }')), []);
    const to = policy(
      `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: web } } }, { ipBlock: { cidr: 203.0.113.0/24 } }], ports: [{ port: 80 }, { port: nothing }] }] }`,
    );
    assert.deepEqual(foundIn(deployment('web'), service(80, 8080), to), []);
  });

  test('means nothing where the direction is not isolated', () => {
    const inert = ingress('{ port: 80 }, { port: nothing }').replace(
      'ingress:',
      'policyTypes: [Egress], ingress:',
    );
    assert.deepEqual(foundIn(deployment('web'), service(80, 8080), inert), []);
  });
});

suite('destinations', () => {
  const to = (...peers: string[]) =>
    policy(
      `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${peers.join(', ')}], ports: [{ port: 80 }, { port: metrics }] }] }`,
    );
  const namespaces = (values: string) =>
    `namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [${values}] }] }`;
  const web = 'podSelector: { matchLabels: { app: web } }';
  const WEB = [deployment('web', { namespace: 'front' }), service(80, 8080, 'app: web', 'front')];
  const BOTH = ['service-port-vs-target warning: 80', 'named-port-unresolved warning: metrics'];

  const cases: readonly (readonly [string, readonly string[], readonly string[], readonly string[]])[] = [
    ['are pods of a named namespace', [`{ ${namespaces('front')}, ${web} }`], [], BOTH],
    [
      'are not known of a namespace that the workspace does not have',
      [`{ ${namespaces('front, back')}, ${web} }`],
      [],
      [],
    ],
    [
      'are not known where a namespace may have a label',
      [`{ namespaceSelector: { matchLabels: { team: x } }, ${web} }`],
      [],
      [],
    ],
    [
      'are known where no other namespace may have it',
      [`{ namespaceSelector: { matchLabels: { team: x } }, ${web} }`],
      [
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: front, labels: { team: x } }\n',
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
      ],
      BOTH,
    ],
    [
      'are those of all peers',
      [`{ ${namespaces('front')}, ${web} }`, '{ podSelector: { matchLabels: { app: unseen } } }'],
      [],
      [],
    ],
    ['are whatever runs in a namespace of which all pods are meant', [`{ ${namespaces('front')} }`], [], []],
    [
      'are pods that have some label',
      [`{ ${namespaces('front')}, podSelector: { matchExpressions: [{ key: app, operator: Exists }] } }`],
      [],
      BOTH,
    ],
    [
      'are whatever does not have a label',
      [`{ ${namespaces('front')}, podSelector: { matchExpressions: [{ key: x, operator: DoesNotExist }] } }`],
      [],
      [],
    ],
  ];
  for (const [name, peers, more, expected] of cases)
    test(name, () => assert.deepEqual(foundIn(...WEB, ...more, to(...peers)), expected));
});

suite('the name of a port', () => {
  const ingress = (port: string, label = 'team: x') =>
    policy(
      `{ podSelector: { matchLabels: { ${label} } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: ${port} }] }] }`,
    );
  const a = deployment('a', { labels: 'app: a, team: x' });
  const b = deployment('b', { labels: 'app: b, team: x' }).replace(
    '[{ name: http, containerPort: 8080 }]',
    '[{ name: metrics, containerPort: 1 }, { containerPort: 2 }, { containerPort: 3, protocol: UDP }, { containerPort: 4 }]',
  );
  const ported = (port: string) => about(judge(file(a, b, ingress(port))))[0];

  test('is enough on one of the pods', () => {
    assert.equal(ported('metrics'), undefined);
    assert.match(
      ported('other')?.message ?? '',
      /^The 2 workloads that this is about declare no TCP port named `other`/,
    );
  });

  test('is replaced by at most three choices, each once', () => {
    assert.deepEqual(
      ported('other')?.finding.fixes?.map(({ title }) => title),
      ['Write http', 'Write metrics', 'Write 2'],
    );
    assert.equal(ported('other')?.finding.related?.length, 5);
    const udp = about(
      judge(
        file(b.replace('{ name: metrics, containerPort: 1 }, { containerPort: 2 }, ', ''), ingress('other')),
      ),
    )[0];
    assert.deepEqual(
      udp?.finding.fixes?.map(({ title }) => title),
      ['Write 3 as a UDP port', 'Write 4'],
    );
  });

  test("of a Service's port is replaced by the name that the container has for it", () => {
    const named = service(80, 8080, 'app: a').replace('port: 80', 'name: web, port: 80');
    const [diagnosis] = about(judge(file(a, named, ingress('web', 'app: a'))));
    assert.deepEqual(
      diagnosis?.finding.fixes?.map(({ title }) => title),
      ['Write http'],
    );
    assert.deepEqual(foundIn(a, named.replace('8080', 'nothing'), ingress('web', 'app: a')), [
      'named-port-unresolved warning: web',
    ]);
  });

  test('to an address has a number when it is well known', () => {
    const to = (port: string) =>
      about(
        judge(
          policy(
            `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 203.0.113.0/24 } }], ports: [{ port: ${port} }] }] }`,
          ),
        ),
      )[0]?.finding.fixes?.map(({ title }) => title);
    assert.deepEqual(to('ldaps'), ['Write 636']);
    assert.deepEqual(to('backend'), []);
  });
});

suite("pods in the node's network", () => {
  const to = policy(
    '{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { team: x } } }] }] }',
  );
  const inHost = (name: string) =>
    deployment(name, { labels: `app: ${name}, team: x`, spec: 'hostNetwork: true, ' });
  const beside = deployment('web', { labels: 'app: web, team: x' });
  const unknown = deployment('y', { labels: 'app: "{{ .x }}"' });

  test('are what a peer is for only when it matches no others', () => {
    assert.deepEqual(foundIn(inHost('a'), to), [
      'hostnetwork-selected warning: { podSelector: { matchLabels: { team: x } } }',
    ]);
    assert.deepEqual(foundIn(inHost('a'), beside, to), []);
    assert.deepEqual(foundIn(inHost('a'), unknown, to), []);
  });

  test('are counted', () => {
    const message = (...names: string[]) => about(judge(file(...names.map(inHost), to)))[0]?.message ?? '';
    assert.match(message('a'), /^Deployment a runs in/);
    assert.match(message('a', 'b'), /^Deployment a and Deployment b run in/);
    assert.match(message('a', 'b', 'c', 'd'), /^Deployment a, Deployment b and 2 more run in/);
  });
});

suite('a workload that no policy selects', () => {
  const shop = (ignore: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop${ignore} }\n`;
  const ignoring = (reason: string) =>
    shop(`, annotations: { netpol-guard/ignore.missing-default-deny-ingress: "${reason}" }`);

  test('is a finding of its own once default deny is done without for a reason', () => {
    assert.deepEqual(foundIn(ignoring('each has its own'), deployment('web')), [
      'uncovered-workload warning: web',
    ]);
    assert.deepEqual(foundIn(ignoring(''), deployment('web')), []);
    assert.deepEqual(foundIn(shop(''), deployment('web')), []);
    const comment = shop('')
      .replace('name: shop', 'name: shop')
      .replace(
        'metadata:',
        '# netpol-guard: ignore[missing-default-deny-ingress] each has its own\nmetadata:',
      );
    assert.deepEqual(foundIn(comment, deployment('web')), ['uncovered-workload warning: web']);
  });

  test("is not left alone in a contractor's namespace, where the reason does not count", () => {
    const contractor = ignoring('each has its own').replace(
      'name: shop',
      'name: shop, labels: { netpol-guard/contractor: acme }',
    );
    const config = 'suppressions: { allow: [missing-default-deny-ingress] }\n';
    const all = file(contractor, deployment('web'));
    assert.deepEqual(about(judge(all)).map(show), []);
    assert.deepEqual(about(judge(all, config)).map(show), []);
    assert.deepEqual(
      judge(all, config)
        .filter(({ rule }) => rule.id === 'contractor-not-isolated')
        .map(show),
      ['contractor-not-isolated error: web'],
    );
  });

  test('is pointed at by the rule that default deny is missing', () => {
    const related = (...names: string[]) =>
      judge(file(shop(''), selecting('app: web'), ...names.map((name) => deployment(name))))
        .find(({ rule }) => rule.id === 'missing-default-deny-ingress')
        ?.finding.related?.map(({ message }) => message);
    assert.deepEqual(related('web'), []);
    assert.deepEqual(related('web', 'api'), ['No policy selects the pods of Deployment api for ingress.']);
    assert.equal(related('a', 'b', 'c', 'd', 'e', 'f')?.length, 5);
  });
});
