/**
 * Owns the picture on the page: showing a drawing, zooming and moving it, and going about it with mouse and keyboard. What is
 * drawn is decided elsewhere.
 */
import { element } from './dom.ts';
import type { Link, Scene } from './scene.ts';
import { Steps } from './steps.ts';
import { drawingOf } from './svg.ts';

export interface PictureEvents {
  /** A link was chosen. */
  readonly link: (link: Link) => void;
  /** Namespaces are to be folded, or unfolded. */
  readonly fold: (namespaces: readonly string[], isFolded: boolean) => void;
  /** Only the connections of something are to be shown. */
  readonly only: (name: string) => void;
  readonly escape: () => void;
}

export interface Picture {
  readonly root: HTMLElement;
  show(scene: Scene): void;
  /** Marks the link that is explained. */
  select(id: string | null): void;
  zoom(step: 'in' | 'out' | 'fit'): void;
}

const SVG = 'http://www.w3.org/2000/svg';
const LEAST = 0.2;
/** Text of 12 pixels can still be read at this scale. */
const LEGIBLE = 0.72;
const ROOMY = 1.25;
const MOST = 3;
const STEP = 1.2;

export function createPicture(events: PictureEvents): Picture {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('role', 'group');
  svg.setAttribute('aria-roledescription', 'picture of connections');
  svg.setAttribute(
    'aria-label',
    'Connections. Up and down go from one to the next, right and left along connections, Enter explains or unfolds. The table holds the same.',
  );
  const root = element('div', { id: 'picture' });
  root.append(svg);
  let [scene, scale] = [{ boxes: [], links: [] } as Scene, 1];
  /** `legible` is as much as can be read, `all` is everything, and `free` what a person has set. */
  let extent: 'legible' | 'all' | 'free' = 'legible';
  let [width, height, shown] = [0, 0, ''];
  const steps = new Steps(svg, () => scene);
  const changes = followChanges(svg);

  const resize = () => {
    svg.setAttribute('width', String(width * scale));
    svg.setAttribute('height', String(height * scale));
  };
  const fill = () => {
    if (root.clientWidth === 0 || width === 0 || extent === 'free') return resize();
    const all = Math.min(root.clientWidth / width, (root.clientHeight - 4) / height);
    scale = Math.min(ROOMY, Math.max(extent === 'legible' ? LEGIBLE : LEAST, all));
    resize();
  };
  const zoom = (step: 'in' | 'out' | 'fit') => {
    extent = step === 'fit' ? 'all' : 'free';
    if (step === 'fit') return fill();
    const before = scale;
    scale = Math.min(MOST, Math.max(LEAST, step === 'in' ? scale * STEP : scale / STEP));
    const [x, y] = [root.scrollLeft + root.clientWidth / 2, root.scrollTop + root.clientHeight / 2];
    resize();
    root.scrollTo((x * scale) / before - root.clientWidth / 2, (y * scale) / before - root.clientHeight / 2);
  };
  new ResizeObserver(fill).observe(root);

  const activate = (target: Element) => act(target, scene, events);
  svg.addEventListener('click', (event) => activate(event.target as Element));
  svg.addEventListener('dblclick', (event) => narrow(event.target as Element, scene, events));
  svg.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as Element;
    const zooms = { '+': 'in', '=': 'in', '-': 'out', '0': 'fit' } as const;
    const known = zooms[event.key as keyof typeof zooms];
    if (known) zoom(known);
    else if (event.key === 'Enter' || event.key === ' ') {
      if (!narrow(target, scene, events)) activate(target);
    } else if (event.key === 'Escape') {
      if (!steps.leave(target)) events.escape();
    } else if (!steps.go(target, event.key)) return;
    event.preventDefault();
  });
  root.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(event.deltaY < 0 ? 'in' : 'out');
    },
    { passive: false },
  );
  dragging(root);
  pointing(svg, () => scene);

  return {
    root,
    show(next) {
      scene = next;
      const drawing = drawingOf(scene);
      // The same picture is left alone, with the focus in it.
      if (drawing.content === shown) return;
      const hasChanges = scene.links.some(({ state }) => state === 'gained' || state === 'lost');
      svg.classList.toggle('changed', hasChanges);
      shown = drawing.content;
      [width, height] = [drawing.width, drawing.height];
      svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
      steps.keepFocus(() => {
        svg.innerHTML = drawing.content;
      });
      fill();
      changes(scene);
    },
    select(id) {
      for (const link of svg.querySelectorAll<SVGElement>('[data-link]'))
        link.classList.toggle('selected', link.dataset.link === id);
    },
    zoom,
  };
}

