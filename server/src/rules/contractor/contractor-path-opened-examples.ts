/** Owns the examples of contractor-path-opened. */
import type { Example } from '../../core/rule.ts';
import { documents, namespaceYaml, policyYaml } from '../example-yaml.ts';
import { ACME, prepared } from './example-acme.ts';

function fromAcme(
  app: string,
  [open, close]: readonly [string, string],
  port = '443',
  namespace = 'payments',
): string {
  return policyYaml(
    `
    podSelector:
      matchLabels:
        app: ${app}
    policyTypes:
      - Ingress
    ingress:
      - from:
          - ${open}namespaceSelector:
              matchLabels:
                kubernetes.io/metadata.name: acme-web${close}
        ports:
          - port: ${port}
  `,
    `name: ${app}\nnamespace: ${namespace}`,
  );
}

const MARKED = ['⟦', '⟧'] as const;
const PLAIN = ['', ''] as const;
const PREPARE = 'Prepare a grant in the root config: approver, ticket and date are to be filled in';

export const PATH_OPENED_EXAMPLES: readonly Example[] = [
  {
    title: 'Pods that nobody granted let a contractor in',
    config: ACME,
    yaml: fromAcme('reports', MARKED, '8080'),
    message: 'contractor acme (acme-web) connect to the selected pods on 8080/TCP',
    fixes: [
      {
        title: PREPARE,
        safe: false,
        fixed: fromAcme('reports', PLAIN, '8080'),
        config: prepared(`to:
          namespace: payments
          podSelector:
            app: reports
        ports:
          - 8080/TCP`),
      },
    ],
  },
  {
    title: 'A port beside the one that was granted',
    config: ACME,
    yaml: fromAcme('api', MARKED, '9090'),
    message: 'more than was approved: SEC-1412 grants namespace payments (app=api) on 443/TCP',
    fixes: [],
  },
  {
    title: 'A contractor that a label on the Namespace tells',
    yaml: documents(
      namespaceYaml('web-portal', '  labels:\n    netpol-guard/contractor: acme\n'),
      fromAcme('reports', MARKED).replace('acme-web', 'web-portal'),
    ),
    message: 'contractor acme (web-portal)',
    fixes: [],
  },
  { title: 'What has been granted', config: ACME, yaml: fromAcme('api', PLAIN) },
  {
    title: "The contractor's own policy",
    config: ACME,
    yaml: fromAcme('api', PLAIN, '443', 'acme-batch'),
  },
  {
    title: "A namespace that is no contractor's",
    config: ACME,
    yaml: fromAcme('reports', PLAIN).replace('acme-web', 'shop'),
  },
];
