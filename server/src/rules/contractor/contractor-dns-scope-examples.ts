/** Owns the examples of contractor-dns-scope. */
import type { Example } from '../../core/rule.ts';
import { ACME, podsOfNamespace, toPeer } from './example-acme.ts';

const KUBE_DNS = podsOfNamespace('kube-system', 'x').replace('app: x', 'k8s-app: kube-dns');
const lookups = (peer: string, ports = '53') =>
  toPeer({ peer, port: ports }).replace('protocol: TCP', 'protocol: UDP');
const FIXED = lookups(KUBE_DNS);
const ONLY = 'Allow DNS to the cluster DNS (kube-dns in kube-system) only';
const BOTH = '53\n          - protocol: TCP\n            port: 53';

export const DNS_SCOPE_EXAMPLES: readonly Example[] = [
  {
    title: 'Every pod of kube-system',
    config: ACME,
    yaml: lookups(`⟦${podsOfNamespace('kube-system')}⟧`),
    message: 'pods of namespace kube-system that are no DNS servers',
    fixes: [{ title: ONLY, safe: false, fixed: FIXED }],
  },
  {
    title: 'Pods with the label of DNS servers, wherever they are',
    config: ACME,
    yaml: lookups(
      '⟦namespaceSelector: {}\n            podSelector:\n              matchLabels:\n                k8s-app: kube-dns⟧',
    ),
    message: 'in whatever namespace',
    fixes: [{ title: ONLY, safe: false, fixed: FIXED }],
  },
  {
    title: 'The metrics of the DNS pods, too',
    config: ACME,
    yaml: lookups(`⟦${KUBE_DNS}⟧`, '53\n          - protocol: TCP\n            port: 9153'),
    message: "more than lookups to the cluster's DNS pods: 9153/TCP, 53/UDP",
    fixes: [{ title: 'Leave only the ports of DNS', safe: false, fixed: lookups(KUBE_DNS, BOTH) }],
  },
  { title: "The cluster's DNS pods, and the ports of DNS", config: ACME, yaml: FIXED },
  {
    title: 'A namespace of the company',
    config: ACME,
    yaml: lookups(podsOfNamespace('kube-system')).replace('acme-web', 'shop'),
  },
];
