// The exposure and pitfall rules on text that is written in unusual ways, or that does not say what it will be.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { policyYaml, webPolicy } from '../../server/src/rules/example-yaml.ts';
import { applyFix, judge } from '../support/example.ts';

const RULES =
  /^(?:all-namespaces-peer|allow-all-(?:in|e)gress|empty-from-allows-all|inert-rules|peer-and-or|policy-types-missing|wildcard-pod-selector|world-cidr)$/;

/** `rule severity: underlined text` for what these rules find. */
function findings(text: string): string[] {
  return judge(text)
    .filter((d) => RULES.test(d.rule.id))
    .map(({ rule, severity, finding: { at } }) => {
      const underlined = at.document.text.slice(at.span.start, at.span.end).replace(/\s+/g, ' ');
      return `${rule.id} ${severity}: ${underlined}`;
    });
}

function check(cases: readonly (readonly [name: string, text: string, expected: readonly string[]])[]): void {
  for (const [name, text, expected] of cases) test(name, () => assert.deepEqual(findings(text), expected));
}

const CONTRACTOR = 'name: web\nnamespace: contractor-acme';
const INTERNET = '[10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16]';

suite('template text is not judged', () => {
  check([
    [
      'a list of sources that the chart fills in',
      webPolicy(
        'policyTypes: [Ingress]\ningress:\n  - from:\n      {{- toYaml .Values.from | nindent 6 }}\n    ports: [{ port: 80 }]',
      ),
      [],
    ],
    [
      'a source that is there only sometimes',
      webPolicy(
        'policyTypes: [Ingress]\ningress:\n  - ports: [{ port: 80 }]\n    {{- with .Values.from }}\n    from: {{ . }}\n    {{- end }}',
      ),
      [],
    ],
    [
      'a selector that the chart fills in',
      policyYaml(
        'podSelector:\n  {{- include "labels" . | nindent 4 }}\npolicyTypes: [Ingress]\ningress:\n  - from: [{ podSelector: {} }]',
      ),
      [],
    ],
    [
      'a selector in one line',
      policyYaml(
        'podSelector: "{{ .Values.selector }}"\npolicyTypes: [Ingress]\ningress:\n  - from: [{ podSelector: {} }]',
      ),
      [],
    ],
    [
      'types and addresses',
      webPolicy(
        'policyTypes: ["{{ .Values.type }}"]\negress:\n  - to: [{ ipBlock: { cidr: "{{ .Values.cidr }}" } }]',
      ),
      [],
    ],
    [
      'a placeholder of kustomize',
      webPolicy('policyTypes: [Egress]\negress:\n  - to: [{ ipBlock: { cidr: "$(PARTNER_CIDR)" } }]'),
      [],
    ],
    [
      'exceptions, without which nobody knows how much of the world is meant',
      webPolicy(
        'policyTypes: [Egress]\negress:\n  - to: [{ ipBlock: { cidr: 0.0.0.0/0, except: ["{{ .Values.private }}"] } }]',
      ),
      ['world-cidr hint: 0.0.0.0/0'],
    ],
    [
      'a value elsewhere leaves what is plain to be judged',
      webPolicy('policyTypes: [Ingress]\ningress: [{}]', 'name: "{{ .Release.Name }}"\nnamespace: shop'),
      ['allow-all-ingress warning: {}'],
    ],
  ]);
});

suite('what a syntax error cuts off is not called missing', () => {
  const list = (last: string) =>
    `apiVersion: v1\nkind: List\nitems:\n${[webPolicy('policyTypes: [Ingress]\ningress: [{}]'), last]
      .map((item) => item.replace(/^(?=.)/gm, '    ').replace('    ', '  - '))
      .join('')}`;
  check([
    [
      'a bracket too many',
      policyYaml('podSelector: { matchLabels: { app: web } } }\npolicyTypes: [Egress]'),
      [],
    ],
    [
      'in the last policy of a list, which leaves the first',
      list(policyYaml('podSelector: {} }\npolicyTypes: [Egress]')),
      ['allow-all-ingress warning: {}'],
    ],
  ]);
});

