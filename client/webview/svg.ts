/**
 * Owns the picture as SVG text: what the page shows, and what is exported. Colours come from a style sheet; every state also has
 * a line of its own and a sign, for those who cannot tell the colours apart.
 */
import { labelsOf } from './labels.ts';
import { HEADER, MOST_LETTERS, NODE_HEIGHT, type Places, placesOf, type Rect, widthOf } from './layout.ts';
import { type Route, routesOf } from './routes.ts';
import { STATE_NAMES, type State } from './rows.ts';
import type { Box, Link, Scene, SceneNode } from './scene.ts';

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What is inside of the `svg` element. */
  readonly content: string;
}

export function drawingOf(scene: Scene): Drawing {
  const places = placesOf(scene);
  const routes = routesOf(scene, places);
  const content = [
    markers(),
    group(
      'boxes',
      scene.boxes.map((box) => boxMarkup(box, places)),
    ),
    group(
      'links',
      inOrder(scene.links).map((link) => linkMarkup(link, scene, routes.get(link.id) as Route)),
    ),
    group(
      'nodes',
      scene.boxes.flatMap((box) => box.nodes.map((node) => nodeMarkup(node, box, places))),
    ),
    group('labels', labelMarkup(scene, places, routes)),
  ];
  return { width: places.width, height: places.height, content: content.join('') };
}

/** An SVG document that needs nothing else. `style` holds the colours. */
export function svgDocument(scene: Scene, style: string, title: string): string {
  const { width, height, content } = drawingOf(scene);
  const size = `width="${Math.ceil(width)}" height="${Math.ceil(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" role="img">`,
    `<title>${escaped(title)}</title><style>${style}</style>`,
    `<rect class="ground" width="100%" height="100%"/>${content}</svg>\n`,
  ].join('');
}

const LAYERS: readonly State[] = ['allowed', 'unknown', 'lost', 'gained'];

/** Changes last, so that they lie above the others. */
function inOrder(links: readonly Link[]): Link[] {
  return [...links].sort((a, b) => LAYERS.indexOf(a.state) - LAYERS.indexOf(b.state));
}

function group(name: string, parts: readonly string[]): string {
  return `<g class="${name}">${parts.join('')}</g>`;
}

const STATES = Object.keys(STATE_NAMES) as State[];

/** Arrow heads take the colour of their line only where there is one for each. */
function markers(): string {
  const all = STATES.map(
    (state) =>
      `<marker id="head-${state}" class="head ${state}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0.5L8,4L0,7.5z"/></marker>`,
  );
  return `<defs>${all.join('')}</defs>`;
}

function boxMarkup(box: Box, { boxes }: Places): string {
  const { x, y, width, height } = boxes.get(box.id) as Rect;
  const contractor = box.contractor !== null;
  const sign = box.namespaces.length === 0 ? '' : box.isFolded ? '▸ ' : '▾ ';
  const badge = contractor ? badgeMarkup(box.contractor ?? '', { x, y, width, height }) : '';
  const header = [
    `<g class="header" tabindex="-1" data-box="${escaped(box.id)}" role="button" aria-label="${escaped(nameOfBox(box))}"`,
    `${box.namespaces.length > 0 ? ` aria-expanded="${!box.isFolded}"` : ''}>`,
    rect({ x, y, width, height: HEADER }, 'class="hit" rx="6"'),
    `<text x="${round(x + 10)}" y="${round(y + HEADER / 2 + 4)}">${sign}${escaped(cut(box.title))}</text>`,
    `<title>${escaped(box.namespaces.length > 1 ? box.namespaces.join('\n') : box.title)}</title></g>`,
  ];
  const classes = ['box', box.kind, contractor ? 'contractor' : ''].filter((name) => name !== '');
  return `<g class="${classes.join(' ')}">${rect({ x, y, width, height }, 'class="frame" rx="6"')}${header.join('')}${badge}</g>`;
}

function nameOfBox({ kind, title, contractor, isFolded }: Box): string {
  if (kind !== 'namespace') return title;
  const whose = contractor === null ? '' : `, contractor${contractor === '' ? '' : ` ${contractor}`}`;
  return `namespace ${title}${whose}, ${isFolded ? 'folded' : 'unfolded'}`;
}

function badgeMarkup(contractor: string, { x, y, width }: Rect): string {
  const text = cut(contractor === '' ? 'contractor' : contractor);
  const wide = widthOf(text) + 12;
  const left = x + width - wide - 8;
  return (
    `<g class="badge">${rect({ x: left, y: y + 5, width: wide, height: 16 }, 'rx="8"')}` +
    `<text x="${round(left + wide / 2)}" y="${round(y + 17)}">${escaped(text)}</text></g>`
  );
}

function nodeMarkup(node: SceneNode, box: Box, { nodes }: Places): string {
  const { x, y, width, height } = nodes.get(node.id) as Rect;
  const change = node.change === null ? '' : ` ${node.change}`;
  const label = `${node.title}${change === '' ? '' : `,${change}`}, ${box.title}`;
  return (
    `<g class="node${change}" tabindex="-1" data-node="${escaped(node.id)}" role="img" aria-label="${escaped(label)}">` +
    rect({ x, y, width, height }, 'rx="4"') +
    `<text x="${round(x + width / 2)}" y="${round(y + NODE_HEIGHT / 2 + 4)}">${escaped(cut(node.title))}</text>` +
    `<title>${escaped(node.details)}</title></g>`
  );
}

function linkMarkup(link: Link, scene: Scene, { path }: Route): string {
  const label = `${STATE_NAMES[link.state]}: ${titleOf(scene, link.from)} to ${titleOf(scene, link.to)}, ${link.text}`;
  return (
    `<g class="link ${link.state}" tabindex="-1" data-link="${escaped(link.id)}" role="button" aria-label="${escaped(label)}">` +
    `<path class="hit" d="${path}"/><path class="line" d="${path}" marker-end="url(#head-${link.state})"/>` +
    `<title>${escaped(label)}</title></g>`
  );
}

/** What a node is called when it stands by itself. */
function titleOf({ boxes }: Scene, id: string): string {
  for (const box of boxes) {
    const node = box.nodes.find((n) => n.id === id);
    if (node)
      return box.kind === 'namespace' ? `${box.title}${box.isFolded ? '' : `/${node.title}`}` : node.title;
  }
  return id;
}

function labelMarkup(scene: Scene, places: Places, routes: ReadonlyMap<string, Route>): string[] {
  const headers = [...places.boxes.values()].map((box) => ({ ...box, height: HEADER }));
  const labels = labelsOf(scene, routes, [...places.nodes.values(), ...headers]);
  return scene.links.flatMap(({ id, state }) => {
    const label = labels.get(id);
    if (!label) return [];
    const { at, text, width } = label;
    const ground = rect({ x: at.x - width / 2, y: at.y - 8, width, height: 16 }, 'rx="3"');
    const words = `<text x="${round(at.x)}" y="${round(at.y + 4)}">${escaped(cut(text))}</text>`;
    return [`<g class="label ${state}" data-of="${escaped(id)}" aria-hidden="true">${ground}${words}</g>`];
  });
}

function rect({ x, y, width, height }: Rect, rest: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${rest}/>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function cut(title: string): string {
  return title.length > MOST_LETTERS ? `${title.slice(0, MOST_LETTERS - 1)}…` : title;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for SVG and HTML, in elements and in attributes with quotes. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] as string);
}
