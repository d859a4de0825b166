/**
 * Owns the examples of service-port-vs-target.
 */
import type { Example } from '../../core/rule.ts';
import { deploymentYaml, serviceYaml } from '../example-workloads.ts';
import { documents, policyYaml, webPolicy } from '../example-yaml.ts';

const WEB = deploymentYaml('web', ['- containerPort: 8080']);
const SERVICE = serviceYaml('web', ['- port: 80', '  targetPort: 8080']);
const FIX = { title: 'Allow port 8080, where the pods listen', safe: false };

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

const egress = (port: string, peer = 'app: web') =>
  policyYaml(
    `
    podSelector:
      matchLabels:
        app: gateway
    policyTypes:
      - Egress
    egress:
      - to:
          - podSelector:
              matchLabels:
                ${peer}
        ports:
          - port: ${port}
    `,
    'name: gateway\nnamespace: shop',
  );

const named = {
  workload: deploymentYaml('web', ['- name: http', '  containerPort: 8080']),
  service: serviceYaml('web', ['- port: 80', '  targetPort: http']),
};

export const SERVICE_PORT_EXAMPLES: readonly Example[] = [
  {
    title: 'The port that clients dial',
    yaml: documents(WEB, SERVICE, ingress('- protocol: TCP', '  port: ⟦80⟧')),
    message: '80 is the port of Service web, whose pods listen on 8080',
    fixes: [{ ...FIX, fixed: documents(WEB, SERVICE, ingress('- protocol: TCP', '  port: 8080')) }],
  },
  {
    title: 'Where the Service names the container port',
    yaml: documents(named.workload, named.service, ingress('- port: ⟦80⟧')),
    fixes: [{ ...FIX, fixed: documents(named.workload, named.service, ingress('- port: 8080')) }],
  },
  {
    title: 'On the way out',
    yaml: documents(WEB, SERVICE, egress('⟦80⟧')),
    message: 'is let out',
    fixes: [{ ...FIX, fixed: documents(WEB, SERVICE, egress('8080')) }],
  },
  {
    title: "The pod's port",
    yaml: documents(WEB, SERVICE, ingress('- port: 8080')),
  },
  {
    title: 'Both: what is dialled does no harm beside what arrives',
    yaml: documents(WEB, SERVICE, ingress('- port: 80', '- port: 8080')),
  },
  {
    title: 'Both, by name',
    yaml: documents(named.workload, named.service, ingress('- port: 80', '- port: http')),
  },
  {
    title: 'A container that declares the port, too',
    yaml: documents(
      deploymentYaml('web', ['- containerPort: 8080', '- containerPort: 80']),
      SERVICE,
      ingress('- port: 80'),
    ),
  },
  {
    title: 'The same number over another protocol',
    yaml: documents(WEB, SERVICE, ingress('- protocol: UDP', '  port: 80')),
  },
  {
    title: 'A headless Service, whose clients dial the pods themselves',
    yaml: documents(
      WEB,
      serviceYaml('web', ['- port: 80', '  targetPort: 8080'], 'clusterIP: None'),
      ingress('- port: 80'),
    ),
  },
  {
    title: 'Another Service that takes the port as it is',
    yaml: documents(WEB, SERVICE, serviceYaml('web-direct', ['- port: 80']), ingress('- port: 80')),
  },
  {
    title: 'A peer of which the workspace has no workload',
    yaml: documents(WEB, SERVICE, egress('80', 'app: elsewhere')),
  },
];
