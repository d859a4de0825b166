/** The examples of rule rbac-unisolated. */
import type { Example } from '../../core/rule.ts';
import { defaultDenyYaml } from '../coverage/default-deny-examples.ts';
import { documents, namespaceYaml } from '../example-yaml.ts';
import { ACME, accountSubject, bindingYaml, granted, roleYaml, ruleYaml } from './example-access.ts';

const READ = ruleYaml('', 'pods, services', 'get, list, watch');

export const UNISOLATED_EXAMPLES: readonly Example[] = [
  {
    title: 'Somebody who may only look, in a namespace that is open',
    config: ACME,
    yaml: documents(namespaceYaml('acme-portal'), granted(READ)).replace(
      '  name: work\nsubj',
      '  name: ⟦work⟧\nsubj',
    ),
    message:
      'Group contractors:acme may only look into namespace acme-portal, but no policy denies ingress and egress there by default',
  },
  {
    title: 'The built-in role, in a namespace that is open one way',
    config: ACME,
    yaml: documents(
      namespaceYaml('acme-portal'),
      defaultDenyYaml(['Ingress']).replace('namespace: shop', 'namespace: acme-portal'),
      bindingYaml({ kind: 'ClusterRole', role: '⟦view⟧' }),
    ),
    message: 'no policy denies egress there by default',
  },
  {
    title: 'Both layers agree',
    config: ACME,
    yaml: documents(
      namespaceYaml('acme-portal'),
      defaultDenyYaml(['Ingress', 'Egress']).replace('namespace: shop', 'namespace: acme-portal'),
      granted(READ),
    ),
  },
  {
    title: 'A program that reads what says nothing of the network',
    config: ACME,
    yaml: documents(
      namespaceYaml('acme-portal'),
      roleYaml(ruleYaml('', 'configmaps', 'get')),
      bindingYaml({ subjects: accountSubject('acme-portal', 'web') }),
    ),
  },
  {
    title: 'No Namespace manifest: whether it is open is unknown',
    config: ACME,
    yaml: granted(READ),
  },
];
