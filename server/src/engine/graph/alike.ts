/**
 * Owns finding the workloads of a namespace that have the same connections with everything, before and after a change. What a
 * picture makes of them is not its business.
 */
import { DIRECTIONS } from '../direction.ts';
import { type Workload, workloadsOf } from '../reach/connections.ts';
import type { Rows } from './rows.ts';

/** Workloads of one namespace that nothing tells apart: each has the connections that any other of them has. */
export interface Alike {
  readonly namespace: string;
  /** `namespace/name[Kind]`, sorted; never empty. */
  readonly workloads: readonly string[];
  /** The classes that the pods of each of them are in; null where they are not there. */
  readonly before: readonly number[] | null;
  readonly after: readonly number[] | null;
}

/** In the order of the names of the first of each. */
export function alikeIn(before: Rows, after: Rows): Alike[] {
  const [old, fresh] = [signed(before), signed(after)];
  const found = new Map<string, { alike: Alike; workloads: string[] }>();
  for (const id of [...new Set([...old.keys(), ...fresh.keys()])].sort()) {
    const namespace = id.slice(0, id.indexOf('/'));
    const [was, is] = [old.get(id), fresh.get(id)];
    const key = `${namespace}\n${was?.signature ?? 'none'}\n${is?.signature ?? 'none'}`;
    const known = found.get(key);
    if (known) known.workloads.push(id);
    else {
      const workloads = [id];
      const alike = { namespace, workloads, before: was?.classes ?? null, after: is?.classes ?? null };
      found.set(key, { alike, workloads });
    }
  }
  return [...found.values()].map(({ alike }) => alike);
}

/** Workloads by name, with a text that is the same for those that nothing tells apart. */
function signed(rows: Rows): Map<string, Workload & { readonly signature: string }> {
  const signs = signsOfClasses(rows);
  return new Map(
    workloadsOf(rows.reach).map(({ id, classes }) => {
      const signature = [...new Set(classes.map((index) => signs[index]))].sort().join();
      return [id, { id, classes, signature }];
    }),
  );
}

/**
 * A number for each class, the same for those that have the same rows and of which every row says the same. Numbers are
 * refined row by row.
 */
function signsOfClasses({ list, rowOf, reach }: Rows): Int32Array {
  const signs = new Int32Array(reach.classes.list.length);
  const refine = (partOf: (index: number) => number) => {
    const fresh = new Map<number, number>();
    signs.forEach((sign, index) => {
      const key = sign * MOST + partOf(index);
      const known = fresh.get(key) ?? fresh.size;
      fresh.set(key, known);
      signs[index] = known;
    });
  };
  for (const direction of DIRECTIONS) refine((index) => rowOf[direction][index] as number);
  for (const { answers, answerOf, plain } of list) {
    if (answers.length > 1) refine((index) => answerOf[index] as number);
    if (plain) refine((index) => plain[index] as number);
  }
  return signs;
}

/** Rows, answers and sets of ports are all numbered below this. */
const MOST = 2 ** 26;
