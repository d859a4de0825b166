/**
 * Owns the comparison of what a policy allows with what has been granted: covered, broader than the grants it touches, or touched
 * by none. Whether a grant has run out does not count here, and neither does who gave it.
 */

import { matchesGlob } from '../../core/glob.ts';
import type { ConfigEnd, ConfigPorts, Dependency } from '../../core/grants.ts';
import type { Resource } from '../../core/resource.ts';
import type { NamespaceContext } from '../../core/rule.ts';
import {
  type AddressSet,
  intersectAddresses,
  isAddressSubset,
  isEmptyAddressSet,
  NO_ADDRESSES,
  parseCidr,
  unionAddresses,
} from '../../engine/cidr.ts';
import { podsOf } from '../../engine/pods.ts';
import {
  isPortSubset,
  NO_PORTS,
  namedPort,
  type PortSet,
  PROTOCOLS,
  portRange,
  unionPorts,
} from '../../engine/ports.ts';
import { EVERYTHING, isSelectorSubset, type Selector } from '../../engine/selector.ts';
import type { Crossing, Opening } from './crossing.ts';

export interface Cover {
  /** Null when the ports cannot be compared. */
  readonly verdict: 'covered' | 'broader' | 'none' | null;
  /** The grants that cover it, or that it touches. */
  readonly grants: readonly Dependency[];
  /** The namespaces of a peer that no grant touches: with any of them, the verdict is `none`. */
  readonly ungranted: readonly string[];
}

type PartCover = Omit<Cover, 'ungranted'>;

/** How the grants of a contractor cover a peer of one of its own policies. */
export function coverOf(crossing: Crossing, grants: readonly Dependency[], pods: readonly Resource[]): Cover {
  const ofDirection = grants.filter((grant) => grant.direction === crossing.direction);
  const ports = portsOf(crossing, pods);
  if (crossing.kind === 'cidr') return { ...coverOfBlock(crossing, ofDirection, ports), ungranted: [] };
  const selector = crossing.peer.podSelector ?? EVERYTHING;
  const parts = crossing.namespaces.map((name) =>
    partCover(
      ofDirection.map((g) => fitOfPods(g, name, selector)),
      ports,
    ),
  );
  const ungranted = crossing.namespaces.filter((_, i) => parts[i]?.verdict === 'none');
  return { ...join(parts), ungranted };
}

function coverOfBlock(
  { addresses }: { readonly addresses: AddressSet },
  grants: readonly Dependency[],
  ports: OpenedPorts | null,
): PartCover {
  const single = partCover(
    grants.map((g) => fitOfCidr(g, addresses)),
    ports,
  );
  if (single.verdict !== 'broader' || ports === null) return single;
  // Ranges side by side add up, where each is granted for all of the ports.
  const enough = single.grants.filter((grant) => coversPorts(ports, grantedPorts(grant.ports)));
  const together = enough.map(addressesOf).reduce(unionAddresses, NO_ADDRESSES);
  return isAddressSubset(addresses, together) ? { verdict: 'covered', grants: enough } : single;
}

/** How the grants of a contractor cover what a policy elsewhere opens to it or from it. */
export function coverOfOpening(
  { policy, direction, rule }: Opening,
  grants: readonly Dependency[],
  pods: readonly Resource[],
): Cover {
  const { namespace } = policy.resource;
  const { selector } = policy.podSelector;
  if (namespace === null || !selector) return { verdict: null, grants: [], ungranted: [] };
  const fits = grants
    .filter((grant) => grant.direction !== direction)
    .map((grant) => fitOfPods(grant, namespace, selector));
  return { ...partCover(fits, portsOf({ rule }, pods)), ungranted: [] };
}

/** How far the end of a grant and that of a connection agree. */
interface Fit {
  readonly grant: Dependency;
  readonly extent: 'whole' | 'part' | 'none';
}

function fitOfPods(grant: Dependency, namespace: string, pods: Selector): Fit {
  const { end } = grant;
  if (end.kind !== 'pods' || !matchesGlob(end.namespace, namespace)) return { grant, extent: 'none' };
  const granted = selectorOf(end);
  if (isSelectorSubset(pods, granted)) return { grant, extent: 'whole' };
  // Labels that one pod could have both of are no sign that the grant was meant.
  return { grant, extent: isSelectorSubset(granted, pods) ? 'part' : 'none' };
}

function fitOfCidr(grant: Dependency, addresses: AddressSet): Fit {
  const granted = addressesOf(grant);
  if (isAddressSubset(addresses, granted)) return { grant, extent: 'whole' };
  return { grant, extent: isEmptyAddressSet(intersectAddresses(addresses, granted)) ? 'none' : 'part' };
}

