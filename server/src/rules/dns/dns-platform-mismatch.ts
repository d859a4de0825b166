/** Rule dns-platform-mismatch: egress rules that are meant for the cluster's DNS and miss it. */
import type { DnsPlatform } from '../../core/platform.ts';
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import type { Span } from '../../core/span.ts';
import { appendItem, replaceValue } from '../../core/yaml/edit.ts';
import { asSeq } from '../../core/yaml/nodes.ts';
import { type DnsMiss, dnsMissOf } from '../../engine/dns-miss.ts';
import { DNS_DESTINATIONS, type DnsDestination } from '../../engine/dns-servers.ts';
import { policyOf } from '../../engine/policy.ts';
import { describeSelector } from '../../engine/selector.ts';
import { DNS_PLATFORM_MISMATCH_EXAMPLES } from './dns-platform-mismatch-examples.ts';
import { portEdits } from './dns-port-edits.ts';
import { type StarvedPods, starvedPodsIn } from './starved-pods.ts';
import { selectedWorkloads, subject } from './starved-words.ts';

export const dnsPlatformMismatch: Rule = {
  on: 'namespace',
  meta: {
    id: 'dns-platform-mismatch',
    family: 'dns',
    severity: 'warning',
    sees: 'workspace',
    title: 'An egress rule is meant for the cluster DNS and misses it.',
    why: `A rule that allows DNS to pods which do not answer it allows nothing of use: every lookup of the selected pods times out. It happens with a slip in the label (\`kube-dns\` is also the label of CoreDNS), and with a rule from another platform:

* Most clusters answer in \`kube-system\`, from pods labelled \`k8s-app: kube-dns\`, on port 53.
* OpenShift answers in \`openshift-dns\`, from pods labelled \`dns.operator.openshift.io/daemonset-dns: default\`, on port **5353**. Policies see the port of the pod; 53 is only that of the Service.
* NodeLocal DNSCache answers at 169.254.20.10 in the node's network. No selector matches it; it takes an \`ipBlock\`.

Say in the config which it is (\`platform: { dns: openshift }\`); without that, only labels that no platform has are reported.`,
    refs: [
      {
        title: 'Kubernetes: Using NodeLocal DNSCache',
        url: 'https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/',
      },
      {
        title: 'Kubernetes: Debugging DNS Resolution',
        url: 'https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/',
      },
    ],
    examples: DNS_PLATFORM_MISMATCH_EXAMPLES,
  },
  check: (scope, { config, namespaces }): Iterable<Finding> => {
    const { dns } = config.platform;
    const mayMiss = scope.policies.map(policyOf).some((policy) => policy && dnsMissOf(policy, dns));
    if (!mayMiss) return [];
    return starvedPodsIn(scope, namespaces.beside(), dns).flatMap((starved) =>
      starved.miss ? [finding(starved, starved.miss, dns)] : [],
    );
  },
};

function finding(
  { policy, workloads, unknown }: StarvedPods,
  miss: DnsMiss,
  platform: DnsPlatform | null,
): Finding {
  const { resource } = policy;
  const { document } = resource;
  const destination = DNS_DESTINATIONS[platform ?? 'kube-dns'];
  const lead = `${messageFor(miss, destination)} ${subject(workloads)}`;
  return {
    at: { document, span: spanOf(miss) },
    resource,
    message:
      unknown === null
        ? `${lead} cannot look up names, since nothing else allows it.`
        : `${lead} may be unable to look up names. Whether that is so is unknown: ${unknown}.`,
    ...(unknown !== null && { unknown }),
    related: selectedWorkloads(workloads),
    fixes: fixesFor(document, miss, destination, platform),
  };
}

function messageFor({ kind, peer }: DnsMiss, { name, port }: DnsDestination): string {
  switch (kind) {
    case 'label': {
      const labels = peer.podSelector ? describeSelector(peer.podSelector) : 'these labels';
      return `No pod that answers DNS has ${labels}; what answers is ${name}.`;
    }
    case 'platform':
      return `This is not the DNS of the platform that the config names, which is ${name}.`;
    case 'cache':
      return "Pods ask the DNS cache of their node at 169.254.20.10, which no selector matches, since it runs in the node's network; only the cache asks these pods.";
    case 'port':
      return `The DNS pods of the platform that the config names listen on port ${port}; a policy sees the port of the pod, not that of the Service.`;
  }
}

function spanOf({ kind, peer, rule }: DnsMiss): Span {
  if (kind === 'port' && rule.ports.kind === 'some') return rule.ports.pair.key.span;
  const part = kind === 'label' ? peer.podSelectorPair?.value : null;
  return part?.span ?? peer.node.span;
}

function fixesFor(
  document: StarvedPods['policy']['resource']['document'],
  { kind, peer, rule }: DnsMiss,
  destination: DnsDestination,
  platform: DnsPlatform | null,
): Fix[] {
  const [first] = destination.peers;
  if (first === undefined) return [];
  const fix = (title: string, edits: readonly (Edit | null)[] | null): Fix[] =>
    edits && edits.length > 0 && edits.every((edit) => edit !== null) ? [{ title, safe: false, edits }] : [];
  const list = rule.peers.kind === 'some' ? asSeq(rule.peers.pair.value) : null;
  if (kind === 'cache') {
    const title = 'Allow DNS to NodeLocal DNSCache (169.254.20.10) as well';
    return list ? fix(title, [appendItem(document, list, first, peer.node)]) : [];
  }
  const ports = portEdits(document, rule, destination.port);
  if (kind === 'port') return fix(`Allow port ${destination.port} instead`, ports);
  // Other peers of the rule may need its ports as they are.
  if (!ports || (ports.length > 0 && list?.items.length !== 1)) return [];
  const choice = DNS_DESTINATIONS[platform ?? 'kube-dns'].name;
  return fix(`Allow DNS to ${choice} instead`, [replaceValue(document, peer.node, first), ...ports]);
}
