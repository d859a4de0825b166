/** Rule metadata-reachable: an ipBlock in `to` that holds the address of a cloud's metadata service. */
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { type MetadataService, metadataServicesIn } from '../../engine/metadata-services.ts';
import { type Policy, soundPolicyOf } from '../../engine/policy.ts';
import type { CidrPeer, Peer, PolicyRule } from '../../engine/policy-rule.ts';
import { worldsIn } from '../../engine/world.ts';
import { addExcepts, removePeer } from '../edit-peer.ts';
import { METADATA_REACHABLE_EXAMPLES } from './metadata-reachable-examples.ts';

export const metadataReachable: Rule = {
  on: 'policy',
  meta: {
    id: 'metadata-reachable',
    family: 'exposure',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: "An egress rule lets pods reach the cloud's metadata service.",
    why: `At \`169.254.169.254\` most clouds serve a machine's metadata, and with it the credentials of the **node's** role. A pod that may connect there on port 80 can ask for them and act as the node, in the cluster and in the cloud account. An \`ipBlock\` that is only meant to be "the node network" or "link-local" takes the address in unnoticed.

Take the address out with \`except\`. A block that is nothing but this address is reported as information: with Workload Identity Federation for GKE, pods need it and get credentials of their own; elsewhere, delete it. Addresses that one cloud alone uses (\`100.100.100.200\` of Alibaba Cloud, \`168.63.129.16\` of Azure, \`fd00:ec2::254\` of AWS and \`fd20:ce::254\` of Google Cloud) are a hint, because nothing here says where the cluster runs.

Not reported are ports other than 80, and the addresses of agents that hand out a pod's own credentials, such as \`169.254.170.23\` of EKS Pod Identity. Blocks that are every address are reported by \`world-cidr\`, rules without any \`to\` by \`allow-all-egress\` and \`empty-from-allows-all\`.`,
    refs: [
      {
        title: 'MITRE ATT&CK T1552.005, Cloud Instance Metadata API',
        url: 'https://attack.mitre.org/techniques/T1552/005/',
      },
      {
        title: 'AWS: Retrieve instance metadata',
        url: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html',
      },
      {
        title: 'Oracle Cloud: Getting instance metadata',
        url: 'https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm',
      },
      {
        title: 'Azure: What is IP address 168.63.129.16?',
        url: 'https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16',
      },
      {
        title: 'Alibaba Cloud: Instance metadata',
        url: 'https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata',
      },
      {
        title: 'GKE: Network policy and Workload Identity Federation',
        url: 'https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy',
      },
    ],
    examples: METADATA_REACHABLE_EXAMPLES,
  },
  check: function* (resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy || policy.isolates.Egress === false) return;
    const rules = policy.egress.rules.filter((rule) => !isDnsOnly(rule));
    const ofWorlds = new Set<Peer>(worldsIn(rules).flatMap(({ blocks }) => blocks.map((b) => b.peer)));
    for (const rule of rules)
      for (const peer of rule.peers.kind === 'some' ? rule.peers.items : []) {
        if (peer.kind !== 'cidr' || !peer.addresses || ofWorlds.has(peer)) continue;
        const services = metadataServicesIn(peer.addresses, rule.ports);
        if (services.length > 0) yield finding(policy, rule, peer, services);
      }
  },
};

function finding(
  policy: Policy,
  rule: PolicyRule,
  peer: CidrPeer,
  services: readonly MetadataService[],
): Finding {
  const { document } = policy.resource;
  const at = { document, span: (peer.cidr?.node ?? peer.node).span };
  const [first] = services as readonly [MetadataService, ...MetadataService[]];
  const block = peer.cidr?.cidr?.canonical ?? first.cidr;
  if (block === first.cidr)
    return {
      at,
      message: `\`${block}\` is the metadata service of ${first.cloud}: the selected pods may ask it for the node's credentials. Where it hands out a pod's own instead (Workload Identity Federation for GKE), they need it; elsewhere, delete this peer.`,
      severity: 'info',
      contractorSeverity: 'warning',
      fixes: fix('Take the metadata service out', [removePeer(policy, rule, peer)]),
    };
  const common = services.find((s) => s.common);
  const clouds = services.map((s) => s.cloud).join(' or ');
  return {
    at,
    message: common
      ? `\`${block}\` holds \`${common.address}\`, the metadata service of ${common.cloud}: the selected pods may ask it for the node's credentials and act as the node. Take it out with \`except\`.`
      : `\`${block}\` holds ${listed(services)}. Whether this cluster runs there is unknown; if it does, the selected pods may ask for what belongs to the node. Take it out with \`except\`.`,
    ...(!common && { unknown: `Whether the cluster runs on ${clouds}.` }),
    fixes: fix(
      'Leave the metadata service out',
      addExcepts(
        document,
        peer,
        services.map((s) => s.cidr),
      ),
    ),
  };
}

function listed(services: readonly MetadataService[]): string {
  return services.map((s) => `\`${s.address}\`, the metadata service of ${s.cloud}`).join(', and ');
}

function fix(title: string, edits: readonly (Fix['edits'][number] | null)[]): Fix[] {
  const known = edits.filter((edit) => edit !== null);
  return known.length < edits.length ? [] : [{ title, safe: false, edits: known }];
}
