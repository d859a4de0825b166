/** Rule egress-without-dns: pods whose egress is isolated and which no policy lets look up names. */
import type { DnsPlatform } from '../../core/platform.ts';
import { nameNode } from '../../core/resource.ts';
import type { Finding, Rule } from '../../core/rule.ts';
import type { Span } from '../../core/span.ts';
import { DNS_DESTINATIONS } from '../../engine/dns-servers.ts';
import { type Policy, visibleSpan } from '../../engine/policy.ts';
import { dnsFixes } from './dns-fixes.ts';
import { EGRESS_WITHOUT_DNS_EXAMPLES } from './egress-without-dns-examples.ts';
import { type StarvedPods, starvedPodsIn } from './starved-pods.ts';
import { selectedWorkloads, subject } from './starved-words.ts';

export const egressWithoutDns: Rule = {
  on: 'namespace',
  meta: {
    id: 'egress-without-dns',
    family: 'dns',
    severity: 'warning',
    sees: 'workspace',
    title: 'Pods are isolated for egress and may not reach the cluster DNS.',
    why: `As soon as one policy isolates a pod's egress, the pod reaches only what policies allow, and its lookups go to the cluster's DNS pods like any other traffic. If no policy allows UDP port 53 to them, **every** lookup times out, for Services as for hosts outside, and the connections that are allowed never start. TCP port 53 is needed too: an answer too long for UDP is asked for again over TCP.

Allow both, to the DNS pods alone: \`namespaceSelector\` and \`podSelector\` in **one** peer. Policies add up, so one policy for all pods of the namespace is enough. OpenShift's DNS pods listen on port 5353; NodeLocal DNSCache answers in the node's network, which only an \`ipBlock\` reaches.

Pods that need no names can be left as they are: \`# netpol-guard: ignore[egress-without-dns] why\`.`,
    refs: [
      {
        title: 'Kubernetes: DNS for Services and Pods',
        url: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/',
      },
      {
        title: 'Kubernetes: Using NodeLocal DNSCache',
        url: 'https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/',
      },
    ],
    examples: EGRESS_WITHOUT_DNS_EXAMPLES,
  },
  check: (scope, { config, namespaces }): Iterable<Finding> => {
    const { dns } = config.platform;
    // Where a rule means to allow DNS and misses it, that rule is the mistake: see dns-platform-mismatch.
    return starvedPodsIn(scope, namespaces.beside(), dns)
      .filter(({ miss }) => miss === null)
      .map((starved) => finding(starved, dns));
  },
};

const caches = new Map<string, WeakMap<Policy, Finding['fixes']>>();

/** The fixes depend on the policy alone; a keystroke elsewhere in the namespace must not compute them anew. */
function fixesOf(
  policy: Policy,
  lacks: StarvedPods['lacks'],
  platform: DnsPlatform | null,
): NonNullable<Finding['fixes']> {
  const key = `${lacks} ${platform}`;
  const cache = caches.get(key) ?? new WeakMap<Policy, Finding['fixes']>();
  caches.set(key, cache);
  const fixes = cache.get(policy) ?? dnsFixes(policy, lacks, platform);
  cache.set(policy, fixes);
  return fixes;
}

function finding({ policy, lacks, workloads, unknown }: StarvedPods, platform: DnsPlatform | null): Finding {
  const { resource } = policy;
  const says = unknown === null ? MESSAGES[lacks] : `${UNCERTAIN[lacks]} ${unknown}.`;
  return {
    at: { document: resource.document, span: isolationSpan(policy) },
    resource,
    message: `${subject(workloads)} ${says.replaceAll('port 53', `port ${DNS_DESTINATIONS[platform ?? 'kube-dns'].port}`)}`,
    ...(unknown !== null && { unknown }),
    ...(lacks === 'TCP' && { severity: 'info' as const }),
    related: selectedWorkloads(workloads),
    fixes: fixesOf(policy, lacks, platform),
  };
}

/** What isolates egress: the item of policyTypes, the egress rules where it is defaulted from them, else the policy. */
function isolationSpan({ policyTypes, egress, resource }: Policy): Span {
  const item = policyTypes?.find((type) => type.value === 'Egress');
  if (item) return item.node.span;
  return egress.pair?.key.span ?? visibleSpan(nameNode(resource), resource.root.span);
}

const MESSAGES: Readonly<Record<StarvedPods['lacks'], string>> = {
  DNS: 'cannot look up names: egress is isolated, and no policy allows UDP port 53 to the cluster DNS, so every lookup times out, of Services too. Allow UDP and TCP port 53 to it; if no names are needed here, ignore this rule and say why.',
  UDP: 'can reach the cluster DNS over TCP only. Resolvers ask over UDP, so every lookup times out. Add UDP port 53 to the rule for DNS; a port without `protocol` is a TCP port.',
  TCP: 'can reach the cluster DNS over UDP only. An answer too long for UDP is asked for again over TCP, which no policy allows, so lookups with long answers fail. Add TCP port 53 to the rule for DNS.',
};

/** For when something that cannot be read here may change the verdict; what that is follows. */
const UNCERTAIN: Readonly<Record<StarvedPods['lacks'], string>> = {
  DNS: 'may be unable to look up names: egress is isolated, and no policy here allows UDP port 53 to the cluster DNS. Whether that is so is unknown:',
  UDP: 'may reach the cluster DNS over TCP only: no policy here allows UDP port 53 to it. Whether that is so is unknown:',
  TCP: 'may reach the cluster DNS over UDP only: no policy here allows TCP port 53 to it. Whether that is so is unknown:',
};