suite('spellings', () => {
  check([
    [
      'JSON',
      '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"web"},"spec":{"podSelector":{},"ingress":[{"from":[{"namespaceSelector":{}}],"ports":null}],"policyTypes":["Ingress"]}}',
      ['wildcard-pod-selector warning: {}', 'all-namespaces-peer warning: "namespaceSelector":{}'],
    ],
    [
      'tilde',
      webPolicy('policyTypes: [Ingress]\ningress:\n  - ~\n  - from: ~\n    ports: [{ port: 80 }]'),
      ['allow-all-ingress warning: ~', 'empty-from-allows-all warning: from'],
    ],
    [
      'an alias for a rule',
      webPolicy('policyTypes: [Ingress, Egress]\ningress:\n  - &any {}\negress:\n  - *any'),
      ['allow-all-ingress warning: {}', 'allow-all-egress warning: *any'],
    ],
    [
      'a merge that brings the source',
      webPolicy(
        'policyTypes: [Ingress]\ningress:\n  - &own\n    from: [{ podSelector: {} }]\n  - <<: *own\n    ports: [{ port: 80 }]',
      ),
      [],
    ],
    [
      'a selector of matchExpressions that is empty',
      webPolicy(
        'policyTypes: [Ingress]\ningress:\n  - from: [{ namespaceSelector: { matchExpressions: [] } }]',
      ),
      ['all-namespaces-peer warning: namespaceSelector: { matchExpressions: [] }'],
    ],
    [
      'one protocol left out',
      webPolicy('policyTypes: [Egress]\negress:\n  - ports: [{ protocol: TCP }, { protocol: UDP }]'),
      ['empty-from-allows-all warning: ports'],
    ],
    [
      'one port left out',
      webPolicy(
        'policyTypes: [Egress]\negress:\n  - ports: [{ protocol: UDP }, { protocol: SCTP }, { port: 2, endPort: 65535 }]',
      ),
      ['empty-from-allows-all warning: ports'],
    ],
  ]);
});