/** Brings the first change into view whenever there are others than before, and leaves a person alone otherwise. */
function followChanges(svg: SVGSVGElement): (scene: Scene) => void {
  let last = '';
  return ({ links }) => {
    const changed = links.filter(({ state }) => state === 'gained' || state === 'lost');
    const key = changed.map(({ id }) => id).join('\n');
    if (key === last) return;
    last = key;
    const [first] = changed;
    const found =
      first &&
      svg.querySelector(`[data-of="${CSS.escape(first.id)}"], [data-link="${CSS.escape(first.id)}"]`);
    found?.scrollIntoView({ block: 'center', inline: 'center' });
  };
}

/** What a click or Enter does. */
function act(target: Element, { boxes, links }: Scene, events: PictureEvents): void {
  const at = target.closest<SVGElement>('[data-link], [data-of], [data-box], [data-node]');
  if (!at) return;
  const { link: linkId, of, box: boxId, node: nodeId } = at.dataset;
  const link = links.find(({ id }) => id === (linkId ?? of));
  if (link) events.link(link);
  const box = boxes.find(
    ({ id, isFolded, nodes }) => id === boxId || (isFolded && nodes.some((node) => node.id === nodeId)),
  );
  if (box && box.namespaces.length > 0) events.fold(box.namespaces, !box.isFolded);
}

/** On a workload or addresses: shows only what they have to do with. Answers whether that is what is there. */
function narrow(target: Element, { boxes }: Scene, { only }: PictureEvents): boolean {
  const id = target.closest<SVGElement>('[data-node]')?.dataset.node;
  const box = boxes.find(({ nodes }) => nodes.some((node) => node.id === id));
  if (id === undefined || !box || box.isFolded) return false;
  const node = box.nodes.find((n) => n.id === id);
  const [first = ''] = node?.details.split('\n') ?? [];
  only(first);
  return true;
}

/** Moves the picture with the mouse held down beside what is in it. */
function dragging(root: HTMLElement): void {
  let last: { x: number; y: number } | null = null;
  root.addEventListener('pointerdown', (event) => {
    if (
      event.button !== 0 ||
      (event.target as Element).closest('[data-link], [data-of], [data-box], [data-node]')
    )
      return;
    last = { x: event.clientX, y: event.clientY };
    root.setPointerCapture(event.pointerId);
    root.classList.add('dragged');
  });
  root.addEventListener('pointermove', (event) => {
    if (!last) return;
    root.scrollBy(last.x - event.clientX, last.y - event.clientY);
    last = { x: event.clientX, y: event.clientY };
  });
  const end = () => {
    last = null;
    root.classList.remove('dragged');
  };
  root.addEventListener('pointerup', end);
  root.addEventListener('pointercancel', end);
}

/** Fades all but what belongs to the thing that the mouse or the focus is on. */
function pointing(svg: SVGSVGElement, scene: () => Scene): void {
  const show = (target: Element | null) => {
    const at = target?.closest<SVGElement>('[data-link], [data-of], [data-node], [data-box]') ?? null;
    const near = at ? nearTo(at, scene()) : null;
    svg.classList.toggle('about', near !== null && near.size > 0);
    for (const link of svg.querySelectorAll<SVGElement>('[data-link], [data-of]'))
      link.classList.toggle('near', near?.has(link.dataset.link ?? link.dataset.of ?? '') === true);
  };
  svg.addEventListener('pointerover', (event) => show(event.target as Element));
  svg.addEventListener('pointerleave', () => show(null));
  svg.addEventListener('focusin', (event) => show(event.target as Element));
  svg.addEventListener('focusout', () => show(null));
}

function nearTo(at: SVGElement, { boxes, links }: Scene): Set<string> {
  const { link, of, node, box } = at.dataset;
  const own = link ?? of;
  if (own !== undefined) return new Set([own]);
  const ids = new Set(
    node === undefined ? boxes.find(({ id }) => id === box)?.nodes.map((n) => n.id) : [node],
  );
  return new Set(links.filter(({ from, to }) => ids.has(from) || ids.has(to)).map(({ id }) => id));
}
