/**
 * Owns sets of ports: numbers per protocol as interval sets, and names, which resolve to numbers only on a pod.
 */
import { canonical, equals, type Intervals, intersect, isSubset, union } from './intervals.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** The protocols a NetworkPolicy can name. What happens to others is up to the network plugin. */
export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** Ports 1 to 65535 as a half-open interval. */
export const ANY_PORT: Intervals<number> = [[1, 65536]];

export interface PortSet {
  readonly numbers: Readonly<Record<Protocol, Intervals<number>>>;
  /** Named ports as `protocol/name`, e.g. `TCP/http`. */
  readonly names: ReadonlySet<string>;
}

export const NO_PORTS: PortSet = { numbers: { TCP: [], UDP: [], SCTP: [] }, names: new Set() };
export const ALL_PORTS: PortSet = {
  numbers: { TCP: ANY_PORT, UDP: ANY_PORT, SCTP: ANY_PORT },
  names: new Set(),
};

/** The set of the ports from `from` to `to`, both included. */
export function portRange(protocol: Protocol, from: number, to: number = from): PortSet {
  return { numbers: { ...NO_PORTS.numbers, [protocol]: canonical([[from, to + 1]]) }, names: new Set() };
}

export function namedPort(protocol: Protocol, name: string): PortSet {
  return { numbers: NO_PORTS.numbers, names: new Set([`${protocol}/${name}`]) };
}

export function unionPorts(a: PortSet, b: PortSet): PortSet {
  return {
    numbers: perProtocol((p) => union(a.numbers[p], b.numbers[p])),
    names: new Set([...a.names, ...b.names]),
  };
}

/** Ports in both sets. A name is in both only when both name it: what number it stands for is not known here. */
export function intersectPorts(a: PortSet, b: PortSet): PortSet {
  return {
    numbers: perProtocol((p) => intersect(a.numbers[p], b.numbers[p])),
    names: new Set([...a.names].filter((name) => b.names.has(name))),
  };
}

/** Whether every port of `inner` is surely in `outer`. A name is, when `outer` has it or all of its protocol's ports. */
export function isPortSubset(inner: PortSet, outer: PortSet): boolean {
  if (!PROTOCOLS.every((p) => isSubset(inner.numbers[p], outer.numbers[p]))) return false;
  return [...inner.names].every((name) => {
    const protocol = name.slice(0, name.indexOf('/')) as Protocol;
    return outer.names.has(name) || equals(outer.numbers[protocol], ANY_PORT);
  });
}

/** Whether the set is every port of TCP, UDP and SCTP. */
export function isEveryPort(set: PortSet): boolean {
  return PROTOCOLS.every((p) => equals(set.numbers[p], ANY_PORT));
}

export function isEmptyPortSet(set: PortSet): boolean {
  return set.names.size === 0 && PROTOCOLS.every((p) => set.numbers[p].length === 0);
}

function perProtocol(of: (protocol: Protocol) => Intervals<number>): Record<Protocol, Intervals<number>> {
  return { TCP: of('TCP'), UDP: of('UDP'), SCTP: of('SCTP') };
}
