/** Owns the examples of contractor-in-shared-namespace. */
import type { Example } from '../../core/rule.ts';
import { deploymentYaml, WEB_DEPLOYMENT } from '../example-workloads.ts';
import { documents, namespaceYaml } from '../example-yaml.ts';
import { ACME } from './example-acme.ts';

const of = (contractor: string, namespace = 'shop') =>
  deploymentYaml(`${contractor}-job`, [], {
    namespace,
    labels: ['app: job', `netpol-guard/contractor: ${contractor}`],
  });

export const SHARED_EXAMPLES: readonly Example[] = [
  {
    title: "A contractor's job beside the shop",
    yaml: documents(namespaceYaml('⟦shop⟧'), WEB_DEPLOYMENT, of('acme')),
    message: 'workloads of contractor acme run beside those of others',
    fixes: [],
  },
  {
    title: "One contractor's job in the namespace of another",
    config: ACME,
    yaml: documents(
      namespaceYaml('⟦acme-web⟧'),
      deploymentYaml('web', [], { namespace: 'acme-web' }),
      of('northwind', 'acme-web'),
    ),
    message: 'workloads of contractor northwind run beside those of contractor acme',
    fixes: [],
  },
  {
    title: 'A namespace that holds nothing else',
    yaml: documents(namespaceYaml('jobs'), of('acme', 'jobs')),
  },
  {
    title: 'A namespace of the contractor',
    config: ACME,
    yaml: documents(
      namespaceYaml('acme-web'),
      of('acme', 'acme-web'),
      deploymentYaml('web', [], { namespace: 'acme-web' }),
    ),
  },
];
