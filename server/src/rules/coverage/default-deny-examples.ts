/**
 * Owns the manifests that the examples of the default-deny rules are put together from.
 */
import type { Direction } from '../../engine/direction.ts';
import { policyYaml } from '../example-yaml.ts';

/** A policy that denies by default in these directions, allowing DNS if egress is one of them and `dns` is set. */
export function defaultDenyYaml(directions: readonly Direction[], dns = true): string {
  const types = directions.map((d) => `  - ${d}\n`).join('');
  const name = directions.length === 2 ? 'default-deny' : `default-deny-${directions[0]?.toLowerCase()}`;
  const egress = directions.includes('Egress') && dns ? `egress:\n${DNS_RULE}` : '';
  return policyYaml(`podSelector: {}\npolicyTypes:\n${types}${egress}`, `name: ${name}\nnamespace: shop`);
}

const DNS_RULE = `  - to:
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: kube-system
        podSelector:
          matchLabels:
            k8s-app: kube-dns
    ports:
      - protocol: UDP
        port: 53
      - protocol: TCP
        port: 53
`;
