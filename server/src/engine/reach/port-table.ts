/**
 * Owns sets of port numbers as small integers: equal sets have the same id, so that comparing is free and combining is
 * looked up. Names of ports are resolved before they get here.
 */
import { type Intervals, intersect, subtract, union } from '../intervals.ts';
import { ALL_PORTS, NO_PORTS, type PortSet, PROTOCOLS, type Protocol, portRange } from '../ports.ts';

/** The id of a set of ports in its table. */
export type PortsId = number;

export const NO_PORT: PortsId = 0;
export const EVERY_PORT: PortsId = 1;

type Combine = (a: Intervals<number>, b: Intervals<number>) => Intervals<number>;

/** Ids stay below this, so that two of them make one number. */
const MOST_IDS = 2 ** 26;

export class PortTable {
  private readonly sets: PortSet[] = [];
  private readonly ids = new Map<string, PortsId>();
  private readonly single = new Map<number, PortsId>();
  private readonly bySet = new WeakMap<PortSet, PortsId>();
  private readonly unions = new Map<number, PortsId>();
  private readonly intersections = new Map<number, PortsId>();
  private readonly differences = new Map<number, PortsId>();

  constructor() {
    this.idOf(NO_PORTS);
    this.idOf(ALL_PORTS);
  }

  /** The id of the numbers of a set; its names are left out. */
  idOf(set: PortSet): PortsId {
    const remembered = this.bySet.get(set);
    if (remembered !== undefined) return remembered;
    const id = this.newIdOf(set);
    this.bySet.set(set, id);
    return id;
  }

  private newIdOf({ numbers }: PortSet): PortsId {
    const key = PROTOCOLS.map((protocol) => numbers[protocol].join()).join(';');
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.sets.length;
    this.sets.push({ numbers, names: NO_PORTS.names });
    this.ids.set(key, id);
    return id;
  }

  /** The id of one port. */
  idOfPort(protocol: Protocol, port: number): PortsId {
    const key = PROTOCOLS.indexOf(protocol) * 65536 + port;
    const id = this.single.get(key) ?? this.idOf(portRange(protocol, port));
    this.single.set(key, id);
    return id;
  }

  setOf(id: PortsId): PortSet {
    return this.sets[id] ?? NO_PORTS;
  }

  union(a: PortsId, b: PortsId): PortsId {
    if (a === b || b === NO_PORT || a === EVERY_PORT) return a;
    if (a === NO_PORT || b === EVERY_PORT) return b;
    return a < b ? this.combined(a, b, this.unions, union) : this.combined(b, a, this.unions, union);
  }

  intersect(a: PortsId, b: PortsId): PortsId {
    if (a === b || a === NO_PORT || b === EVERY_PORT) return a;
    if (b === NO_PORT || a === EVERY_PORT) return b;
    const known = this.intersections;
    return a < b ? this.combined(a, b, known, intersect) : this.combined(b, a, known, intersect);
  }

  /** What is in `a` and not in `b`. */
  subtract(a: PortsId, b: PortsId): PortsId {
    if (b === NO_PORT || a === NO_PORT) return a;
    if (a === b || b === EVERY_PORT) return NO_PORT;
    return this.combined(a, b, this.differences, subtract);
  }

  has(id: PortsId, protocol: Protocol, port: number): boolean {
    return this.setOf(id).numbers[protocol].some(([from, to]) => from <= port && port < to);
  }

  private combined(a: PortsId, b: PortsId, known: Map<number, PortsId>, combine: Combine): PortsId {
    const key = a * MOST_IDS + b;
    const id = known.get(key);
    if (id !== undefined) return id;
    const [left, right] = [this.setOf(a).numbers, this.setOf(b).numbers];
    const of = (protocol: Protocol) => combine(left[protocol], right[protocol]);
    const result = this.idOf({
      numbers: { TCP: of('TCP'), UDP: of('UDP'), SCTP: of('SCTP') },
      names: NO_PORTS.names,
    });
    known.set(key, result);
    return result;
  }
}
