/**
 * Owns a world's rows as tables: for every class of pods what it is allowed with every other, looked up by two numbers, and
 * with addresses outside. Ports are those of one table, so that two worlds can be compared. It draws no conclusions.
 */
import type { AddressSet } from '../cidr.ts';
import { DIRECTIONS, type Direction } from '../direction.ts';
import { type Bits, keyOfBits, listBits } from '../reach/bits.ts';
import type { Allowed, Partition } from '../reach/partition.ts';
import type { PortsId, PortTable } from '../reach/port-table.ts';
import type { Group, Reach } from '../reach/reach.ts';

/** What is allowed in one direction of some pods. */
export interface Row {
  /** The different answers there are. */
  readonly answers: readonly Allowed[];
  /** By the index of a class, the index of the answer. */
  readonly answerOf: Uint16Array;
  /** The ports that are sure where an ipBlock matches no pod, by the index of a class; null where it makes no difference. */
  readonly plain: Int32Array | null;
  readonly outside: Partition<AddressSet>;
}

export interface Rows {
  readonly reach: Reach;
  readonly list: readonly Row[];
  /** By the index of a class, the index of its row. Rows that say the same are one. */
  readonly rowOf: Readonly<Record<Direction, Int32Array>>;
}

/** Yields between rows: the first look at each takes its time. */
export function* rowsOf(reach: Reach, ports: PortTable): Generator<void, Rows> {
  const count = reach.classes.list.length;
  const list: Row[] = [];
  const byGroup = new Map<Group, number>();
  const byContent = new Map<string, number>();
  const rowOf = { Ingress: new Int32Array(count), Egress: new Int32Array(count) };
  const portsIn = translation(reach.ports, ports);
  for (const direction of DIRECTIONS)
    for (let index = 0; index < count; index++) {
      const group = reach.groups[direction][index] as Group;
      let row = byGroup.get(group);
      if (row === undefined) {
        const key = `${direction}\n${contentOf(group)}`;
        row = byContent.get(key) ?? list.push(rowOfGroup(group, count, portsIn)) - 1;
        byGroup.set(group, row);
        byContent.set(key, row);
        yield;
      }
      rowOf[direction][index] = row;
    }
  return { reach, list, rowOf };
}

/** From ids of one table to those of the other. */
function translation(from: PortTable, to: PortTable): (id: PortsId) => PortsId {
  const known = new Map<PortsId, PortsId>();
  return (id) => {
    const found = known.get(id) ?? to.idOf(from.setOf(id));
    known.set(id, found);
    return found;
  };
}

/** Equal for groups whose rows say the same. */
function contentOf({ pods, podsWithoutBlocks, outside }: Group): string {
  const bits = (row: Partition<Bits>) =>
    row.map(({ where, allowed }) => `${allowed.sure} ${allowed.possible} ${keyOfBits(where)}`).sort();
  const addresses = outside.map(
    ({ where, allowed }) => `${allowed.sure} ${allowed.possible} ${where.v4.join()} ${where.v6.join()}`,
  );
  const plain = podsWithoutBlocks === pods ? [] : bits(podsWithoutBlocks);
  return [bits(pods), plain, addresses.sort()].map((part) => part.join(';')).join('\n');
}

function rowOfGroup(group: Group, count: number, portsIn: (id: PortsId) => PortsId): Row {
  const { pods, podsWithoutBlocks, outside } = group;
  const translated = ({ sure, possible }: Allowed): Allowed => ({
    sure: portsIn(sure),
    possible: portsIn(possible),
  });
  const answerOf = new Uint16Array(count);
  pods.forEach(({ where }, answer) => {
    for (const index of listBits(where, count)) answerOf[index] = answer;
  });
  return {
    answers: pods.map(({ allowed }) => translated(allowed)),
    answerOf,
    plain: podsWithoutBlocks === pods ? null : plainPorts(podsWithoutBlocks, count, portsIn),
    outside: outside.map(({ where, allowed }) => ({ where, allowed: translated(allowed) })),
  };
}

function plainPorts(row: Partition<Bits>, count: number, portsIn: (id: PortsId) => PortsId): Int32Array {
  const plain = new Int32Array(count);
  for (const { where, allowed } of row)
    for (const index of listBits(where, count)) plain[index] = portsIn(allowed.sure);
  return plain;
}

/** What the row of one class says of another. */
export function answer({ list, rowOf }: Rows, direction: Direction, own: number, other: number): Allowed {
  const row = list[rowOf[direction][own] as number] as Row;
  return row.answers[row.answerOf[other] as number] as Allowed;
}

/** The same where an ipBlock matches no pod: the ports that are sure. */
export function plainAnswer(
  { list, rowOf }: Rows,
  direction: Direction,
  own: number,
  other: number,
): PortsId {
  const row = list[rowOf[direction][own] as number] as Row;
  return row.plain
    ? (row.plain[other] as number)
    : (row.answers[row.answerOf[other] as number] as Allowed).sure;
}
