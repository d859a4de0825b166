/**
 * Compares the engine's connections with those that another analyser expects of a collection of manifests.
 * `node test/reach/compare.ts FOLDER [NAME]`: FOLDER holds `cases.json` (a list of {command, inputs, expected, alsoUses}),
 * `inputs/` and `expected/`. Prints each case on which they differ, and where; exit code 1 when there is one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Workspace } from '../../server/src/core/workspace.ts';
import { canonical, type Intervals, union } from '../../server/src/engine/intervals.ts';
import { isEmptyPortSet, isEveryPort, type PortSet, PROTOCOLS } from '../../server/src/engine/ports.ts';
import { type Connection, connectionsOf, type End } from '../../server/src/engine/reach/connections.ts';
import { factsOf } from '../../server/src/engine/reach/from-manifests.ts';
import { reachOf } from '../../server/src/engine/reach/reach.ts';

interface Case {
  readonly command: 'reach' | 'diff';
  readonly inputs: readonly string[];
  readonly expected: string;
  readonly alsoUses: readonly string[];
}

/** By both ends, where addresses are one end: by its ports the addresses; for pods: the ports alone. */
type Listed = Map<string, Intervals<number> | null>;

const [folder, only] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node test/reach/compare.ts FOLDER [NAME]');
  process.exit(2);
}

function filesIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function connectionsIn(path: string): Connection[] {
  const workspace = new Workspace();
  workspace.together(() => {
    for (const file of filesIn(path)) workspace.set(pathToFileURL(file).href, readFileSync(file, 'utf8'));
  });
  return [...connectionsOf(reachOf(factsOf(workspace.scopes)))];
}

function portText(set: PortSet): string {
  if (isEveryPort(set)) return 'All Connections';
  const ranges = PROTOCOLS.flatMap((protocol) =>
    set.numbers[protocol].map(([from, to]) => `${protocol} ${from === to - 1 ? from : `${from}-${to - 1}`}`),
  );
  return ranges.sort().join(',');
}

/** Their lists group the ranges of one protocol. */
function theirPorts(text: string): string {
  if (text === 'All Connections' || text === 'No Connections') return text;
  let protocol = '';
  const ranges = text.split(',').map((part) => {
    const [first, second] = part.trim().split(' ');
    if (second === undefined) return `${protocol} ${first}`;
    protocol = first ?? '';
    return `${protocol} ${second}`;
  });
  return ranges.sort().join(',');
}

function add(listed: Listed, from: End | Range, to: End | Range, ports: string): void {
  const key = `${endText(from)} => ${endText(to)} : ${ports}`;
  const range = typeof from === 'string' ? (typeof to === 'string' ? null : v4(to)) : v4(from);
  const known = listed.get(key);
  if (range?.length === 0) return;
  listed.set(key, range && known ? union(known, range) : range);
}

interface Range {
  readonly v4: Intervals<number>;
}

const endText = (end: End | Range) => (typeof end === 'string' ? end : '*');
const v4 = (end: Exclude<End, string> | Range) => end.v4;

function ours(connections: readonly Connection[]): Listed {
  const listed: Listed = new Map();
  for (const { from, to, ports } of connections)
    if (!isEmptyPortSet(ports)) add(listed, from, to, portText(ports));
  return listed;
}

function unknowns(connections: readonly Connection[]): number {
  return connections.filter(({ unknown }) => !isEmptyPortSet(unknown)).length;
}

function theirs(text: string): Listed {
  const listed: Listed = new Map();
  for (const line of text.split('\n')) {
    const [, from, to, ports] = /^(.*) => (.*) : (.*)$/.exec(line.trim()) ?? [];
    if (from && to && ports && !from.startsWith('{'))
      add(listed, theirEnd(from), theirEnd(to), theirPorts(ports));
  }
  return listed;
}

