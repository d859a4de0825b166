/** Owns the examples of contractor-labels-missing. */
import type { Example } from '../../core/rule.ts';
import { deploymentYaml } from '../example-workloads.ts';
import { namespaceYaml } from '../example-yaml.ts';
import { ACME } from './example-acme.ts';

const CONFIG = `${ACME.replace('namespaces', 'owner: platform\n    namespaces')}requiredLabels: [netpol-guard/contractor, netpol-guard/owner]
`;
const LABELS = '    netpol-guard/contractor: acme\n    netpol-guard/owner: platform\n';

export const LABELS_EXAMPLES: readonly Example[] = [
  {
    title: 'A Namespace that does not say whose it is',
    config: CONFIG,
    yaml: namespaceYaml('⟦acme-web⟧'),
    message:
      "Namespace acme-web is contractor acme's and lacks the labels `netpol-guard/contractor` and `netpol-guard/owner`",
    fixes: [
      {
        title: 'Add the labels netpol-guard/contractor, netpol-guard/owner',
        safe: false,
        fixed: namespaceYaml('acme-web', `  labels:\n${LABELS}`),
      },
    ],
  },
  {
    title: 'One label of two, beside others',
    config: CONFIG,
    yaml: namespaceYaml('⟦acme-web⟧', '  labels:\n    tier: web\n    netpol-guard/owner: platform\n'),
    fixes: [
      {
        title: 'Add the label netpol-guard/contractor',
        safe: false,
        fixed: namespaceYaml(
          'acme-web',
          '  labels:\n    tier: web\n    netpol-guard/owner: platform\n    netpol-guard/contractor: acme\n',
        ),
      },
    ],
  },
  {
    title: "A contractor's workload in a namespace of somebody else",
    config: CONFIG.replace('owner: platform', 'owner: platform@example.com'),
    yaml: deploymentYaml('⟦importer⟧', [], {
      labels: ['app: importer', 'netpol-guard/contractor: acme'],
    }).replace(/⟦importer⟧:|\/⟦importer⟧|- name: ⟦importer⟧/g, (text) => text.replace(/[⟦⟧]/g, '')),
    message: 'lacks the label `netpol-guard/owner`',
    fixes: [],
  },
  { title: 'All of them', config: CONFIG, yaml: namespaceYaml('acme-web', `  labels:\n${LABELS}`) },
  {
    title: 'A workload, which is told from its namespace',
    config: CONFIG,
    yaml: deploymentYaml('web', [], { namespace: 'acme-web' }),
  },
  { title: 'A config that requires none', config: ACME, yaml: namespaceYaml('acme-web') },
];
