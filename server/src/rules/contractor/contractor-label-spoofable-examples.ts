/** Owns the examples of contractor-label-spoofable. */
import type { Example } from '../../core/rule.ts';
import { deploymentYaml, WEB_DEPLOYMENT } from '../example-workloads.ts';
import { documents, webPolicy } from '../example-yaml.ts';
import { ACME } from './example-acme.ts';

const JOB = deploymentYaml('job', [], { labels: ['app: job', 'netpol-guard/contractor: acme'] });
const from = (peer: string, metadata?: string) =>
  webPolicy(
    `
    policyTypes:
      - Ingress
    ingress:
      - from:
          - ${peer}
  `,
    metadata,
  );
const GATEWAY = 'podSelector:\n              matchLabels:\n                app: gateway';

export const LABEL_SPOOFABLE_EXAMPLES: readonly Example[] = [
  {
    title: "A label of the same namespace, where a contractor's job runs too",
    yaml: documents(from(`⟦${GATEWAY}⟧`), WEB_DEPLOYMENT, JOB),
    message: 'Contractor acme runs pods in this namespace, and can give them `app=gateway`',
    fixes: [],
  },
  {
    title: 'Every pod of the namespace, labels or not',
    yaml: documents(from('podSelector: {}'), WEB_DEPLOYMENT, JOB),
  },
  { title: 'A namespace without contractors', yaml: documents(from(GATEWAY), WEB_DEPLOYMENT) },
  {
    title: "A contractor's own namespace",
    config: ACME,
    yaml: from(GATEWAY, 'name: web\nnamespace: acme-web'),
  },
];
