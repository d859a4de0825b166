// What is said of each kind of port of a rule, where the pods that it is about declare, and Services map, various ports.
import { judge } from '../support/example.ts';
import { checkRecord, madeBy, textAt } from '../support/recorded.ts';

const PORTS: readonly string[] = [
  '{ port: 80 }',
  '{ port: 80, protocol: UDP }',
  '{ port: 8080 }',
  '{ port: 9090 }',
  '{ port: 53 }',
  '{ port: 53, protocol: UDP }',
  '{ port: 70, endPort: 90 }',
  '{ port: http }',
  '{ port: htpp }',
  '{ port: web }',
  '{ port: HTTP }',
  '{ port: "80" }',
  '{ port: http, protocol: UDP }',
  '{ port: dns, protocol: UDP }',
  '{ port: dns }',
  '{ port: metrics }',
];

/** What the pods declare, and what stands beside them. */
const WORKLOADS: Readonly<Record<string, string>> = {
  'no workload': '',
  'one workload without ports': deployment('web', '{ app: web }', ''),
  'one workload with a Service': `${deployment('web', '{ app: web }', '{ name: http, containerPort: 8080 }')}${service('web', '{ port: 80, targetPort: 8080 }')}`,
  'a Service that maps to a name': `${deployment('web', '{ app: web }', '{ name: http, containerPort: 8080 }')}${service('web', '{ port: 80, targetPort: http }')}`,
  'a Service that keeps the number': `${deployment('web', '{ app: web }', '{ name: http, containerPort: 80 }')}${service('web', '{ port: 80 }')}`,
  'a headless Service': `${deployment('web', '{ app: web }', '{ name: http, containerPort: 8080 }')}${service('web', '{ port: 80, targetPort: 8080 }', 'clusterIP: None, ')}`,
  'a Service of several ports': `${deployment('web', '{ app: web }', '{ name: http, containerPort: 8080 }, { name: metrics, containerPort: 9100 }')}${service('web', '{ name: a, port: 80, targetPort: 8080 }, { name: b, port: 9090, targetPort: metrics }')}`,
  'ports of two protocols': `${deployment('web', '{ app: web }', '{ name: dns, containerPort: 5353, protocol: UDP }, { name: dns-tcp, containerPort: 5353 }')}${service('web', '{ name: a, port: 53, targetPort: dns, protocol: UDP }, { name: b, port: 53, targetPort: dns-tcp }')}`,
  'ports of two protocols with one number': `${deployment('web', '{ app: web }', '{ name: quic, containerPort: 8443, protocol: UDP }, { name: https, containerPort: 8443 }')}${service('web', '{ name: web, port: 443, targetPort: 8443 }')}`,
  'two workloads of which one has the name': `${deployment('one', '{ app: web, part: one }', '{ name: http, containerPort: 8080 }')}${deployment('two', '{ app: web, part: two }', '{ containerPort: 8080 }')}`,
  'two workloads with other numbers under the name': `${deployment('one', '{ app: web, part: one }', '{ name: http, containerPort: 8080 }')}${deployment('two', '{ app: web, part: two }', '{ name: http, containerPort: 80 }')}`,
  'a workload that is rendered later': deployment('web', '{ app: web }', '{{ toYaml .Values.ports }}'),
};

function deployment(name: string, labels: string, ports: string): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { template: { metadata: { labels: ${labels} }, spec: { containers: [{ name: web, image: web, ports: [${ports}] }] } } }
`;
}

function service(app: string, ports: string, more = ''): string {
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${app}, namespace: shop }
spec: { ${more}selector: { app: ${app} }, ports: [${ports}] }
`;
}

/** A rule for the ports, at pods of the own namespace whichever way it goes. */
const policyWith = (direction: string, port: string) =>
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: ${direction === 'ingress' ? 'web' : 'client'} } }
  policyTypes: [${direction === 'ingress' ? 'Ingress' : 'Egress'}]
  ${direction}:
    - ${direction === 'ingress' ? 'from: [{ podSelector: {} }]' : 'to: [{ podSelector: { matchLabels: { app: web } } }]'}
      ports:
        - ${port}
`;

function saidOf(yaml: string): string[] {
  return judge(yaml)
    .filter(({ rule }) => rule.family === 'pitfall' || rule.family === 'validity')
    .flatMap((diagnosis) => [
      `  ${diagnosis.rule.id} (${diagnosis.severity}) at ${JSON.stringify(textAt(diagnosis))}: ${diagnosis.message}`,
      ...(diagnosis.finding.related ?? []).map(({ message }) => `  → ${message}`),
      ...(diagnosis.finding.fixes ?? [])
        .flatMap((fix) => madeBy(fix, yaml))
        .filter((line) => !line.startsWith('    -')),
    ]);
}

checkRecord(
  'ports-of-pods.txt',
  ['ingress', 'egress'].flatMap((direction) => Object.keys(WORKLOADS).map((name) => `${direction}: ${name}`)),
  (title) => {
    const [direction = '', workloads = ''] = title.split(': ');
    return PORTS.map((port) => [port, ...saidOf(policyWith(direction, port) + WORKLOADS[workloads])])
      .filter((lines) => lines.length > 1)
      .map((lines) => lines.join('\n'))
      .join('\n');
  },
);