function theirEnd(text: string): string | Range {
  const [, low, high] = /^([\d.]+)-([\d.]+)\[External\]$/.exec(text) ?? [];
  if (!low || !high) return text;
  return { v4: canonical([[numberOf(low), numberOf(high) + 1]]) };
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

function lines(listed: Listed): string[] {
  return [...listed].map(([key, range]) => {
    const text = range?.map(([from, to]) => `${addressText(from)}-${addressText(to - 1)}`).join(' ') ?? '';
    return text === '' ? key : key.replace(/(?<=^| )\*(?= |$)/, text);
  });
}

/** A diff as they print it, each line as `type | from => to : before / after`. */
function theirDiff(text: string): Listed {
  const listed: Listed = new Map();
  for (const line of text.split('\n')) {
    const [, type, from, to, before, after] =
      /^diff-type: (\w+), source: (.*?), destination: (.*?), ref1: (.*?), ref2: (.*?)(?:, workloads-diff-info.*)?$/.exec(
        line.trim(),
      ) ?? [];
    if (!type || !from || !to || from.startsWith('{')) continue;
    add(listed, theirEnd(from), theirEnd(to), `${theirPorts(before ?? '')} / ${theirPorts(after ?? '')}`);
  }
  return listed;
}

/** The same from two of our lists: addresses are cut where either list has a border. */
function ourDiff(before: readonly Connection[], after: readonly Connection[]): Listed {
  const listed: Listed = new Map();
  const [old, fresh] = [byEnds(before), byEnds(after)];
  for (const key of new Set([...old.keys(), ...fresh.keys()])) {
    const [a, b] = [old.get(key) ?? [], fresh.get(key) ?? []];
    const [from, to] = key.split(' => ') as [string, string];
    const borders = [...new Set([...a, ...b].flatMap(({ range }) => range.flat()))].sort((x, y) => x - y);
    const cells = borders.slice(1).map((end, i) => [borders[i] as number, end] as const);
    for (const cell of cells) {
      const at = (list: readonly Part[]) =>
        list.find(({ range }) => range.some(([low, high]) => low <= cell[0] && cell[1] <= high))?.ports ??
        'No Connections';
      const [x, y] = [at(a), at(b)];
      if (x === y) continue;
      const end = (text: string) => (text === '*' ? { v4: [cell] } : text);
      add(listed, end(from), end(to), `${x} / ${y}`);
    }
  }
  return listed;
}

interface Part {
  readonly range: Intervals<number>;
  readonly ports: string;
}

function byEnds(connections: readonly Connection[]): Map<string, Part[]> {
  const found = new Map<string, Part[]>();
  for (const { from, to, ports } of connections) {
    if (isEmptyPortSet(ports)) continue;
    const outside = [from, to].find((end) => typeof end !== 'string');
    const range: Intervals<number> = outside && typeof outside !== 'string' ? outside.v4 : [[0, 1]];
    const key = `${endText(from)} => ${endText(to)}`;
    const parts = found.get(key) ?? [];
    found.set(key, parts);
    parts.push({ range, ports: portText(ports) });
  }
  return found;
}

function differences(a: Listed, b: Listed): { missing: string[]; extra: string[] } {
  const [left, right] = [new Set(lines(a)), new Set(lines(b))];
  return { extra: [...left].filter((l) => !right.has(l)), missing: [...right].filter((l) => !left.has(l)) };
}

const cases: Case[] = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
let failed = 0;
for (const { command, inputs, expected, alsoUses } of cases) {
  if (only && !expected.includes(only)) continue;
  const [first, second] = inputs.map((input) => connectionsIn(join(folder, 'inputs', input)));
  const text = readFileSync(join(folder, 'expected', expected), 'utf8');
  const { missing, extra } =
    command === 'reach'
      ? differences(ours(first ?? []), theirs(text))
      : differences(ourDiff(first ?? [], second ?? []), theirDiff(text));
  const open = unknowns([...(first ?? []), ...(second ?? [])]);
  const kinds = alsoUses.length > 0 ? ` [${alsoUses.join(', ')}]` : '';
  if (missing.length + extra.length === 0) {
    console.log(`agree   ${command} ${inputs.join(' → ')}${kinds}${open > 0 ? ` (${open} unknown)` : ''}`);
    continue;
  }
  failed++;
  console.log(`DIFFER  ${command} ${inputs.join(' → ')}${kinds} (${open} unknown)`);
  const most = only ? Number.POSITIVE_INFINITY : 4;
  for (const line of extra.slice(0, most)) console.log(`    only ours:   ${line}`);
  for (const line of missing.slice(0, most)) console.log(`    only theirs: ${line}`);
}
console.log(`${failed} differ`);
process.exitCode = failed > 0 ? 1 : 0;
