// What metadata-reachable, sensitive-port and broad-port-range say of ports and addresses, value by value.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { webPolicy } from '../../server/src/rules/example-yaml.ts';
import { judge } from '../support/example.ts';

/** `severity: underlined text` for what one rule finds. */
function found(ruleId: string, text: string): string[] {
  return judge(text)
    .filter((d) => d.rule.id === ruleId)
    .map(({ severity, finding: { at } }) => {
      const underlined = at.document.text.slice(at.span.start, at.span.end).replace(/\s+/g, ' ');
      return `${severity}: ${underlined}`;
    });
}

const to = (block: string, ports = '') =>
  webPolicy(
    `policyTypes: [Egress]\negress:\n  - to: [{ ipBlock: ${block} }]\n${ports && `    ports: [${ports}]`}`,
  );
const from = (peers: string, ports: string) =>
  webPolicy(`policyTypes: [Ingress]\ningress:\n  - from: [${peers}]\n    ports: [${ports}]`);

suite('metadata services', () => {
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['a block around the address', '{ cidr: 169.254.168.0/21 }', '', ['warning: 169.254.168.0/21']],
    ['a block beside it', '{ cidr: 169.254.170.0/24 }', '', []],
    [
      'a range of ports with 80 in it',
      '{ cidr: 169.254.0.0/16 }',
      '{ port: 1, endPort: 80 }',
      ['warning: 169.254.0.0/16'],
    ],
    ['a range without', '{ cidr: 169.254.0.0/16 }', '{ port: 81, endPort: 443 }', []],
    ['80 over UDP', '{ cidr: 169.254.0.0/16 }', '{ port: 80, protocol: UDP }', []],
    ['ports that cannot be read', '{ cidr: 169.254.0.0/16 }', '{ port: "{{ .Values.port }}" }', []],
    ['an exception around the address', '{ cidr: 169.254.0.0/16, except: [169.254.169.0/24] }', '', []],
    ['an exception that cannot be read', '{ cidr: 169.254.0.0/16, except: ["{{ .Values.out }}"] }', '', []],
    ['Alibaba Cloud, by its address alone', '{ cidr: 100.100.100.200/32 }', '', ['info: 100.100.100.200/32']],
    ['Azure, around the address', '{ cidr: 168.63.129.0/24 }', '', ['hint: 168.63.129.0/24']],
    ['Azure, its second port', '{ cidr: 168.63.129.0/24 }', '{ port: 32526 }', ['hint: 168.63.129.0/24']],
    ['Azure, for DNS', '{ cidr: 168.63.129.16/32 }', '{ port: 53 }, { port: 53, protocol: UDP }', []],
    ['AWS over IPv6', "{ cidr: 'fd00:ec2::/32' }", '', ["hint: 'fd00:ec2::/32'"]],
    ['Google Cloud over IPv6', "{ cidr: 'fd20:ce::254/128' }", '', ["info: 'fd20:ce::254/128'"]],
    ['the agent of EKS over IPv6', "{ cidr: 'fd00:ec2::23/128' }", '', []],
    ['a wide block, which world-cidr reports', '{ cidr: 160.0.0.0/4 }', '', []],
  ];
  for (const [name, block, ports, expected] of cases)
    test(name, () => assert.deepEqual(found('metadata-reachable', to(block, ports)), expected));
});

suite('ports of administration and of databases', () => {
  const every = '{ namespaceSelector: {} }';
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['a number', every, '{ port: 27018 }', ['warning: { port: 27018 }']],
    ['its neighbour', every, '{ port: 27020 }', []],
    [
      'over UDP, where the service has that',
      every,
      '{ port: 11211, protocol: UDP }',
      ['warning: { port: 11211, protocol: UDP }'],
    ],
    ['over UDP, where it has not', every, '{ port: 3306, protocol: UDP }', []],
    ['a name', every, '{ port: redis }', ['hint: { port: redis }']],
    ['a name over UDP', every, '{ port: redis, protocol: UDP }', []],
    [
      'a number and a name',
      every,
      '{ port: 22 }, { port: mysql }',
      ['warning: { port: 22 }', 'hint: { port: mysql }'],
    ],
    ['a range', every, '{ port: 3000, endPort: 4000 }', ['warning: { port: 3000, endPort: 4000 }']],
    ['the longest range', every, '{ port: 3000, endPort: 4023 }', ['warning: { port: 3000, endPort: 4023 }']],
    ['a broad range', every, '{ port: 3000, endPort: 4024 }', []],
    ['a protocol alone', every, '{ protocol: TCP }', []],
    ['an empty list', '', '{ port: 5432 }', ['warning: { port: 5432 }']],
    ['half of the world', '{ ipBlock: { cidr: 0.0.0.0/1 } }', '{ port: 5432 }', ['warning: { port: 5432 }']],
    ['a private network', '{ ipBlock: { cidr: 10.0.0.0/8 } }', '{ port: 5432 }', []],
    [
      'pods that only rule a label out',
      '{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: a, operator: DoesNotExist }] } }',
      '{ port: 5432 }',
      ['warning: { port: 5432 }'],
    ],
    [
      'pods with a label',
      '{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: a, operator: Exists }] } }',
      '{ port: 5432 }',
      [],
    ],
    [
      'pods with a label and without another',
      '{ namespaceSelector: {}, podSelector: { matchLabels: { a: b }, matchExpressions: [{ key: c, operator: DoesNotExist }] } }',
      '{ port: 5432 }',
      [],
    ],
    ['some namespaces', '{ namespaceSelector: { matchLabels: { team: a } } }', '{ port: 5432 }', []],
    [
      'some pods beside the world',
      '{ podSelector: {} }, { ipBlock: { cidr: 0.0.0.0/0 } }',
      '{ port: 5432 }',
      ['warning: { port: 5432 }'],
    ],
    // The port of the kubelet, which many a webhook's pods listen on.
    ['a webhook', every, '{ port: 10250 }', []],
  ];
  for (const [name, peers, ports, expected] of cases)
    test(name, () => assert.deepEqual(found('sensitive-port', from(peers, ports)), expected));

  test('every source and every namespace are told apart', () => {
    const message = (peers: string) =>
      judge(from(peers, '{ port: 5432 }')).find((d) => d.rule.id === 'sensitive-port')?.message ?? '';
    assert.match(message(every), /open to every pod of the cluster/);
    assert.match(message(`${every}, { ipBlock: { cidr: 0.0.0.0/0 } }`), /open to every source/);
  });

  test('a rule that is not in effect opens nothing', () => {
    const text = from(every, '{ port: 5432 }');
    assert.equal(found('sensitive-port', text).length, 1);
    assert.deepEqual(found('sensitive-port', text.replace('[Ingress]', '[Egress]')), []);
  });

  test('no fix where other peers would go with it', () => {
    const text = from(`{ podSelector: { matchLabels: { app: a } } }, ${every}`, '{ port: 5432 }');
    const finding = judge(text).find((d) => d.rule.id === 'sensitive-port')?.finding;
    assert.deepEqual(finding?.fixes, []);
  });
});