/** None where a grant is for pods. */
function addressesOf({ end }: Dependency): AddressSet {
  return (end.kind === 'cidr' ? parseCidr(end.cidr)?.set : null) ?? NO_ADDRESSES;
}

/** The labels that a grant asks for, as a selector. */
export function selectorOf(end: Extract<ConfigEnd, { kind: 'pods' }>): Selector {
  return {
    requirements: Object.entries(end.labels).map(([key, value]) => ({
      key,
      operator: 'In',
      values: [value],
    })),
  };
}

function partCover(fits: readonly Fit[], ports: OpenedPorts | null): PartCover {
  const touched = fits.filter(({ extent }) => extent !== 'none').map(({ grant }) => grant);
  if (touched.length === 0) return { verdict: 'none', grants: [] };
  if (ports === null) return { verdict: null, grants: touched };
  const whole = fits.filter(({ extent }) => extent === 'whole').map(({ grant }) => grant);
  const granted = whole.reduce((all, grant) => unionPorts(all, grantedPorts(grant.ports)), NO_PORTS);
  if (whole.length > 0 && coversPorts(ports, granted)) return { verdict: 'covered', grants: whole };
  return { verdict: whole.length > 0 && ports.resolved === null ? null : 'broader', grants: touched };
}

function coversPorts({ written, resolved }: OpenedPorts, granted: PortSet): boolean {
  return isPortSubset(written, granted) || (resolved !== null && isPortSubset(resolved, granted));
}

/** What holds for all parts together: the worst of them. */
function join(parts: readonly PartCover[]): PartCover {
  const grants = [...new Set(parts.flatMap((part) => part.grants))];
  const has = (verdict: Cover['verdict']) => parts.some((part) => part.verdict === verdict);
  const worst = (['none', 'broader', null] as const).find(has);
  return { verdict: worst === undefined ? 'covered' : worst, grants };
}

export function grantedPorts(ports: readonly ConfigPorts[]): PortSet {
  return ports
    .map((p) => ('name' in p ? namedPort(p.protocol, p.name) : portRange(p.protocol, p.from, p.to)))
    .reduce(unionPorts, NO_PORTS);
}

/** The ports that a rule opens: as written, and with names as the numbers that they stand for at the destinations. */
interface OpenedPorts {
  readonly written: PortSet;
  /** Null where it is not known what a name stands for. */
  readonly resolved: PortSet | null;
}

/** A grant may have the number where the policy has the name, and the other way round. Null when the ports cannot be read. */
function portsOf(
  { rule: { ports } }: Pick<Crossing, 'rule'>,
  destinations: readonly Resource[],
): OpenedPorts | null {
  if (ports.kind === 'unknown') return null;
  return { written: ports.set, resolved: numbersAt(ports.set, destinations) };
}

/** A set with the numbers in the place of names, as workloads declare them; null where none declares a name. */
export function numbersAt({ numbers, names }: PortSet, destinations: readonly Resource[]): PortSet | null {
  let resolved: PortSet = { numbers, names: new Set() };
  for (const name of names) {
    const declared = destinations.flatMap((workload) => podsOf(workload).ports);
    const found = declared.filter((port) => `${port.protocol}/${port.name}` === name);
    if (found.length === 0) return null;
    for (const { protocol, number } of found) resolved = unionPorts(resolved, portRange(protocol, number));
  }
  return resolved;
}

/** `443/TCP, 8000-8100/TCP`; `every port` for all of them. */
export function describeSet(set: PortSet): string {
  const parts = PROTOCOLS.flatMap((protocol) =>
    set.numbers[protocol].map(([from, end]) =>
      from === 1 && end === 65536
        ? `all of ${protocol}`
        : `${from === end - 1 ? from : `${from}-${end - 1}`}/${protocol}`,
    ),
  );
  const names = [...set.names].map((name) => name.split('/').reverse().join('/'));
  return parts.length === PROTOCOLS.length && parts.every((part) => part.startsWith('all'))
    ? 'every port'
    : [...parts, ...names].join(', ');
}

/** What a grant is for: `namespace payments (app=api) on 443/TCP`. */
export function describeGrant({ end, ports }: Dependency): string {
  const labels =
    end.kind === 'pods' ? Object.entries(end.labels).map(([key, value]) => `${key}=${value}`) : [];
  const where =
    end.kind === 'cidr'
      ? end.cidr
      : `namespace ${end.namespace}${labels.length > 0 ? ` (${labels.join(', ')})` : ''}`;
  return `${where} on ${describeSet(grantedPorts(ports))}`;
}

/** The contractor's grants in the root config; none when it is not in there. */
export function grantsOf(contractor: string, { contractors }: NamespaceContext): readonly Dependency[] {
  return contractors.named(contractor)?.dependencies ?? [];
}
