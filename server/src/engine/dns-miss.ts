/**
 * Owns finding what in egress rules that are meant for the cluster's DNS misses it: a label that no DNS pod has, the DNS of
 * another platform, a port on which nobody answers. Whether that starves anybody is not its business.
 */
import type { DnsPlatform } from '../core/config.ts';
import { nearestName } from '../core/spelling.ts';
import { namespaceMatches, podsMatch, portsMatch, ruleReachesDns } from './dns.ts';
import { isDnsOnly } from './dns-ports.ts';
import { APP_LABEL, DNS_SERVERS, type DnsServers, type DnsSetup, dnsSetupOf } from './dns-servers.ts';
import type { Policy } from './policy.ts';
import type { PodsPeer, PolicyRule } from './policy-rule.ts';
import { matchesPartly } from './selector.ts';

export interface DnsMiss {
  readonly rule: PolicyRule;
  readonly peer: PodsPeer;
  /**
   * `label`: in the namespace of the DNS pods, but none has the labels. `platform`: the DNS of another platform. `cache`: the
   * pods behind the node's cache, which is what pods ask. `port`: the right pods, on a port they do not listen on.
   */
  readonly kind: 'label' | 'platform' | 'cache' | 'port';
}

const caches = new Map<DnsPlatform | null, WeakMap<Policy, DnsMiss | null>>();

/** The first thing that misses in the egress rules of a policy that name ports of DNS alone; null when nothing surely does. */
export function dnsMissOf(policy: Policy, platform: DnsPlatform | null): DnsMiss | null {
  const cache = caches.get(platform) ?? new WeakMap<Policy, DnsMiss | null>();
  caches.set(platform, cache);
  const known = cache.get(policy);
  if (known !== undefined) return known;
  const miss = find(policy, platform);
  cache.set(policy, miss);
  return miss;
}

function find(policy: Policy, platform: DnsPlatform | null): DnsMiss | null {
  const { egress, resource } = policy;
  const setup = dnsSetupOf(platform);
  const mayReach = (rule: PolicyRule) =>
    (['UDP', 'TCP'] as const).some((p) => ruleReachesDns(policy, rule, p, platform) !== false);
  for (const rule of egress.rules) {
    if (rule.peers.kind !== 'some' || !isDnsOnly(rule) || mayReach(rule)) continue;
    for (const peer of rule.peers.items) {
      const kind = peer.kind === 'pods' ? missOf(peer, rule, resource.namespace, setup) : null;
      if (kind && peer.kind === 'pods') return { rule, peer, kind };
    }
  }
  return null;
}

function missOf(
  peer: PodsPeer,
  { ports }: PolicyRule,
  namespace: string | null,
  setup: DnsSetup,
): DnsMiss['kind'] | null {
  const meets = (servers: DnsServers) => podsMatch(peer, namespace, servers) === true;
  const met = setup.servers.find(meets);
  if (met) {
    const answers = (['UDP', 'TCP'] as const).some((p) => portsMatch(ports, p, met.port, setup) !== false);
    return answers ? null : 'port';
  }
  const other = DNS_SERVERS.find(meets);
  if (other && !setup.isKnown) return null;
  if (other && setup.servers.some(({ namespace: own }) => own === other.namespace)) return 'label';
  if (other) return setup.servers.length === 0 && other.port === 53 ? 'cache' : 'platform';
  return isMislabelled(peer, namespace) ? 'label' : null;
}

/** Whether a peer is in a namespace of DNS pods, or its label nearly that of DNS pods, and matches none of them. */
function isMislabelled(peer: PodsPeer, namespace: string | null): boolean {
  const { podSelector } = peer;
  const near = DNS_SERVERS.filter((s) => namespaceMatches(peer, namespace, s) !== false);
  if (!podSelector || near.some((s) => matchesPartly(podSelector, s.labels) !== false)) return false;
  if (near.some((s) => namespaceMatches(peer, namespace, s) === true)) return true;
  const [app] = podSelector.requirements.find(({ key }) => key === APP_LABEL)?.values ?? [];
  return app !== undefined && nearestName(app, ['kube-dns', 'node-local-dns']) !== null;
}
