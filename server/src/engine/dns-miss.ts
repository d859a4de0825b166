/**
 * Owns finding what in egress rules that are meant for the cluster's DNS misses it: a label that no DNS pod has, the DNS of
 * another platform, a port on which nobody answers. Whether that starves anybody is not its business.
 */
import type { DnsPlatform } from '../core/platform.ts';
import { namespaceMatches, podsMatch, ruleReachesDns } from './dns.ts';
import { isDnsOnly } from './dns-ports.ts';
import { DNS_SERVERS, type DnsServers, type DnsSetup, dnsSetupOf } from './dns-servers.ts';
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
      const kind = peer.kind === 'pods' ? missOf(peer, resource.namespace, setup) : null;
      if (kind && peer.kind === 'pods') return { rule, peer, kind };
    }
  }
  return null;
}

/** What is wrong with a peer of a rule that does not reach the DNS. */
function missOf(peer: PodsPeer, namespace: string | null, { servers }: DnsSetup): DnsMiss['kind'] | null {
  const meets = (some: DnsServers) => podsMatch(peer, namespace, some) === true;
  if (servers.some(meets)) return 'port';
  const other = DNS_SERVERS.find(meets);
  if (other && servers.some((own) => own.namespace === other.namespace)) return 'label';
  if (other) return servers.length === 0 && other.port === 53 ? 'cache' : 'platform';
  const { podSelector } = peer;
  const isMislabelled = DNS_SERVERS.some(
    (own) =>
      namespaceMatches(peer, namespace, own) === true &&
      podSelector !== null &&
      matchesPartly(podSelector, own.labels) === false,
  );
  return isMislabelled ? 'label' : null;
}
