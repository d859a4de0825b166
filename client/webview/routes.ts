/**
 * Owns the ways of links between nodes: out of one side of a node, through the gaps between the boxes of the columns on the way,
 * and into the facing side of another. Where nodes are is decided elsewhere.
 */
import type { Places, Rect } from './layout.ts';
import type { Link, Scene } from './scene.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Route {
  /** The path's commands, as SVG has them. */
  readonly path: string;
  /** Where a label may stand: the middle of the longest piece first. */
  readonly middles: readonly Point[];
}

/** Boxes one above the other. */
interface Column {
  readonly left: number;
  readonly right: number;
  /** The free stretches between them, from the top. */
  readonly gaps: readonly { readonly from: number; readonly to: number; used: number }[];
}

/** Pixels beside a column in which a way may turn. */
const TURN = 18;

/** The ways of all links, by their ids. */
export function routesOf(scene: Scene, places: Places): Map<string, Route> {
  const columns = columnsOf(places);
  const sides = new Sides(scene.links, places, columns);
  return new Map(scene.links.map((link) => [link.id, routeOf(link, places, columns, sides)]));
}

function columnsOf({ boxes, height }: Places): Column[] {
  const byCentre = [...boxes.values()].sort((a, b) => a.x - b.x);
  const columns: { left: number; right: number; rects: Rect[] }[] = [];
  for (const rect of byCentre) {
    const last = columns.at(-1);
    if (last && rect.x < last.right) {
      last.rects.push(rect);
      last.right = Math.max(last.right, rect.x + rect.width);
    } else columns.push({ left: rect.x, right: rect.x + rect.width, rects: [rect] });
  }
  return columns.map(({ left, right, rects }) => ({ left, right, gaps: gapsBetween(rects, height) }));
}

function gapsBetween(rects: readonly Rect[], height: number): { from: number; to: number; used: number }[] {
  const gaps: { from: number; to: number; used: number }[] = [];
  let free = -40;
  for (const { y, height: tall } of [...rects].sort((a, b) => a.y - b.y)) {
    if (y - free > 6) gaps.push({ from: free, to: y, used: 0 });
    free = Math.max(free, y + tall);
  }
  gaps.push({ from: free, to: height + 40, used: 0 });
  return gaps;
}

function columnAt(columns: readonly Column[], { x, width }: Rect): number {
  const centre = x + width / 2;
  return columns.findIndex(({ left, right }) => left <= centre && centre <= right);
}

type Side = 'left' | 'right';

/** At which height links leave and enter the sides of nodes, so that no two do at the same place. */
class Sides {
  private readonly heights = new Map<string, number>();

  constructor(links: readonly Link[], { nodes }: Places, columns: readonly Column[]) {
    const ends = new Map<string, { key: string; other: number }[]>();
    for (const { id, from, to } of links) {
      const [a, b] = [nodes.get(from) as Rect, nodes.get(to) as Rect];
      const [leaves, enters] = facing(columnAt(columns, a), columnAt(columns, b));
      for (const [node, side, end, other] of [
        [from, leaves, 'from', b.y],
        [to, enters, 'to', a.y],
      ] as const) {
        const known = ends.get(`${node} ${side}`) ?? [];
        known.push({ key: `${end} ${id}`, other });
        ends.set(`${node} ${side}`, known);
      }
    }
    for (const all of ends.values()) {
      all.sort((a, b) => a.other - b.other);
      all.forEach(({ key }, i) => {
        this.heights.set(key, (i + 1) / (all.length + 1));
      });
    }
  }

  at(link: Link, end: 'from' | 'to', { x, y, width, height }: Rect, side: Side): Point {
    const share = this.heights.get(`${end} ${link.id}`) ?? 0.5;
    return { x: side === 'left' ? x : x + width, y: y + 3 + share * (height - 6) };
  }
}

/** Which sides of two nodes face each other, by their columns. In the same column, links go around on the right. */
function facing(from: number, to: number): [Side, Side] {
  if (from < to) return ['right', 'left'];
  return from > to ? ['left', 'right'] : ['right', 'right'];
}

