/**
 * Owns whether egress rules reach the cluster's DNS: that of the platform which the config names, else what is known of the
 * DNS of all platforms. Who needs the DNS is not its business.
 */
import type { DnsPlatform } from '../core/platform.ts';
import { intersectAddresses, isAddressSubset, isEmptyAddressSet, PRIVATE } from './cidr.ts';
import {
  DNS_POD_PORTS,
  type DnsServers,
  type DnsSetup,
  dnsSetupOf,
  NAMESPACE_NAME_LABEL,
} from './dns-servers.ts';
import { equals, includes } from './intervals.ts';
import type { Policy } from './policy.ts';
import type { CidrPeer, Peer, PodsPeer, PolicyRule, Ports } from './policy-rule.ts';
import { matchesPartly } from './selector.ts';
import { allOf, anyOf, type Verdict } from './verdict.ts';

export type DnsProtocol = 'UDP' | 'TCP';

/** Whether lookups over each protocol are allowed. Resolvers ask over UDP, and over TCP when the answer is too long. */
export type DnsReach = Readonly<Record<DnsProtocol, Verdict>>;

const caches = new Map<DnsPlatform | null, WeakMap<Policy, DnsReach>>();

/** Whether a policy allows the pods it selects to reach the cluster's DNS. */
export function dnsReachOf(policy: Policy, platform: DnsPlatform | null): DnsReach {
  const cache = caches.get(platform) ?? new WeakMap<Policy, DnsReach>();
  caches.set(platform, cache);
  const known = cache.get(policy);
  if (known) return known;
  const over = (protocol: DnsProtocol): Verdict => {
    const rules = policy.egress.rules.map((rule) => ruleReachesDns(policy, rule, protocol, platform));
    if (policy.egress.unknown) rules.push(null);
    return allOf([policy.isolates.Egress, anyOf(rules)]);
  };
  const reach = { UDP: over('UDP'), TCP: over('TCP') };
  cache.set(policy, reach);
  return reach;
}

/** Whether one egress rule of `policy` reaches the cluster's DNS over `protocol`. */
export function ruleReachesDns(
  policy: Policy,
  rule: PolicyRule,
  protocol: DnsProtocol,
  platform: DnsPlatform | null,
): Verdict {
  const { namespace } = policy.resource;
  const { peers, ports } = rule;
  const setup = dnsSetupOf(platform);
  if (peers.kind === 'some')
    return anyOf(
      peers.items.map((peer) =>
        peer.kind === 'cidr'
          ? blockReachesDns(peer, ports, protocol, setup)
          : anyOf(
              setup.servers.map((s) => reaches(s, podsMatch(peer, namespace, s), ports, protocol, setup)),
            ),
      ),
    );
  const peer = peers.kind === 'any' ? true : null;
  const found = setup.servers.map((s) => reaches(s, peer, ports, protocol, setup));
  if (!isEmptyAddressSet(setup.addresses)) found.push(allOf([peer, portsMatch(ports, protocol, 53, setup)]));
  return anyOf(found);
}

function reaches(
  servers: DnsServers,
  peer: Verdict,
  ports: Ports,
  protocol: DnsProtocol,
  setup: DnsSetup,
): Verdict {
  const verdict = allOf([peer, portsMatch(ports, protocol, servers.port, setup)]);
  return verdict && !servers.certain ? null : verdict;
}

/** Whether a peer's selectors match the DNS pods. The pods may have labels beyond those known, their namespace too. */
export function podsMatch(
  peer: Exclude<Peer, CidrPeer>,
  ownNamespace: string | null,
  servers: DnsServers,
): Verdict {
  if (peer.kind === 'unknown') return null;
  const pods = peer.podSelector ? matchesPartly(peer.podSelector, servers.labels) : true;
  return allOf([namespaceMatches(peer, ownNamespace, servers), pods]);
}

/** Whether a peer is in the namespace of the DNS pods. */
export function namespaceMatches(peer: PodsPeer, ownNamespace: string | null, servers: DnsServers): Verdict {
  if (peer.namespaceSelector)
    return matchesPartly(peer.namespaceSelector, new Map([[NAMESPACE_NAME_LABEL, servers.namespace]]));
  return ownNamespace === null ? null : ownNamespace === servers.namespace;
}

/**
 * Whether DNS pods that usually listen on `port` can be reached. Null for a name, which could stand for any port, and, where
 * the platform is not known, for another port that DNS pods listen on in some clusters.
 */
function portsMatch(ports: Ports, protocol: DnsProtocol, port: number, setup: DnsSetup): Verdict {
  if (ports.kind === 'unknown') return null;
  const { numbers, names } = ports.set;
  if (includes(numbers[protocol], port)) return true;
  if (!setup.isKnown && DNS_POD_PORTS.some((other) => includes(numbers[protocol], other))) return null;
  return [...names].some((name) => name.startsWith(`${protocol}/`)) ? null : false;
}

/**
 * Whether an ipBlock holds the DNS. One that names a DNS port is taken for a resolver of the author's own. One open to a
 * range of ports may hold the node's cache, the DNS Service or its pods where it touches private addresses, or IPv6,
 * whose public addresses pods have too.
 */
function blockReachesDns(peer: CidrPeer, ports: Ports, protocol: DnsProtocol, setup: DnsSetup): Verdict {
  const { addresses } = peer;
  if (addresses && isEmptyAddressSet(addresses)) return false;
  const answers =
    !isEmptyAddressSet(setup.addresses) && addresses && isAddressSubset(setup.addresses, addresses);
  if (answers && portsMatch(ports, protocol, 53, setup)) return true;
  if (anyOf(DNS_POD_PORTS.map((port) => portsMatch(ports, protocol, port, setup))) === false) return false;
  if (ports.kind !== 'any' && namesDnsPort(ports, protocol)) return null;
  if (!addresses || addresses.v6.length > 0) return null;
  return isEmptyAddressSet(intersectAddresses(addresses, PRIVATE)) ? false : null;
}

function namesDnsPort(ports: Ports, protocol: DnsProtocol): boolean {
  if (ports.kind !== 'some') return true;
  return ports.items.some(
    ({ set }) => set && DNS_POD_PORTS.some((port) => equals(set.numbers[protocol], [[port, port + 1]])),
  );
}
