/**
 * Owns the connections as a list: one row for each pair of ends and each thing that is to be said of it. The picture and the
 * table are both made of these rows.
 */
import type {
  PortOfProtocol,
  Reachability,
  ReachabilityEdge,
  ReachabilityEnd,
} from '../../server/src/lsp/protocol-reachability.ts';
import type { Column, View } from './view.ts';

export type State = 'allowed' | 'gained' | 'lost' | 'unknown';

export interface Row {
  /** The same for as long as the pair has this state. */
  readonly id: string;
  readonly state: State;
  /** Places among the ends of the picture. */
  readonly from: number;
  readonly to: number;
  /** Of the connections that have this state. */
  readonly ports: string;
  readonly port: PortOfProtocol;
  readonly dependsOnPlugin: boolean;
}

/** Before changes in which rows of the same pair come. */
const ORDER: readonly State[] = ['gained', 'lost', 'allowed', 'unknown'];

export const STATE_NAMES: Readonly<Record<State, string>> = {
  allowed: 'allowed',
  gained: 'gained',
  lost: 'lost',
  unknown: 'unknown',
};

/** What a view shows, in the order of the picture's edges. */
export function rowsOf(picture: Reachability, view: View): Row[] {
  const isShown = endFilter(picture, view);
  return picture.edges.flatMap((edge) => {
    if (!isShown(edge.from) && !isShown(edge.to)) return [];
    const parts = partsOf(edge, view);
    const isChange = edge.gained + edge.lost > 0;
    if (view.onlyChanges && !isChange) return [];
    return parts.flatMap(([state, place]) => rowOf(picture, edge, state, place));
  });
}

function partsOf(edge: ReachabilityEdge, { mode }: View): [State, number][] {
  if (mode === 'before')
    return [
      ['allowed', edge.before],
      ['unknown', edge.maybeBefore],
    ];
  if (mode === 'after')
    return [
      ['allowed', edge.after],
      ['unknown', edge.maybeAfter],
    ];
  const { gained, lost, kept, unknown } = edge;
  return ORDER.map((state) => [state, { gained, lost, allowed: kept, unknown }[state]]);
}

function rowOf(picture: Reachability, edge: ReachabilityEdge, state: State, place: number): Row[] {
  const ports = picture.ports[place];
  if (!ports?.first) return [];
  const { from, to, dependsOnPlugin } = edge;
  const id = `${state} ${keyOf(picture, from)} > ${keyOf(picture, to)}`;
  return [{ id, state, from, to, ports: ports.text, port: ports.first, dependsOnPlugin }];
}

function keyOf({ ends }: Reachability, place: number): string {
  const end = ends[place] as ReachabilityEnd;
  return end.kind === 'workloads' ? (end.ids[0] as string) : `${end.role} ${end.title}`;
}

/** Which ends a view is about. The others are shown where one of these connects to them. */
export function endFilter(picture: Reachability, view: View): (place: number) => boolean {
  const text = view.text.trim().toLowerCase();
  const matches = picture.ends.map((end) => {
    const namespace = namespaceOf(picture, end);
    if (view.namespace !== '' && namespace?.name !== view.namespace) return false;
    if (view.contractor !== '' && namespace?.contractor !== view.contractor) return false;
    return text === '' || namesOf(end).some((name) => name.toLowerCase().includes(text));
  });
  return (place) => matches[place] === true;
}

export function namespaceOf(picture: Reachability, end: ReachabilityEnd) {
  return end.kind === 'workloads' ? picture.namespaces[end.namespace] : undefined;
}

function namesOf(end: ReachabilityEnd): readonly string[] {
  return end.kind === 'workloads' ? end.ids : [end.title, ...end.cidrs];
}

/** `portal-web`, or `portal-web + 2 alike`. */
export function shortName(end: ReachabilityEnd): string {
  if (end.kind === 'addresses') return end.title;
  const [first = ''] = end.ids;
  const name = first.slice(first.indexOf('/') + 1).replace(/\[[^\]]*\]$/, '');
  return end.ids.length === 1 ? name : `${name} + ${end.ids.length - 1} alike`;
}

/** `acme-portal/portal-web`; addresses as they are. */
export function longName(picture: Reachability, end: ReachabilityEnd): string {
  const namespace = namespaceOf(picture, end);
  return namespace ? `${namespace.name}/${shortName(end)}` : shortName(end);
}

/** All that the end stands for, one in a line. */
export function everyName(end: ReachabilityEnd): string {
  return end.kind === 'workloads' ? end.ids.join('\n') : end.cidrs.join('\n');
}

/** What all have in common, else how many there are. */
export function textOf(rows: readonly Row[]): string {
  const ports = new Set(rows.map((row) => row.ports));
  const [only] = ports;
  return ports.size === 1 ? (only as string) : `${rows.length} connections`;
}

/** `portal-web may connect to payments-api on 8443/TCP: gained`, for those who do not see the picture. */
export function sentenceOf(picture: Reachability, row: Row): string {
  const [from, to] = [row.from, row.to].map((place) =>
    longName(picture, picture.ends[place] as ReachabilityEnd),
  );
  return `${STATE_NAMES[row.state]}: ${from} to ${to}, ${row.ports}`;
}

/** Sorted by a column; rows that are equal there stay in the order of the names. */
export function sortedRows(picture: Reachability, rows: readonly Row[], { sort }: View): Row[] {
  const name = (place: number) => longName(picture, picture.ends[place] as ReachabilityEnd);
  const keys: Readonly<Record<Column, (row: Row) => string | number>> = {
    from: (row) => name(row.from),
    to: (row) => name(row.to),
    ports: (row) => row.port.port,
    state: (row) => ORDER.indexOf(row.state),
  };
  const order = [sort.by, 'from', 'to', 'state'] as const;
  const keyed = rows.map((row) => ({ row, keys: order.map((column) => keys[column](row)) }));
  keyed.sort((a, b) => {
    const at = a.keys.findIndex((key, i) => key !== b.keys[i]);
    if (at < 0) return 0;
    const isLess = (a.keys[at] as string | number) < (b.keys[at] as string | number);
    return (isLess ? -1 : 1) * (at === 0 && sort.descending ? -1 : 1);
  });
  return keyed.map(({ row }) => row);
}
