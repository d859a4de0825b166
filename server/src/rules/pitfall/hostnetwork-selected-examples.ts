/**
 * Owns the examples of hostnetwork-selected.
 */
import type { Example } from '../../core/rule.ts';
import { deploymentYaml } from '../example-workloads.ts';
import { documents, policyYaml } from '../example-yaml.ts';

const EXPORTER = deploymentYaml('exporter', ['- containerPort: 9100'], {
  labels: ['app: exporter', 'team: observability'],
  spec: ['hostNetwork: true'],
});
const WEB = deploymentYaml('web', ['- containerPort: 8080'], {
  labels: ['app: web', 'team: observability'],
});

const selecting = (selector: string) =>
  policyYaml(
    `
    podSelector: ${selector}
    policyTypes:
      - Ingress
    `,
    'name: exporter\nnamespace: shop',
  );

const scraping = (to: string) =>
  policyYaml(
    `
    podSelector:
      matchLabels:
        app: web
    policyTypes:
      - Egress
    egress:
      - to:
          - ${to}
        ports:
          - port: 9100
    `,
    'name: web\nnamespace: shop',
  );

export const HOSTNETWORK_EXAMPLES: readonly Example[] = [
  {
    title: 'A policy for nothing else',
    yaml: documents(EXPORTER, WEB, selecting('⟦{ matchLabels: { app: exporter } }⟧')),
    severity: 'warning',
    message: 'protects nothing',
  },
  {
    title: 'A policy for others as well',
    yaml: documents(EXPORTER, WEB, selecting('⟦{ matchLabels: { team: observability } }⟧')),
    severity: 'info',
    message: 'these stay open',
  },
  {
    title: 'A peer for nothing else',
    yaml: documents(EXPORTER, WEB, scraping('⟦podSelector: { matchLabels: { app: exporter } }⟧')),
    severity: 'warning',
    message: 'an `ipBlock` in `to`',
  },
  {
    title: 'A peer that means everything that is there',
    yaml: documents(EXPORTER, WEB, scraping('podSelector: {}')),
  },
  {
    title: 'A default deny',
    yaml: documents(EXPORTER, WEB, selecting('{}')),
  },
  {
    title: 'Pods in a network of their own',
    yaml: documents(EXPORTER, WEB, selecting('{ matchLabels: { app: web } }')),
  },
];
