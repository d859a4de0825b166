/**
 * Owns going about the picture with the arrow keys: up and down from one box or node to the next, right and left along links.
 * One element at a time can be reached with Tab.
 */
import type { Link, Scene } from './scene.ts';

interface Spot {
  readonly kind: 'box' | 'node' | 'link';
  readonly id: string;
}

export class Steps {
  private readonly svg: SVGSVGElement;
  private readonly scene: () => Scene;
  /** The node that a link was reached from: up and down go through its links in the same direction. */
  private origin: string | null = null;
  private last: Spot | null = null;

  constructor(svg: SVGSVGElement, scene: () => Scene) {
    this.svg = svg;
    this.scene = scene;
    svg.addEventListener('focusin', (event) => {
      const spot = spotOf(event.target as Element);
      if (spot) this.mark(spot);
    });
  }

  /** Goes where a key leads. Answers whether it leads anywhere. */
  go(target: Element, key: string): boolean {
    const spot = spotOf(target);
    const next = spot && this.next(spot, key);
    if (next) this.focus(next);
    return next !== null;
  }

  /** From a link back to the node. Answers whether there was one. */
  leave(target: Element): boolean {
    const spot = spotOf(target);
    if (spot?.kind !== 'link' || this.origin === null) return false;
    this.focus({ kind: 'node', id: this.origin });
    return true;
  }

  /** Draws anew and puts the focus back where it was. */
  keepFocus(draw: () => void): void {
    const had = this.svg.contains(document.activeElement) ? this.last : null;
    draw();
    const found = (this.last && this.find(this.last)) ?? this.svg.querySelector('[data-box]');
    found?.setAttribute('tabindex', '0');
    if (had) (this.find(had) ?? (found as SVGElement | null))?.focus();
  }

  private next({ kind, id }: Spot, key: string): Spot | null {
    const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
    if (kind === 'link') return this.nextOfLink(id, key, step);
    if (step !== 0) {
      const spots = this.spots();
      return spots[spots.findIndex((spot) => spot.kind === kind && spot.id === id) + step] ?? null;
    }
    if (kind === 'box') return null;
    const [link] = key === 'ArrowRight' ? this.linksOf(id, 'from') : this.linksOf(id, 'to');
    if (!link || (key !== 'ArrowRight' && key !== 'ArrowLeft')) return null;
    this.origin = id;
    return { kind: 'link', id: link.id };
  }

  private nextOfLink(id: string, key: string, step: number): Spot | null {
    const link = this.scene().links.find((l) => l.id === id);
    if (!link) return null;
    if (key === 'ArrowRight') return { kind: 'node', id: link.to };
    if (key === 'ArrowLeft') return { kind: 'node', id: link.from };
    if (step === 0) return null;
    const origin = this.origin ?? link.from;
    const all = this.linksOf(origin, origin === link.from ? 'from' : 'to');
    const next = all[all.indexOf(link) + step];
    return next ? { kind: 'link', id: next.id } : null;
  }

  private linksOf(node: string, end: 'from' | 'to'): Link[] {
    return this.scene().links.filter((link) => link[end] === node);
  }

  private spots(): Spot[] {
    return this.scene().boxes.flatMap((box): Spot[] => [
      { kind: 'box', id: box.id },
      ...box.nodes.map(({ id }): Spot => ({ kind: 'node', id })),
    ]);
  }

  private find({ kind, id }: Spot): SVGElement | null {
    return this.svg.querySelector<SVGElement>(`[data-${kind}="${CSS.escape(id)}"]`);
  }

  private focus(spot: Spot): void {
    const found = this.find(spot);
    found?.focus();
    found?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  private mark(spot: Spot): void {
    if (this.last) this.find(this.last)?.setAttribute('tabindex', '-1');
    this.svg.querySelector('[tabindex="0"]')?.setAttribute('tabindex', '-1');
    this.last = spot;
    this.find(spot)?.setAttribute('tabindex', '0');
  }
}

function spotOf(target: Element): Spot | null {
  const at = target.closest<SVGElement>('[data-link], [data-node], [data-box]');
  if (!at) return null;
  const { link, node, box } = at.dataset;
  if (link !== undefined) return { kind: 'link', id: link };
  return node === undefined ? { kind: 'box', id: box ?? '' } : { kind: 'node', id: node };
}