suite('what lowers the severity', () => {
  const world = (rest: string, namespace?: string) =>
    webPolicy(`policyTypes: [Egress]\negress:\n  - to: [${rest}]\n    ports: [{ port: 443 }]`, namespace);
  check([
    [
      'the internet without private ranges',
      world(`{ ipBlock: { cidr: 0.0.0.0/0, except: ${INTERNET} } }`),
      ['world-cidr info: 0.0.0.0/0'],
    ],
    [
      'the same for a contractor',
      world(`{ ipBlock: { cidr: 0.0.0.0/0, except: ${INTERNET} } }`, CONTRACTOR),
      ['world-cidr warning: 0.0.0.0/0'],
    ],
    [
      'not, without the metadata service',
      world('{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16] } }'),
      ['world-cidr warning: 0.0.0.0/0'],
    ],
    [
      'not, where half of it comes without exceptions',
      world(`{ ipBlock: { cidr: 0.0.0.0/1, except: [10.0.0.0/8] } }, { ipBlock: { cidr: 128.0.0.0/1 } }`),
      ['world-cidr warning: 0.0.0.0/1'],
    ],
    [
      'a private network beside the internet',
      world(`{ ipBlock: { cidr: 10.20.0.0/16 } }, { ipBlock: { cidr: 0.0.0.0/0, except: ${INTERNET} } }`),
      ['world-cidr info: 0.0.0.0/0'],
    ],
    [
      'a long list that leaves internal ranges out',
      world(Array.from({ length: 40 }, (_, i) => `{ ipBlock: { cidr: ${i + 11}.0.0.0/8 } }`).join(', ')),
      ['world-cidr info: 11.0.0.0/8'],
    ],
    [
      'the same with a private range among them',
      world(Array.from({ length: 40 }, (_, i) => `{ ipBlock: { cidr: ${i + 1}.0.0.0/8 } }`).join(', ')),
      ['world-cidr info: 1.0.0.0/8'],
    ],
    ['public IPv6', world(`{ ipBlock: { cidr: '2000::/3' } }`), ["world-cidr info: '2000::/3'"]],
    [
      'web ports of some pods',
      webPolicy(
        'policyTypes: [Ingress]\ningress:\n  - from: [{ ipBlock: { cidr: 0.0.0.0/0 } }]\n    ports: [{ port: 443 }, { port: http }]',
      ),
      ['world-cidr info: 0.0.0.0/0'],
    ],
    [
      'not, for another port beside them',
      webPolicy(
        'policyTypes: [Ingress]\ningress:\n  - from: [{ ipBlock: { cidr: 0.0.0.0/0 } }]\n    ports: [{ port: 443 }, { port: 22 }]',
      ),
      ['world-cidr warning: 0.0.0.0/0'],
    ],
    [
      'not, for web ports of every pod',
      policyYaml(
        'podSelector: {}\npolicyTypes: [Ingress]\ningress:\n  - from: [{ ipBlock: { cidr: 0.0.0.0/0 } }]\n    ports: [{ port: 443 }]',
      ),
      ['wildcard-pod-selector warning: {}', 'world-cidr warning: 0.0.0.0/0'],
    ],
    [
      'a namespace that collects metrics',
      webPolicy(
        'policyTypes: [Egress]\negress:\n  - to: [{ namespaceSelector: {} }]\n    ports: [{ port: 9090 }]',
        'name: prometheus\nnamespace: monitoring',
      ),
      ['all-namespaces-peer info: namespaceSelector: {}'],
    ],
    [
      'not, for labels that are only ruled out',
      webPolicy(
        'policyTypes: [Ingress]\ningress:\n  - from: [{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: a, operator: DoesNotExist }] } }]\n    ports: [{ port: 80 }]',
      ),
      ['all-namespaces-peer warning: namespaceSelector: {}'],
    ],
  ]);
});

suite('a promise to deny egress', () => {
  const named = (name: string) => policyYaml('podSelector: {}', `name: ${name}\nnamespace: shop`);
  const said = (comment: string) => `${comment}\n${named('baseline')}`;
  const kept = ['policy-types-missing hint: spec'];
  const broken = ['policy-types-missing warning: spec'];
  check([
    ['by name', named('deny-all-egress'), broken],
    ['by name, of outbound traffic', named('block-outbound'), broken],
    ['not by the name of a policy that allows', named('allow-egress-no-dns'), kept],
    ['not by a name that speaks of ingress', named('default-deny-ingress'), kept],
    ['in a comment', said('# Deny all egress.'), broken],
    ['in a comment, in the passive', said('# Outgoing connections are blocked here'), broken],
    ['in a comment, as no traffic', said('# no egress traffic'), broken],
    ['in a comment inside', named('baseline').replace('spec:', 'spec: # denies egress'), broken],
    ['not where the comment says not', said('# Does not deny egress.'), kept],
    [
      'not where the comment is about something else',
      said('# Deny ingress. Egress is for the platform.'),
      kept,
    ],
    [
      'not in the comment on another object',
      `# Deny all egress.\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n${named('baseline')}`,
      kept,
    ],
    [
      'not where it is kept',
      `# Denies egress but to the pods of the namespace\n${policyYaml('podSelector: {}\negress:\n  - to: [{ podSelector: {} }]')}`,
      ['policy-types-missing hint: spec', 'wildcard-pod-selector info: {}'],
    ],
  ]);
});

