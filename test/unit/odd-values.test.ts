// What is said of texts that are nearly what their field takes: addresses, names, labels, words of the API.
import { judge } from '../support/example.ts';
import { checkRecord, madeBy } from '../support/recorded.ts';

const policy = (spec: string, metadata = 'name: web, namespace: shop', apiVersion = 'networking.k8s.io/v1') =>
  `apiVersion: ${apiVersion}\nkind: NetworkPolicy\nmetadata: { ${metadata} }\nspec: { ${spec} }\n`;
const NONE = 'podSelector: {}, policyTypes: [Ingress]';
const block = (text: string) =>
  policy(`${NONE}, ingress: [{ from: [{ ipBlock: { ${text} } }], ports: [{ port: 80 }] }]`);
const portOf = (text: string) =>
  policy(`${NONE}, ingress: [{ from: [{ podSelector: {} }], ports: [{ ${text} }] }]`);
const expression = (text: string) =>
  policy(`podSelector: { matchExpressions: [{ ${text} }] }, policyTypes: [Ingress]`);

const CIDRS = [
  '10.0.0.0/8',
  '10.0.0.1/8',
  '10.0.0.0',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/08',
  '010.0.0.0/8',
  '10.0.0/24',
  '10.0/16',
  '10.0.0.0/255.0.0.0',
  '10.0.0.0/0.255.255.255',
  '10.0.0.0/255.0.255.0',
  '10.0.0.0 /8',
  '10.0.0.0/ 8',
  '10.0.*.*',
  '10.*.0.0',
  '10.0.0.0-10.0.0.255',
  '10.0.0.1-10.0.0.6',
  '10.0.0.9-10.0.0.1',
  '10.0.0.0/8,192.168.0.0/16',
  '256.0.0.0/8',
  '0.0.0.0',
  '0.0.0.0/0',
  '0.0.0.0/1',
  'any',
  'all',
  '*',
  'localhost',
  'example.com',
  'https://example.com/',
  'example.com:443',
  '10.0.0.1:80',
  '2001:db8::/32',
  '2001:DB8::/32',
  '2001:db8::1/32',
  '2001:db8::',
  '2001:db8::/129',
  '::ffff:10.0.0.0/104',
  '::ffff:10.0.0.1/128',
  '[2001:db8::]/32',
  'fe80::1%eth0/64',
  '2001:db8:/32',
  '::',
  '::/0',
  '1/8',
  '10.0.0.0\\\\8',
  '10.0.0.0/8/8',
];
const NAMES = [
  'web',
  'Web',
  'web_app',
  'web app',
  '-web',
  'web-',
  'web.',
  '.web',
  'web..app',
  'web.-app',
  'web/app',
  'WEB_NAME',
  'web!',
  'wéb',
  'a'.repeat(63),
  'a'.repeat(64),
  'a'.repeat(253),
  'a'.repeat(254),
  '$(NAME)',
  '<name>',
  'web:1',
  '8',
  '!!',
  '.',
];
const KEYS = [
  'app',
  'App',
  'app name',
  '-app',
  'app-',
  'app/',
  '/app',
  'example.com/app',
  'Example.com/app',
  'example.com/a/b',
  'example.com/-app',
  'exa_mple.com/app',
  'app:name',
  `example.com/${'a'.repeat(64)}`,
  `${'a'.repeat(254)}/app`,
  'a'.repeat(64),
  'kubernetes.io/metadata.name',
];

