/** Rule ipblock-pod-cidr: a block of addresses that are those of the cluster's own pods or Services. */

import type { YamlDocument } from '../../core/document.ts';
import type { DnsPlatform, NetworkPlugin } from '../../core/platform.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { replaceValue } from '../../core/yaml/edit.ts';
import { type AddressSet, addresses, isAddressSubset } from '../../engine/cidr.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { DNS_DESTINATIONS } from '../../engine/dns-servers.ts';
import { rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { CidrPeer, PolicyRule } from '../../engine/policy-rule.ts';
import { fixes } from '../validity/violations.ts';
import { IPBLOCK_POD_CIDR_EXAMPLES } from './ipblock-pod-cidr-examples.ts';

/** What the addresses of a block are: those of some pods, of all of them, or of Services. */
type Kind = 'pods' | 'every-pod' | 'services';

export const ipblockPodCidr: Rule = {
  on: 'policy',
  meta: {
    id: 'ipblock-pod-cidr',
    family: 'pitfall',
    severity: 'warning',
    sees: 'document',
    title: "An ipBlock holds addresses of the cluster's own pods or Services.",
    why: `\`ipBlock\` is for addresses outside the cluster. A pod gets another address whenever it is created, so that a block of pod addresses soon means other pods; and network plugins differ: some match pods by address, Cilium does not. A packet to a Service is redirected to a pod behind it, and whether policies are applied before or after that is up to the network plugin; nobody connects *from* a Service's address.

Select pods by label, and give the port that they listen on rather than that of the Service. The rule speaks only where the config says which addresses those are, in [\`platform\`](../configuration.md#platform): \`podCidrs\` and \`serviceCidrs\`.`,
    refs: [
      {
        title: 'Kubernetes: NetworkPolicy, ipBlock',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors',
      },
      {
        title: 'Cilium: IP/CIDR based policies',
        url: 'https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based',
      },
    ],
    examples: IPBLOCK_POD_CIDR_EXAMPLES,
  },
  *check(resource, { config: { platform } }): Iterable<Finding> {
    const { podCidrs, serviceCidrs, cni, dns } = platform;
    if (podCidrs.length + serviceCidrs.length === 0) return;
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    const pods = addresses(...podCidrs);
    const services = addresses(...serviceCidrs);
    for (const direction of DIRECTIONS) {
      if (policy.isolates[direction] === false) continue;
      for (const rule of rulesOf(policy, direction).rules)
        for (const peer of rule.peers.kind === 'some' ? rule.peers.items : []) {
          const kind = peer.kind === 'cidr' ? kindOf(peer, pods, services) : null;
          if (peer.kind !== 'cidr' || kind === null || isNodeCache(kind, rule, dns)) continue;
          yield {
            at: { document: resource.document, span: peer.cidr?.node.span ?? peer.node.span },
            message: `\`${peer.cidr?.cidr?.canonical ?? ''}\` ${messageFor(kind, direction, cni)}`,
            fixes: fixesFor(resource.document, kind, rule, peer, dns),
          };
        }
    }
  },
};

function kindOf({ cidr }: CidrPeer, pods: AddressSet, services: AddressSet): Kind | null {
  // A range that can be read in two ways is reported as that.
  if (!cidr?.cidr || cidr.cidr.irregularity !== null) return null;
  const { set } = cidr.cidr;
  if (isAddressSubset(set, pods)) return isAddressSubset(pods, set) ? 'every-pod' : 'pods';
  return isAddressSubset(set, services) ? 'services' : null;
}

const DNS_SERVICE_PORT = 53;

/** NodeLocal DNSCache answers on every node, on the address of the DNS Service too. */
function isNodeCache(kind: Kind, rule: PolicyRule, dns: DnsPlatform | null): boolean {
  return kind === 'services' && dns === 'node-local-dns' && rule.direction === 'Egress' && isDnsOnly(rule);
}

function messageFor(kind: Kind, direction: Direction, cni: NetworkPlugin | null): string {
  if (kind === 'services')
    return direction === 'Ingress'
      ? 'holds addresses of Services (`serviceCidrs`), and nobody connects from those: this peer allows no one. Select the pods that connect by their labels.'
      : 'holds addresses of Services (`serviceCidrs`). Whether policies are applied before or after a packet is redirected to a pod behind the Service is up to the network plugin, so this peer may allow nothing. Select those pods by their labels, with the port they listen on.';
  const what = kind === 'pods' ? 'holds addresses of pods' : 'is the addresses of all pods';
  if (cni === 'cilium')
    return `${what} (\`podCidrs\`), and Cilium does not match pods of the cluster by address: this peer allows none of them. Select them by their labels.`;
  return kind === 'pods'
    ? `${what} (\`podCidrs\`). A pod gets another address whenever it is created, and not every network plugin matches pods by address, so whom this peer allows is left to chance. Select the pods by their labels.`
    : `${what} (\`podCidrs\`): every pod of the cluster, whoever runs it, on those network plugins that match pods by address. Select the pods that are meant by their labels.`;
}

function fixesFor(
  document: YamlDocument,
  kind: Kind,
  rule: PolicyRule,
  { node }: CidrPeer,
  dns: DnsPlatform | null,
): Fix[] {
  if (kind === 'every-pod')
    return fixes(
      'Select every pod of every namespace',
      false,
      replaceValue(document, node, { namespaceSelector: {} }),
    );
  // The address of the DNS Service is the one that is written down most.
  const { peers, port } = DNS_DESTINATIONS[dns ?? 'kube-dns'];
  const [peer] = peers;
  const isDns = kind === 'services' && rule.direction === 'Egress' && isDnsOnly(rule);
  if (!isDns || !peer || port !== DNS_SERVICE_PORT) return [];
  return fixes("Select the cluster's DNS pods", false, replaceValue(document, node, peer));
}