function routeOf(link: Link, { nodes }: Places, columns: readonly Column[], sides: Sides): Route {
  const [a, b] = [nodes.get(link.from) as Rect, nodes.get(link.to) as Rect];
  const [from, to] = [columnAt(columns, a), columnAt(columns, b)];
  const [leaves, enters] = facing(from, to);
  const start = sides.at(link, 'from', a, leaves);
  const end = sides.at(link, 'to', b, enters);
  if (from === to) return around(start, end, columns[from]?.right ?? start.x);
  return through(start, end, columnsBetween(columns, from, to));
}

/** A bow on the right of the column. */
function around(start: Point, end: Point, right: number): Route {
  const reach = Math.max(start.x, end.x, right) + TURN + Math.min(50, Math.abs(end.y - start.y) / 5);
  const path = `M${at(start)}C${at({ x: reach, y: start.y })} ${at({ x: reach, y: end.y })} ${at(end)}`;
  return { path, middles: [{ x: (start.x + end.x) / 8 + reach * 0.75, y: (start.y + end.y) / 2 }] };
}

/** Those on the way, in its direction. */
function columnsBetween(columns: readonly Column[], from: number, to: number): Column[] {
  return from < to ? columns.slice(from + 1, to) : columns.slice(to + 1, from).reverse();
}

function through(start: Point, end: Point, columns: readonly Column[]): Route {
  const forward = start.x < end.x;
  const points = [start];
  for (const column of columns) {
    const [enter, leave] = forward ? [column.left, column.right] : [column.right, column.left];
    const share = (column.left + column.right - 2 * start.x) / (2 * (end.x - start.x));
    const y = nearestGap(column, start.y + share * (end.y - start.y));
    const turn = forward ? TURN : -TURN;
    points.push({ x: enter - turn / 2, y }, { x: leave + turn / 2, y });
  }
  points.push(end);
  const pieces = points.slice(1).map((to, i) => [points[i] as Point, to] as const);
  const path = pieces.map(([from, to]) => {
    const middle = (from.x + to.x) / 2;
    return `C${at({ x: middle, y: from.y })} ${at({ x: middle, y: to.y })} ${at(to)}`;
  });
  return { path: `M${at(start)}${path.join('')}`, middles: middlesOf(pieces) };
}

/** Pixels between ways through the same gap. */
const APART = 5;

/** The height in the nearest gap, beside the ways that go through it already. */
function nearestGap({ gaps }: Column, y: number): number {
  const distance = ({ from, to }: { from: number; to: number }) => Math.max(from - y, y - to, 0);
  const [gap] = [...gaps].sort((a, b) => distance(a) - distance(b));
  if (!gap) return y;
  const room = gap.to - gap.from;
  const inside = Math.min(Math.max(y, gap.from + Math.min(8, room / 2)), gap.to - Math.min(8, room / 2));
  const step = Math.ceil(gap.used / 2) * APART * (gap.used % 2 === 0 ? 1 : -1);
  gap.used++;
  return Math.min(Math.max(inside + step, gap.from + 3), gap.to - 3);
}

/** Places along the pieces of a way, those on the longest piece first. */
function middlesOf(pieces: readonly (readonly [Point, Point])[]): Point[] {
  const longest = [...pieces].sort(([a, b], [c, d]) => Math.abs(d.x - c.x) - Math.abs(b.x - a.x));
  return longest.flatMap(([from, to]) =>
    [0.5, 0.36, 0.64, 0.24, 0.76].map((share) => onCurve(from, to, share)),
  );
}

/** A point of the curve whose tangents are level at both ends. */
function onCurve(from: Point, to: Point, t: number): Point {
  const middle = (from.x + to.x) / 2;
  const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
  return {
    x: a * from.x + (b + c) * middle + d * to.x,
    y: (a + b) * from.y + (c + d) * to.y,
  };
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
