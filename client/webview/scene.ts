/**
 * Owns what is in the picture: boxes for namespaces and for addresses outside, the nodes in them, and links between nodes. Where
 * there would be too many nodes, namespaces are folded into one node each, and folded ones that are alike into one together.
 * Where things are put is decided elsewhere.
 */
import type { Reachability, ReachabilityEnd } from '../../server/src/lsp/protocol-reachability.ts';
import { alikeBoxes } from './alike.ts';
import { endFilter, everyName, namespaceOf, type Row, type State, shortName, textOf } from './rows.ts';
import type { View } from './view.ts';

export interface SceneNode {
  /** The same for as long as it stands for the same. */
  readonly id: string;
  readonly title: string;
  /** Everything that it stands for, one in a line. */
  readonly details: string;
  readonly change: 'added' | 'removed' | null;
}

export interface Box {
  readonly id: string;
  readonly title: string;
  readonly kind: 'namespace' | 'source' | 'destination';
  /** Of a namespace: null where it is nobody's, else the contractor's name, which may be empty. */
  readonly contractor: string | null;
  /** The namespaces in it, to fold and unfold. */
  readonly namespaces: readonly string[];
  readonly isFolded: boolean;
  /** Of a folded box: one node that stands for all. */
  readonly nodes: readonly SceneNode[];
}

export interface Link {
  readonly id: string;
  /** Ids of nodes; the same twice stands for connections among what a node stands for. */
  readonly from: string;
  readonly to: string;
  readonly state: State;
  /** Ports, or how many connections it stands for. */
  readonly text: string;
  readonly rows: readonly Row[];
}

export interface Scene {
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
}

/** With more nodes than this, namespaces are folded unless something in them has changed. */
const MANY_NODES = 40;
/** So many changed namespaces are left unfolded. */
const FEW_CHANGED = 6;

export function sceneOf(picture: Reachability, rows: readonly Row[], view: View): Scene {
  const shown = shownEnds(picture, rows, view);
  const isFolded = folding(picture, rows, shown, view);
  const boxes = boxesOf(picture, shown, isFolded);
  const nodeOf = new Map<number, string>();
  for (const place of shown) {
    const end = picture.ends[place] as ReachabilityEnd;
    const namespace = namespaceOf(picture, end)?.name;
    nodeOf.set(
      place,
      namespace !== undefined && isFolded(namespace) ? boxId(namespace) : nodeId(picture, place),
    );
  }
  return alikeBoxes({ boxes, links: linksBetween(rows, nodeOf) });
}

/** Those the view is about, and whatever they have to do with. */
function shownEnds(picture: Reachability, rows: readonly Row[], view: View): Set<number> {
  const isMeant = endFilter(picture, view);
  const shown = new Set(rows.flatMap(({ from, to }) => [from, to]));
  picture.ends.forEach((end, place) => {
    if (end.kind === 'workloads' && isMeant(place) && !view.onlyChanges) shown.add(place);
  });
  return new Set([...shown].sort((a, b) => a - b));
}

function folding(
  picture: Reachability,
  rows: readonly Row[],
  shown: ReadonlySet<number>,
  view: View,
): (namespace: string) => boolean {
  const isMany = shown.size > MANY_NODES;
  const changed = new Set<string>();
  if (isMany)
    for (const { state, from, to } of rows) {
      if (state !== 'gained' && state !== 'lost') continue;
      for (const place of [from, to]) {
        const name = namespaceOf(picture, picture.ends[place] as ReachabilityEnd)?.name;
        if (name !== undefined && changed.size < FEW_CHANGED) changed.add(name);
      }
    }
  return (namespace) =>
    view.folded[namespace] ?? (isMany && !changed.has(namespace) && namespace !== view.namespace);
}

function boxesOf(
  picture: Reachability,
  shown: ReadonlySet<number>,
  isFolded: (namespace: string) => boolean,
): Box[] {
  const byBox = Map.groupBy(shown, (place) => {
    const end = picture.ends[place] as ReachabilityEnd;
    return end.kind === 'addresses' ? end.role : (namespaceOf(picture, end)?.name ?? '');
  });
  return [...byBox].map(([key, places]) => {
    const [first] = places as [number];
    const end = picture.ends[first] as ReachabilityEnd;
    if (end.kind === 'addresses') return outsideBox(picture, end.role, places);
    return namespaceBox(picture, key, places, isFolded(key));
  });
}

function outsideBox(picture: Reachability, kind: 'source' | 'destination', places: readonly number[]): Box {
  return {
    id: kind,
    title: kind === 'source' ? 'From outside' : 'To outside',
    ...{ kind, contractor: null, namespaces: [], isFolded: false },
    nodes: places.map((place) => nodeAt(picture, place)),
  };
}

function namespaceBox(
  picture: Reachability,
  name: string,
  places: readonly number[],
  isFolded: boolean,
): Box {
  const namespace = picture.namespaces.find((n) => n.name === name);
  const nodes = places.map((place) => nodeAt(picture, place));
  const count = places.reduce((sum, place) => sum + sizeOf(picture.ends[place] as ReachabilityEnd), 0);
  const folded: SceneNode = {
    id: boxId(name),
    title: count === 1 ? '1 workload' : `${count} workloads`,
    details: nodes.map(({ details }) => details).join('\n'),
    change: null,
  };
  return {
    ...{ id: boxId(name), title: name, kind: 'namespace', namespaces: [name], isFolded },
    contractor: namespace?.contractor ?? null,
    nodes: isFolded ? [folded] : nodes,
  };
}

function sizeOf(end: ReachabilityEnd): number {
  return end.kind === 'workloads' ? end.ids.length : 1;
}

function nodeAt(picture: Reachability, place: number): SceneNode {
  const end = picture.ends[place] as ReachabilityEnd;
  return {
    id: nodeId(picture, place),
    title: shortName(end),
    details: everyName(end),
    change: end.kind === 'workloads' ? end.change : null,
  };
}

function boxId(namespace: string): string {
  return `namespace ${namespace}`;
}

function nodeId({ ends }: Reachability, place: number): string {
  const end = ends[place] as ReachabilityEnd;
  return end.kind === 'workloads' ? `workload ${end.ids[0]}` : `${end.role} ${end.title}`;
}

/** One link for each pair of nodes and each state. */
function linksBetween(rows: readonly Row[], nodeOf: ReadonlyMap<number, string>): Link[] {
  const found = Map.groupBy(
    rows,
    ({ from, to, state }) => `${state} ${nodeOf.get(from)} > ${nodeOf.get(to)}`,
  );
  return [...found].map(([id, together]) => {
    const [{ from, to, state }] = together as [Row];
    return {
      ...{ id, state, rows: together, text: textOf(together) },
      from: nodeOf.get(from) as string,
      to: nodeOf.get(to) as string,
    };
  });
}
