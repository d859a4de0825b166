/**
 * Owns which links have a label in the picture and where, so that none covers another. Changes come first.
 */
import { type Rect, widthOf } from './layout.ts';
import type { Point, Route } from './routes.ts';
import type { Link, Scene } from './scene.ts';

export interface Label {
  readonly text: string;
  /** Its middle. */
  readonly at: Point;
  readonly width: number;
}

/** Pixels. */
const HEIGHT = 16;
/** With more links than this, only changes have labels. */
const MANY = 30;

/** Signs that say the same as the colours. */
const SIGNS = { gained: '+ ', lost: '− ', unknown: '? ', allowed: '' } as const;

/** By the id of a link. `taken` is where nothing may stand: nodes and the titles of boxes. */
export function labelsOf(
  { links }: Scene,
  routes: ReadonlyMap<string, Route>,
  taken: readonly Rect[],
): Map<string, Label> {
  const labels = new Map<string, Label>();
  const isChange = ({ state }: Link) => state === 'gained' || state === 'lost';
  const wanted = links.length > MANY ? links.filter(isChange) : links;
  const used = [...taken];
  for (const link of [...wanted].sort((a, b) => Number(isChange(b)) - Number(isChange(a)))) {
    const text = `${SIGNS[link.state]}${link.text}`;
    const width = widthOf(text) + 8;
    const middles = routes.get(link.id)?.middles ?? [];
    for (const at of isChange(link) ? [...middles, ...middles.flatMap(beside)] : middles) {
      const rect = { x: at.x - width / 2, y: at.y - HEIGHT / 2, width, height: HEIGHT };
      if (rect.x < 0 || used.some((other) => overlap(rect, other))) continue;
      used.push(rect);
      labels.set(link.id, { text, at, width });
      break;
    }
  }
  return labels;
}

/** Above and below a place: lines may run so close that their labels do not fit on them. */
function beside({ x, y }: Point): Point[] {
  return [-HEIGHT, HEIGHT].map((step) => ({ x, y: y + step }));
}

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
