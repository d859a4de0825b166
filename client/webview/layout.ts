/**
 * Owns where boxes and nodes of the picture are put. dagre arranges the boxes in columns, from those that connect to those that
 * are connected to; boxes without links stand below. It knows nothing about how they look, but for their sizes.
 */
import { layout as arrange, Graph } from '@dagrejs/dagre';
import type { Box, Scene } from './scene.ts';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Places {
  readonly boxes: ReadonlyMap<string, Rect>;
  readonly nodes: ReadonlyMap<string, Rect>;
  readonly width: number;
  readonly height: number;
}

/** Pixels. Text is not measured: letters of this width are a little wider than those of the usual fonts at 12 pixels. */
const LETTER = 6.4;
export const NODE_HEIGHT = 26;
const NODE_GAP = 8;
const NODE_PADDING = 10;
export const HEADER = 26;
const PADDING = 10;
const MARGIN = 16;
const LEAST_WIDTH = 96;
/** Titles are cut off here. */
export const MOST_LETTERS = 36;
/** With more nodes than this, a box has several columns. */
const NODES_IN_COLUMN = 14;

export function placesOf(scene: Scene): Places {
  const sizes = new Map(scene.boxes.map((box) => [box.id, sizeOf(box)]));
  const linked = linkedBoxes(scene);
  const corners = arranged(scene, sizes, linked);
  const below = [...corners.values()].reduce((most, { y, height }) => Math.max(most, y + height), 0);
  const right = [...corners.values()].reduce((most, { x, width }) => Math.max(most, x + width), 0);
  const alone = scene.boxes.filter(({ id }) => !linked.has(id));
  for (const [id, rect] of inRows(alone, sizes, below, Math.max(right, 640))) corners.set(id, rect);
  const nodes = new Map<string, Rect>();
  for (const box of scene.boxes) {
    const corner = corners.get(box.id) as Rect;
    for (const [id, rect] of nodesIn(box, corner)) nodes.set(id, rect);
  }
  const extent = (of: (rect: Rect) => number) =>
    [...corners.values()].reduce((most, rect) => Math.max(most, of(rect)), 0) + MARGIN;
  return {
    boxes: corners,
    nodes,
    width: extent(({ x, width }) => x + width),
    height: extent(({ y, height }) => y + height),
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels that a title is at most, as far as it is shown. */
export function widthOf(title: string): number {
  return Math.min(title.length, MOST_LETTERS) * LETTER;
}

function nodeWidth({ nodes }: Box): number {
  return Math.max(LEAST_WIDTH, ...nodes.map(({ title }) => widthOf(title) + 2 * NODE_PADDING));
}

function columnsIn({ nodes }: Box): { columns: number; rows: number } {
  const columns = Math.ceil(nodes.length / NODES_IN_COLUMN);
  return { columns, rows: Math.ceil(nodes.length / columns) };
}

function sizeOf(box: Box): Size {
  const { columns, rows } = columnsIn(box);
  const nodes = columns * nodeWidth(box) + (columns - 1) * NODE_GAP * 3;
  // Room for the sign that folds it, and for the badge of a contractor.
  const header = widthOf(box.title) + (box.contractor === null ? 34 : 54 + widthOf(box.contractor));
  return {
    width: Math.max(nodes, header) + 2 * PADDING,
    height: HEADER + rows * (NODE_HEIGHT + NODE_GAP) + PADDING - NODE_GAP / 2,
  };
}

function nodesIn(box: Box, corner: Rect): [string, Rect][] {
  const { columns, rows } = columnsIn(box);
  const width = (corner.width - 2 * PADDING - (columns - 1) * NODE_GAP * 3) / columns;
  return box.nodes.map(({ id }, i) => {
    const x = corner.x + PADDING + Math.floor(i / rows) * (width + NODE_GAP * 3);
    const y = corner.y + HEADER + (i % rows) * (NODE_HEIGHT + NODE_GAP);
    return [id, { x, y, width, height: NODE_HEIGHT }];
  });
}

/** By the id of a node, the id of its box. */
function boxByNode({ boxes }: Scene): Map<string, string> {
  return new Map(boxes.flatMap((box) => box.nodes.map(({ id }) => [id, box.id])));
}

/** The boxes that are linked to others. */
function linkedBoxes(scene: Scene): Set<string> {
  const boxOf = boxByNode(scene);
  const linked = new Set<string>();
  for (const { from, to } of scene.links) {
    const [a, b] = [boxOf.get(from) as string, boxOf.get(to) as string];
    if (a !== b) linked.add(a).add(b);
  }
  return linked;
}

function arranged(
  scene: Scene,
  sizes: ReadonlyMap<string, Size>,
  linked: ReadonlySet<string>,
): Map<string, Rect> {
  const boxOf = boxByNode(scene);
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 76, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of scene.boxes) if (linked.has(id)) graph.setNode(id, { ...(sizes.get(id) as Size) });
  const weights = new Map<string, [string, string, number]>();
  for (const { from, to } of scene.links) {
    const [a, b] = [boxOf.get(from) as string, boxOf.get(to) as string];
    if (a === b) continue;
    const key = `${a} > ${b}`;
    weights.set(key, [a, b, (weights.get(key)?.[2] ?? 0) + 1]);
  }
  for (const [a, b, weight] of weights.values()) graph.setEdge(a, b, { weight });
  if (graph.nodeCount() > 0) arrange(graph);
  return new Map(
    graph.nodes().map((id: string): [string, Rect] => {
      const { x = 0, y = 0, width = 0, height = 0 } = graph.node(id) as Partial<Rect>;
      return [id, { x: x - width / 2, y: y - height / 2, width, height }];
    }),
  );
}

/** From left to right and from top to bottom, below what is there. */
function inRows(
  boxes: readonly Box[],
  sizes: ReadonlyMap<string, Size>,
  below: number,
  right: number,
): [string, Rect][] {
  let [x, y, tallest] = [MARGIN, below + MARGIN, 0];
  return boxes.map(({ id }) => {
    const { width, height } = sizes.get(id) as Size;
    if (x > MARGIN && x + width > right) [x, y, tallest] = [MARGIN, y + tallest + MARGIN, 0];
    const rect = { x, y, width, height };
    x += width + MARGIN;
    tallest = Math.max(tallest, height);
    return [id, rect];
  });
}
