/**
 * Owns `reach --format text|json|csv|dot`. JSON is a contract: fields are added, never renamed or taken away.
 */
import type { PortSpan } from '../core/connection-end.ts';
import { isEmptyPortSet, type PortSet } from '../engine/ports.ts';
import type { Connection } from '../engine/reach/connections.ts';
import { endText, portsJson, portsText, shortEnd } from './ends.ts';
import { count } from './report.ts';
import { harmless, type Paint } from './terminal.ts';

/** The connections of one world. */
export interface WorldConnections {
  /** What the world is called; null where there is only one. */
  readonly world: string | null;
  readonly connections: readonly Connection[];
  /** Why a port of a connection is not known to be allowed or denied. */
  readonly reasonOf: (connection: Connection) => string;
  readonly notes: readonly string[];
}

interface Row {
  readonly from: string;
  readonly to: string;
  readonly ports: PortSet;
  readonly dependsOnPlugin: boolean;
  /** Null for what is surely allowed. */
  readonly reason: string | null;
}

function rowsOf({ connections, reasonOf }: WorldConnections, nameEnd: typeof endText): Row[] {
  return connections.flatMap((connection): Row[] => {
    const { from, to, ports, unknown, dependsOnPlugin } = connection;
    const ends = { from: nameEnd(from), to: nameEnd(to) };
    return [
      { ...ends, ports, dependsOnPlugin, reason: null },
      ...(isEmptyPortSet(unknown)
        ? []
        : [{ ...ends, ports: unknown, dependsOnPlugin: false, reason: reasonOf(connection) }]),
    ].filter((row) => !isEmptyPortSet(row.ports));
  });
}

const BY_PLUGIN = 'an ipBlock matches the addresses of pods: that depends on the network plugin';

export function connectionsJson(worlds: readonly WorldConnections[]): string {
  const connections: object[] = [];
  const unknown: object[] = [];
  for (const entry of worlds)
    for (const { from, to, ports, dependsOnPlugin, reason } of rowsOf(entry, endText)) {
      const row: { ports: 'all' | PortSpan[] } = {
        ...(entry.world !== null && { world: entry.world }),
        ...{ from, to, ports: portsJson(ports) },
        ...(dependsOnPlugin && { dependsOnPlugin }),
      };
      if (reason === null) connections.push(row);
      else unknown.push({ ...row, reason });
    }
  const notes = [...new Set(worlds.flatMap((entry) => entry.notes))];
  return `${JSON.stringify({ version: 1, connections, unknown, notes }, null, 2)}\n`;
}

/** RFC 4180: one row for each connection, `verdict` being allowed or unknown. */
export function connectionsCsv(worlds: readonly WorldConnections[]): string {
  const lines = worlds.flatMap((entry) =>
    rowsOf(entry, endText).map(({ from, to, ports, dependsOnPlugin, reason }) =>
      [
        entry.world ?? '',
        from,
        to,
        portsText(ports),
        reason === null ? 'allowed' : 'unknown',
        reason ?? (dependsOnPlugin ? BY_PLUGIN : ''),
      ]
        .map(cell)
        .join(','),
    ),
  );
  return `${['world,from,to,ports,verdict,reason', ...lines].join('\r\n')}\r\n`;
}

/** A spreadsheet takes what begins with one of these for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A graph for Graphviz: workloads by their namespaces, addresses outside; what is not known is dashed. */
export function connectionsDot(worlds: readonly WorldConnections[]): string {
  const lines = ['digraph reach {', '  rankdir=LR;', '  node [shape=box, fontname="sans-serif"];'];
  for (const [place, entry] of worlds.entries()) {
    const prefix = worlds.length > 1 ? `${place}:` : '';
    lines.push(...graphOf(entry, prefix).map((line) => `  ${line}`));
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

function graphOf(entry: WorldConnections, prefix: string): string[] {
  const rows = rowsOf(entry, endText);
  const names = [...new Set(rows.flatMap(({ from, to }) => [from, to]))].sort();
  const node = (name: string) => quoted(prefix + name);
  const byNamespace = Map.groupBy(names, namespaceOf);
  const lines: string[] = [];
  for (const [namespace, members] of byNamespace) {
    if (namespace === null) {
      for (const name of members)
        lines.push(`${node(name)} [label=${quoted(shortCidrs(name))}, shape=ellipse];`);
      continue;
    }
    const label = entry.world === null ? namespace : `${entry.world}: ${namespace}`;
    lines.push(`subgraph ${quoted(`cluster ${prefix}${namespace}`)} {`, `  label=${quoted(label)};`);
    for (const name of members)
      lines.push(`  ${node(name)} [label=${quoted(name.slice(namespace.length + 1))}];`);
    lines.push('}');
  }
  for (const { from, to, ports, reason } of rows) {
    const style = reason === null ? '' : ', style=dashed';
    lines.push(`${node(from)} -> ${node(to)} [label=${quoted(portsText(ports))}${style}];`);
  }
  return lines;
}

/** The namespace of a workload's name; null for addresses. */
function namespaceOf(name: string): string | null {
  return name.endsWith(']') ? name.slice(0, name.indexOf('/')) : null;
}

function shortCidrs(list: string): string {
  const cidrs = list.split(',');
  return cidrs.length <= 3 ? cidrs.join('\n') : `${cidrs.slice(0, 3).join('\n')}\n… ${cidrs.length - 3} more`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** A table for each world, what is not known below it, and what was counted. */
export function connectionsText(worlds: readonly WorldConnections[], paint: Paint): string {
  const blocks = worlds.map((entry) => {
    const rows = rowsOf(entry, shortEnd);
    const allowed = rows.filter(({ reason }) => reason === null);
    const unknown = rows.filter(({ reason }) => reason !== null);
    const lines = entry.world === null ? [] : [paint('bold', `In ${harmless(entry.world)}`), ''];
    lines.push(...table(allowed, ['FROM', 'TO', 'PORTS'], paint));
    if (allowed.some(({ dependsOnPlugin }) => dependsOnPlugin)) lines.push('', `* ${BY_PLUGIN}.`);
    if (unknown.length > 0) lines.push('', paint('bold', 'Not known whether allowed:'));
    for (const row of unknown) lines.push(...unknownLines(row, paint));
    for (const note of entry.notes) lines.push('', harmless(note));
    lines.push('', paint('bold', summary(allowed.length, unknown.length)));
    return `${lines.join('\n')}\n`;
  });
  return blocks.join('\n');
}

function summary(allowed: number, unknown: number): string {
  const rest = unknown === 0 ? '' : ` Of ${unknown} more it is not known.`;
  return `${count(allowed, 'connection')} allowed.${rest}`;
}

function unknownLines({ from, to, ports, reason }: Row, paint: Paint): string[] {
  return [
    `${harmless(from)} → ${harmless(to)}  ${portsText(ports)}`,
    paint('dim', `  ${harmless(reason ?? '')}`),
  ];
}

function table(rows: readonly Row[], header: readonly string[], paint: Paint): string[] {
  const cells = rows.map(({ from, to, ports, dependsOnPlugin }) => [
    harmless(from),
    harmless(to),
    `${portsText(ports)}${dependsOnPlugin ? ' *' : ''}`,
  ]);
  if (cells.length === 0) return ['No connection is surely allowed.'];
  const widths = header.map((title, i) =>
    Math.max(title.length, ...cells.map((row) => (row[i] as string).length)),
  );
  const line = (row: readonly string[]) =>
    row.map((text, i) => (i === row.length - 1 ? text : text.padEnd(widths[i] as number))).join('  ');
  return [paint('bold', line(header)), ...cells.map(line)];
}
