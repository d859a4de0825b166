/**
 * Owns the examples of named-port-unresolved.
 */
import type { Example } from '../../core/rule.ts';
import { deploymentYaml, serviceYaml } from '../example-workloads.ts';
import { documents, policyYaml, webPolicy } from '../example-yaml.ts';

const WEB = deploymentYaml('web', ['- name: web', '  containerPort: 8080', '- containerPort: 9090']);
const UNNAMED = deploymentYaml('web', ['- containerPort: 8080']);
const DNS = deploymentYaml('web', ['- name: dns', '  containerPort: 5300', '  protocol: UDP']);
const SERVICE = serviceYaml('web', ['- name: http', '  port: 80', '  targetPort: 8080']);

const ingress = (...ports: string[]) =>
  webPolicy(`
    policyTypes:
      - Ingress
    ingress:
      - from:
          - podSelector:
              matchLabels:
                app: gateway
        ports:
          ${ports.join('\n          ')}
  `);

const egress = (peer: string, ...ports: string[]) =>
  policyYaml(
    `
    podSelector:
      matchLabels:
        app: gateway
    policyTypes:
      - Egress
    egress:
      - to:
          - ${peer}
        ports:
          ${ports.join('\n          ')}
    `,
    'name: gateway\nnamespace: shop',
  );

const everyPod = (port: string) =>
  policyYaml(`
    podSelector: {}
    policyTypes:
      - Ingress
    ingress:
      - from:
          - podSelector:
              matchLabels:
                app: gateway
        ports:
          - port: ${port}
  `);

const TO_WEB = 'podSelector: { matchLabels: { app: web } }';
const TO_ADDRESS = 'ipBlock: { cidr: 203.0.113.0/24 }';

export const NAMED_PORT_EXAMPLES: readonly Example[] = [
  {
    title: 'A name that no container declares: choices',
    yaml: documents(WEB, ingress('- port: ⟦metrics⟧')),
    message: 'Deployment web declares no TCP port named `metrics`',
    fixes: [
      { title: 'Write web', safe: false, fixed: documents(WEB, ingress('- port: web')) },
      { title: 'Write 9090', safe: false, fixed: documents(WEB, ingress('- port: 9090')) },
    ],
  },
  {
    title: "The name of a Service's port",
    yaml: documents(UNNAMED, SERVICE, ingress('- port: ⟦http⟧')),
    message: 'Service web has one',
    fixes: [
      { title: 'Write 8080', safe: false, fixed: documents(UNNAMED, SERVICE, ingress('- port: 8080')) },
    ],
  },
  {
    title: 'Another protocol',
    yaml: documents(DNS, ingress('- port: ⟦dns⟧')),
    message: 'is a UDP port',
    fixes: [
      {
        title: 'Make it a UDP port',
        safe: false,
        fixed: documents(DNS, ingress('- port: dns', '  protocol: UDP')),
      },
    ],
  },
  {
    title: 'Another protocol, written',
    yaml: documents(DNS, ingress('- protocol: TCP', '  port: ⟦dns⟧')),
    fixes: [
      {
        title: 'Make it a UDP port',
        safe: false,
        fixed: documents(DNS, ingress('- protocol: UDP', '  port: dns')),
      },
    ],
  },
  {
    title: 'A slip, on the way out',
    yaml: documents(WEB, egress(TO_WEB, '- port: ⟦wbe⟧')),
    message: 'Did you mean `web`',
    fixes: [{ title: 'Write web', safe: false, fixed: documents(WEB, egress(TO_WEB, '- port: web')) }],
  },
  {
    title: 'A slip in a policy for every pod',
    yaml: documents(WEB, everyPod('⟦wbe⟧')),
    fixes: [{ title: 'Write web', safe: false, fixed: documents(WEB, everyPod('web')) }],
  },
  {
    title: 'An address has no names',
    yaml: egress(TO_ADDRESS, '- port: ⟦https⟧'),
    message: 'an address outside the cluster has none',
    fixes: [{ title: 'Write 443', safe: false, fixed: egress(TO_ADDRESS, '- port: 443') }],
  },
  {
    title: 'The name that the container declares',
    yaml: documents(WEB, ingress('- port: web')),
  },
  {
    title: 'A sidecar that runs beside the containers',
    yaml: documents(
      deploymentYaml('web', ['- containerPort: 8080'], {
        spec: [
          'initContainers:',
          '  - name: exporter',
          '    restartPolicy: Always',
          '    ports:',
          '      - name: metrics',
          '        containerPort: 9100',
        ],
      }),
      ingress('- port: metrics'),
    ),
  },
  {
    title: 'Containers that declare nothing: nobody says what they listen on',
    yaml: documents(deploymentYaml('web', []), ingress('- port: metrics')),
  },
  {
    title: 'A policy for every pod, of which some may have the port',
    yaml: documents(WEB, everyPod('metrics')),
  },
  {
    title: 'Pods that the workspace does not have',
    yaml: documents(WEB, egress('podSelector: { matchLabels: { app: database } }', '- port: postgres')),
  },
  {
    title: "A port of the service mesh's proxy",
    yaml: documents(WEB, ingress('- port: http-envoy-prom')),
  },
];
