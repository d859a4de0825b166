/**
 * Owns the request behind the picture of who may connect to whom: what the client is sent of the graph. What is allowed is the
 * engine's to say.
 */
import type { CancellationToken } from 'vscode-languageserver/node';
import { contractorsOf } from '../core/contractor.ts';
import { cidrsOf } from '../engine/cidr-list.ts';
import { type Graph, type GraphEdge, type GraphEnd, graphOf } from '../engine/graph/graph.ts';
import { isEmptyPortSet, isEveryPort, NO_PORTS, type PortSet, PROTOCOLS } from '../engine/ports.ts';
import type { Facts } from '../engine/reach/facts.ts';
import type { PortsId, PortTable } from '../engine/reach/port-table.ts';
import { portsText } from '../report/ends.ts';
import { shortAddresses } from '../report/short-addresses.ts';
import type {
  Reachability,
  ReachabilityEdge,
  ReachabilityEnd,
  ReachabilityNamespace,
  ReachabilityParams,
  ReachabilityPorts,
} from './protocol-reachability.ts';
import type { SavedFiles } from './saved-files.ts';
import type { Session } from './session.ts';
import { Slicer, throwIfCancelled } from './slices.ts';
import { type TwoWorlds, twoWorlds } from './two-worlds.ts';
import type { World } from './world.ts';

/** Answers netpolGuard/reachability, in slices. */
export async function reachability(
  session: Session,
  saved: SavedFiles,
  params: ReachabilityParams,
  token: CancellationToken,
): Promise<Reachability> {
  const check = () => throwIfCancelled(token);
  const worlds = await twoWorlds(session, saved, params, check);
  const graph = await inSlices(graphOf(worlds.before, worlds.after), check);
  return answerWith(worlds, graph);
}

async function inSlices<T>(work: Generator<void, T>, check: () => void): Promise<T> {
  const slicer = new Slicer();
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    if (!slicer.isOver) continue;
    await slicer.yield();
    check();
  }
}

function answerWith(worlds: TwoWorlds, { ends, edges, ports }: Graph): Reachability {
  const { world, key, keys, before, after } = worlds;
  const namespaces = namespacesOf(worlds, ends);
  const places = new Map(namespaces.map(({ name }, place) => [name, place]));
  const texts = new PortTexts(ports);
  return {
    world: key,
    worlds: keys.map((id) => ({ id, title: titleOf(id, world) })),
    isChanged: before !== after,
    namespaces,
    ends: ends.map((end) => shownEnd(end, places)),
    edges: edges.map((edge) => shownEdge(edge, ports, texts)),
    ports: texts.list,
    notes: notesOf(world, before.facts, after.facts),
  };
}

/** The folder of a kustomization or chart below the folder that is looked at. */
function titleOf(key: string, { root }: World): string {
  if (key === '') return 'Plain files';
  const folder = key.slice(0, key.lastIndexOf('/'));
  const below = folder.startsWith(root) ? folder.slice(root.length) : folder;
  return decodeURIComponent(below) || decodeURIComponent(root.split('/').at(-2) ?? '');
}

function notesOf({ workspace }: World, before: Facts, after: Facts): string[] {
  const unread = workspace.complete ? [] : ['Not all files have been read yet, so there may be more.'];
  return [...new Set([...unread, ...after.notes, ...before.notes])];
}

/** Namespaces with workloads, by name. */
function namespacesOf(
  { world, scopes }: TwoWorlds,
  ends: readonly GraphEnd[],
): readonly ReachabilityNamespace[] {
  const names = new Set(ends.flatMap((end) => ('workloads' in end ? [end.namespace] : [])));
  const contractors = contractorsOf(world.config.contractors);
  const objects = new Map(scopes.map(({ name, namespace }) => [name, namespace]));
  return [...names].sort().map((name) => ({
    name,
    contractor: contractors.ofNamespace(name, objects.get(name) ?? null),
  }));
}

/** CIDRs that are sent one by one. */
const MANY = 20;

function shownEnd(end: GraphEnd, places: ReadonlyMap<string, number>): ReachabilityEnd {
  if ('addresses' in end) {
    const { addresses, role } = end;
    return {
      kind: 'addresses',
      role,
      title: shortAddresses(addresses),
      cidrs: cidrsOf(addresses).slice(0, MANY),
    };
  }
  const { namespace, workloads, before, after } = end;
  const change = before === null ? 'added' : after === null ? 'removed' : null;
  return { kind: 'workloads', namespace: places.get(namespace) as number, ids: workloads, change };
}

function shownEdge(edge: GraphEdge, table: PortTable, texts: PortTexts): ReachabilityEdge {
  const { from, to, before, after, dependsOnPlugin } = edge;
  const kept = table.intersect(before.sure, after.sure);
  const gained = table.subtract(after.sure, before.possible);
  const lost = table.subtract(before.sure, after.possible);
  const certain = table.union(kept, table.union(gained, lost));
  const unknown = table.subtract(table.union(before.possible, after.possible), certain);
  return {
    ...{ from, to, dependsOnPlugin },
    before: texts.place(before.sure),
    maybeBefore: texts.place(table.subtract(before.possible, before.sure)),
    after: texts.place(after.sure),
    maybeAfter: texts.place(table.subtract(after.possible, after.sure)),
    kept: texts.place(kept),
    gained: texts.place(gained),
    lost: texts.place(lost),
    unknown: texts.place(unknown),
  };
}

/** Sends each set of ports once. */
class PortTexts {
  readonly list: ReachabilityPorts[] = [];
  private readonly places = new Map<PortsId, number>();
  private readonly table: PortTable;

  constructor(table: PortTable) {
    this.table = table;
    this.place(table.idOf(NO_PORTS));
  }

  place(id: PortsId): number {
    const known = this.places.get(id);
    if (known !== undefined) return known;
    const set = this.table.setOf(id);
    const place = this.list.push({ text: textOf(set), first: firstOf(set) }) - 1;
    this.places.set(id, place);
    return place;
  }
}

function textOf(set: PortSet): string {
  return isEveryPort(set) ? 'all ports' : portsText(set);
}

function firstOf(set: PortSet): ReachabilityPorts['first'] {
  if (isEmptyPortSet(set)) return null;
  const protocol = PROTOCOLS.find((p) => set.numbers[p].length > 0);
  const port = protocol && set.numbers[protocol][0]?.[0];
  return protocol && port !== undefined ? { protocol, port } : null;
}
