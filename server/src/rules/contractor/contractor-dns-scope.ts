/** Rule contractor-dns-scope: a contractor's rule for DNS that opens more than lookups at the cluster's DNS servers. */
import type { DnsPlatform } from '../../core/platform.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { replaceValue } from '../../core/yaml/edit.ts';
import type { Json } from '../../core/yaml/json.ts';
import { asMap } from '../../core/yaml/nodes.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { DNS_DESTINATIONS, DNS_NAMESPACES, selectsDnsServers } from '../../engine/dns-servers.ts';
import { type Policy, soundPolicyOf } from '../../engine/policy.ts';
import type { PodsPeer, PolicyRule } from '../../engine/policy-rule.ts';
import { DNS_SCOPE_EXAMPLES } from './contractor-dns-scope-examples.ts';
import { describeSet } from './cover.ts';
import { contractorIn, namesAskedFor } from './crossing.ts';

export const contractorDnsScope: Rule = {
  on: 'placed-policy',
  meta: {
    id: 'contractor-dns-scope',
    family: 'contractor',
    severity: 'warning',
    sees: 'workspace',
    title: "A contractor's way to DNS is wider than the cluster's DNS servers.",
    why: `Lookups are the one thing that a contractor's pods need without asking, so the rule for them is copied from namespace to namespace, and everything in it that is wider than DNS is a hole in every one. Port 53 of **every** pod in \`kube-system\`, or of pods with a label in whatever namespace, is a way to whoever listens there; and every port of the DNS pods is a way to their metrics and administration.

Name the DNS pods by the namespace's name and their label in one peer, and the ports of DNS alone. Port 53 to every destination is reported by dns-any-destination.`,
    refs: [
      {
        title: 'MITRE ATT&CK T1071.004, Application Layer Protocol: DNS',
        url: 'https://attack.mitre.org/techniques/T1071/004/',
      },
      { title: 'NIST SP 800-53 AC-6, least privilege' },
    ],
    examples: DNS_SCOPE_EXAMPLES,
  },
  check: function* (resource, scope, context): Iterable<Finding> {
    if (contractorIn(scope, context) === null) return;
    const policy = soundPolicyOf(resource);
    if (!policy || policy.isolates.Egress === false) return;
    for (const rule of policy.egress.rules)
      if (rule.peers.kind === 'some')
        for (const peer of rule.peers.items)
          if (peer.kind === 'pods') yield* judge(policy, rule, peer, context.config.platform.dns);
  },
};

function* judge(
  policy: Policy,
  rule: PolicyRule,
  peer: PodsPeer,
  platform: DnsPlatform | null,
): Iterable<Finding> {
  const { namespaceSelector, podSelector } = peer;
  if (!namespaceSelector) return;
  const { document } = policy.resource;
  const at = { document, span: peer.node.span };
  const names = namesAskedFor(namespaceSelector);
  const isInDns = names?.every((name) => DNS_NAMESPACES.has(name)) ?? false;
  if (isDnsOnly(rule)) {
    const isAnywhere = namespaceSelector.requirements.length === 0 && podSelector !== null;
    if (isInDns ? names?.every((name) => selectsDnsServers(name, podSelector)) : !isAnywhere) return;
    if (
      isAnywhere &&
      !podSelector.requirements.some(({ operator }) => operator === 'In' || operator === 'Exists')
    )
      return;
    const whom = isInDns
      ? `pods of namespace ${names?.join(', ')} that are no DNS servers`
      : 'pods with these labels in whatever namespace, whoever made them';
    yield {
      at,
      message: `This opens the ports of DNS to ${whom}. Name the cluster's DNS pods, by their namespace's name and their label.`,
      get fixes() {
        return narrowPeer(policy, peer, platform);
      },
    };
  } else if (
    isInDns &&
    podSelector &&
    rule.ports.kind !== 'unknown' &&
    names?.every((name) => selectsDnsServers(name, podSelector))
  )
    yield {
      at,
      message: `This opens more than lookups to the cluster's DNS pods: ${describeSet(rule.ports.set)}. Leave them the ports of DNS, UDP and TCP 53, and give other peers of the rule one of their own.`,
      get fixes() {
        return narrowPorts(policy, rule, platform);
      },
    };
}

function narrowPeer({ resource }: Policy, { node }: PodsPeer, platform: DnsPlatform | null): Fix[] {
  const { peers, name } = DNS_DESTINATIONS[platform ?? 'kube-dns'];
  const [dns] = peers;
  const edit = dns === undefined ? null : replaceValue(resource.document, node, dns);
  return edit ? [{ title: `Allow DNS to ${name} only`, safe: false, edits: [edit] }] : [];
}

/** Only where the rule is for this one peer. */
function narrowPorts(
  { resource: { document } }: Policy,
  { node, peers, ports }: PolicyRule,
  platform: DnsPlatform | null,
): Fix[] {
  const map = node.kind === 'map' ? asMap(node) : null;
  if (
    !map ||
    peers.kind !== 'some' ||
    peers.items.length !== 1 ||
    !ports.pair ||
    !map.pairs.includes(ports.pair)
  )
    return [];
  const edit = replaceValue(document, ports.pair.value, dnsPorts(platform));
  return edit ? [{ title: 'Leave only the ports of DNS', safe: false, edits: [edit] }] : [];
}

function dnsPorts(platform: DnsPlatform | null): Json {
  const { port } = DNS_DESTINATIONS[platform ?? 'kube-dns'];
  return ['UDP', 'TCP'].map((protocol) => ({ protocol, port }));
}