suite('alternatives on purpose', () => {
  const peers = (between: string, above = '') =>
    webPolicy(
      `policyTypes: [Ingress]\ningress:\n  - from:${above}\n      - namespaceSelector: { matchLabels: { team: a } }\n${between}      - podSelector: { matchLabels: { app: b } }`,
    );
  const torn = ['peer-and-or warning: podSelector: { matchLabels: { app: b } }'];
  check([
    ['nothing is said', peers(''), torn],
    ['a comment without the word', peers('      # The gateway for orders.\n'), torn],
    ['or', peers('      # or the gateway\n'), []],
    ['also', peers('      # Also our own.\n'), []],
    ['either, above both', peers('', ' # either of these'), []],
    ['the word in a label', peers('').replace('team: a', 'team: or'), torn],
    ['addresses in the list', peers('      - ipBlock: { cidr: 192.0.2.0/24 }\n'), []],
    [
      'an own namespace by its name',
      peers('').replace('team: a', 'kubernetes.io/metadata.name: shop'),
      ['peer-and-or info: podSelector: { matchLabels: { app: b } }'],
    ],
    [
      'a rule that is not in effect',
      peers('').replace('[Ingress]', '[Egress]'),
      ['inert-rules warning: ingress'],
    ],
  ]);
});

suite('fixes where text is shared or sparse', () => {
  function fixed(text: string, ruleId: string, title: string): string {
    const found = judge(text).find((d) => d.rule.id === ruleId);
    const fix = found?.finding.fixes?.find((f) => f.title === title);
    assert.ok(fix, `${ruleId} has no fix "${title}"`);
    return applyFix(text, fix);
  }

  test('peers that come by a merge are not changed for others', () => {
    const text = webPolicy(
      'policyTypes: [Ingress]\ningress:\n  - &open { from: [], ports: [{ port: 80 }] }\n  - { <<: *open, ports: [{ port: 81 }] }',
    );
    const found = judge(text).filter((d) => d.rule.id === 'empty-from-allows-all');
    assert.deepEqual(
      found.map((d) => d.finding.fixes?.length),
      [1, 0],
    );
  });

  test('a private block that completes the world is taken out', () => {
    const blocks = [
      '0.0.0.0/5',
      '8.0.0.0/7',
      '10.0.0.0/8',
      '11.0.0.0/8',
      '12.0.0.0/6',
      '16.0.0.0/4',
      '32.0.0.0/3',
      '64.0.0.0/2',
      '128.0.0.0/1',
    ];
    const list = (cidrs: readonly string[]) =>
      webPolicy(
        `policyTypes: [Egress]\negress:\n  - to:\n${cidrs.map((c) => `      - ipBlock:\n          cidr: ${c}`).join('\n')}`,
      );
    const after = fixed(list(blocks), 'world-cidr', 'Leave out private and metadata ranges');
    assert.ok(!after.includes('10.0.0.0/8'));
    assert.ok(after.includes('cidr: 64.0.0.0/2\n            except:\n              - 100.64.0.0/10'));
    assert.deepEqual(findings(after), ['world-cidr info: 0.0.0.0/5']);
  });

  test('an empty list of exceptions is filled', () => {
    const text = webPolicy(
      'policyTypes: [Egress]\negress:\n  - to:\n      - ipBlock:\n          cidr: "::/0"\n          except: []',
    );
    assert.ok(
      fixed(text, 'world-cidr', 'Leave out private and metadata ranges').endsWith(
        'cidr: "::/0"\n            except:\n              - "fc00::/7"\n              - "fe80::/10"\n',
      ),
    );
  });

  test('halves in two lists become the pods of the namespace in each', () => {
    const text = webPolicy(
      'policyTypes: [Ingress]\ningress:\n  - from: [{ ipBlock: { cidr: 0.0.0.0/2 } }, { ipBlock: { cidr: 64.0.0.0/2 } }]\n  - from: [{ ipBlock: { cidr: 128.0.0.0/1 } }]',
    );
    assert.ok(
      fixed(text, 'world-cidr', 'Allow only pods of the same namespace').endsWith(
        '    - from: [{ podSelector: {} }]\n    - from: [{ podSelector: {} }]\n',
      ),
    );
  });
});