/** Policies with a text in some field, by the field, and the texts. */
const FIELDS: Readonly<Record<string, readonly [(text: string) => string, readonly string[]]>> = {
  'the range of a block': [(s) => block(`cidr: "${s}"`), CIDRS],
  'an exception': [
    (s) => block(`cidr: 10.0.0.0/8, except: ["${s}"]`),
    [...CIDRS, '10.0.0.0/7', '10.1.0.0/16', '11.0.0.0/8'],
  ],
  'the name of a policy': [(s) => policy(NONE, `name: "${s}", namespace: shop`), NAMES],
  'the namespace of a policy': [(s) => policy(NONE, `name: web, namespace: "${s}"`), NAMES],
  'the key of a label': [(s) => policy(NONE, `name: web, labels: { "${s}": web }`), KEYS],
  'the value of a label': [(s) => policy(NONE, `name: web, labels: { app: "${s}" }`), [...NAMES, '']],
  'the key of a selector': [(s) => policy(`podSelector: { matchLabels: { "${s}": web } }`), KEYS],
  'the value of a selector': [(s) => policy(`podSelector: { matchLabels: { app: "${s}" } }`), [...NAMES, '']],
  'the key of an expression': [(s) => expression(`key: "${s}", operator: Exists`), [...KEYS, '']],
  'a value of an expression': [(s) => expression(`key: app, operator: In, values: ["${s}"]`), [...NAMES, '']],
  'the key of an annotation': [(s) => policy(NONE, `name: web, annotations: { "${s}": web }`), KEYS],
  'the name of a port': [
    (s) => portOf(`port: "${s}"`),
    [
      'http',
      'HTTP',
      'http_api',
      'http-',
      '-http',
      'h--p',
      '80',
      '8080/tcp',
      '80-90',
      '80:90',
      'a'.repeat(16),
      'web port',
      '',
      '443 ',
    ],
  ],
  'a protocol': [
    (s) => portOf(`port: 80, protocol: "${s}"`),
    [
      'TCP',
      'tcp',
      'Udp',
      'sctp',
      'TPC',
      'UPD',
      'ICMP',
      'icmpv6',
      'ANY',
      'all',
      '*',
      'HTTP',
      'TCP/UDP',
      'TCP,UDP',
      '',
      '6',
      'GRE',
    ],
  ],
  'an operator with values': [
    (s) => expression(`key: app, operator: "${s}", values: [web]`),
    [
      'In',
      'in',
      'NotIn',
      'Not In',
      'notIn',
      'NOT_IN',
      'Exists',
      'exists',
      'Exist',
      'DoesNotExist',
      'NotExists',
      '=',
      '==',
      '!=',
      'Equals',
      'Equal',
      'Gt',
      'Lt',
      '',
      'Like',
    ],
  ],
  'an operator without values': [
    (s) => expression(`key: app, operator: "${s}"`),
    ['In', 'NotIn', 'Exists', 'exist', 'DoesNotExist', 'doesnotexist', 'NotExists', '!', '=', '', 'Absent'],
  ],
  'a policy type': [
    (s) => policy(`podSelector: {}, policyTypes: ["${s}"]`),
    [
      'Ingress',
      'ingress',
      'INGRESS',
      'Egress',
      'Egres',
      'Ingess',
      'Both',
      'All',
      'Ingress, Egress',
      'Ingress,Egress',
      'in',
      'out',
      '',
      '*',
      'Inbound',
      'Outbound',
    ],
  ],
  'the version of a policy': [
    (s) => policy(NONE, 'name: web, namespace: shop', s),
    [
      'networking.k8s.io/v1',
      'networking.k8s.io/v1beta1',
      'networking.k8s.io/v2',
      'extensions/v1beta1',
      'networking.k8s.io',
      'networking.k8s.i/v1',
      'network.k8s.io/v1',
      'networking.k8s.io/V1',
      'networking/v1',
      'v1',
      'apps/v1',
      'crd.projectcalico.org/v1',
      'projectcalico.org/v3',
      '"{{ x }}"',
      'policy.networking.k8s.io/v1alpha1',
    ],
  ],
  'the last port of a range': [
    (s) => portOf(`port: 80, endPort: ${s}`),
    ['80', '90', '79', '0', '65535', '65536', '-1', 'http', '"90"', 'null'],
  ],
  'the last port of a range from a name': [(s) => portOf(`port: http, endPort: ${s}`), ['80', 'http']],
  'the last port of a range from none': [(s) => portOf(`protocol: TCP, endPort: ${s}`), ['80', '0']],
};

function saidOf(yaml: string): string[] {
  return judge(yaml)
    .filter(({ rule }) => rule.family === 'validity')
    .flatMap(({ rule, severity, message, finding }) => [
      `  ${rule.id} (${severity}): ${message}`,
      ...(finding.fixes ?? [])
        .flatMap((fix) => madeBy(fix, yaml))
        .filter((line) => !line.startsWith('    -')),
    ]);
}

const shown = (text: string) =>
  text.length > 60 ? `${text.slice(0, 20)}… (${text.length} characters)` : `"${text}"`;

checkRecord('odd-values.txt', Object.keys(FIELDS), (field) => {
  const [put, texts] = FIELDS[field] ?? [String, []];
  return texts
    .map((text) => [
      shown(text),
      ...saidOf(put(text)).map((line) => line.replaceAll(text.length > 60 ? text : '\0', shown(text))),
    ])
    .filter((lines) => lines.length > 1)
    .map((lines) => lines.join('\n'))
    .join('\n');
});