suite('ranges of ports', () => {
  const some = '{ ipBlock: { cidr: 10.0.0.0/8 } }';
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['1,024 ports', some, '{ port: 1000, endPort: 2023 }', []],
    ['one more', some, '{ port: 1000, endPort: 2024 }', ['warning: { port: 1000, endPort: 2024 }']],
    ['over UDP above 1023', some, '{ port: 1024, endPort: 65535, protocol: UDP }', []],
    [
      'over UDP from 1023',
      some,
      '{ port: 1023, endPort: 65535, protocol: UDP }',
      ['warning: { port: 1023, endPort: 65535, protocol: UDP }'],
    ],
    [
      'over SCTP',
      some,
      '{ port: 1024, endPort: 65535, protocol: SCTP }',
      ['warning: { port: 1024, endPort: 65535, protocol: SCTP }'],
    ],
    ['node ports', some, '{ port: 30000, endPort: 32768 }', []],
    [
      'more than node ports',
      some,
      '{ port: 29999, endPort: 32767 }',
      ['warning: { port: 29999, endPort: 32767 }'],
    ],
    [
      'parts that meet',
      some,
      '{ port: 1, endPort: 1000 }, { port: 1001, endPort: 2000 }',
      ['warning: { port: 1, endPort: 1000 }'],
    ],
    ['parts with a gap', some, '{ port: 1, endPort: 1000 }, { port: 1002, endPort: 2000 }', []],
    [
      'parts of two protocols',
      some,
      '{ port: 1, endPort: 1000 }, { port: 1001, endPort: 2000, protocol: UDP }',
      [],
    ],
    [
      'between pods',
      '{ podSelector: { matchLabels: { app: a } } }',
      '{ port: 1, endPort: 65535 }',
      ['info: { port: 1, endPort: 65535 }'],
    ],
    [
      'from every namespace',
      '{ namespaceSelector: {} }',
      '{ port: 1, endPort: 65535 }',
      ['warning: { port: 1, endPort: 65535 }'],
    ],
    [
      'from pods and a network',
      `{ podSelector: {} }, ${some}`,
      '{ port: 1, endPort: 65535 }',
      ['warning: { port: 1, endPort: 65535 }'],
    ],
    [
      'a network outside, without a port',
      '{ ipBlock: { cidr: 198.51.100.0/24 } }',
      '',
      ['hint: 198.51.100.0/24'],
    ],
    [
      'a network outside, by a protocol',
      '{ ipBlock: { cidr: 198.51.100.0/24 } }',
      '{ protocol: SCTP }',
      ['hint: 198.51.100.0/24'],
    ],
    [
      'a network outside, by a protocol and a port',
      '{ ipBlock: { cidr: 198.51.100.0/24 } }',
      '{ protocol: SCTP }, { port: 443 }',
      [],
    ],
    ['a network inside, without a port', some, '', []],
    ['a network that is half outside', '{ ipBlock: { cidr: 172.0.0.0/8 } }', '', ['hint: 172.0.0.0/8']],
    [
      'a network whose public half is excepted',
      '{ ipBlock: { cidr: 10.0.0.0/7, except: [11.0.0.0/8] } }',
      '',
      [],
    ],
  ];
  for (const [name, peers, ports, expected] of cases)
    test(name, () => assert.deepEqual(found('broad-port-range', from(peers, ports)), expected));

  test('answers are spoken of where a range is the one for answers', () => {
    const note = (range: string) =>
      /Answers need no rule/.test(
        judge(from(some, range)).find((d) => d.rule.id === 'broad-port-range')?.message ?? '',
      );
    const ranges = [
      '{ port: 1024, endPort: 65535 }',
      '{ port: 32768, endPort: 65535 }',
      '{ port: 49152, endPort: 65535 }',
      '{ port: 1025, endPort: 65535 }',
      '{ port: 1024, endPort: 65534 }',
    ];
    assert.deepEqual(ranges.map(note), [true, true, true, false, false]);
  });
});
