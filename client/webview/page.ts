/**
 * Owns the page of the Reachability panel: it puts the parts together, keeps what was chosen, and talks to the extension.
 */
import type { Reachability, ReachabilityEnd, Why } from '../../server/src/lsp/protocol-reachability.ts';
import { createControls } from './controls.ts';
import { element } from './dom.ts';
import { mermaidOf } from './mermaid.ts';
import type { FromPage, Question, Saved, ToPage } from './messages.ts';
import pictureStyle from './picture.css';
import { createPicture } from './picture.ts';
import { type Row, rowsOf } from './rows.ts';
import { type Link, type Scene, sceneOf } from './scene.ts';
import { createStatus } from './status.ts';
import { svgDocument } from './svg.ts';
import { createTable } from './table.ts';
import { FIRST_VIEW, restored, type View } from './view.ts';
import { createWhy } from './why.ts';

interface Host {
  postMessage(message: FromPage): void;
  getState(): Saved | undefined;
  setState(state: Saved): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const saved = host.getState();
let view: View = saved ? restored(saved.view) : FIRST_VIEW;
let uri = saved?.uri ?? null;
let world = saved?.world ?? null;
let picture: Reachability | null = null;
let rows: readonly Row[] = [];
let scene: Scene = { boxes: [], links: [] };
/** The link whose connections are offered. */
let offered: string | null = null;
let answered: { readonly question: string; readonly why: Why } | null = null;

const controls = createControls({
  change,
  world: (id) => {
    world = id;
    keep();
    host.postMessage({ type: 'world', world: id });
  },
  zoom: (step) => canvas.zoom(step),
  export: exportAs,
});
const status = createStatus();
const canvas = createPicture({
  link: chooseLink,
  fold: (namespaces, isFolded) =>
    change({ folded: { ...view.folded, ...Object.fromEntries(namespaces.map((name) => [name, isFolded])) } }),
  only: (text) => change({ text }),
  escape: close,
});
const table = createTable({ sort: (sort) => change({ sort }), choose });
const why = createWhy({ reveal: (place) => host.postMessage({ type: 'reveal', place }), choose, close });
const side = element('div', { class: 'side' }, why.root, table.root);
const empty = element('p', { class: 'empty', role: 'status' }, 'Looking at the workspace …');
document.body.append(controls.root, status.root, element('main', {}, canvas.root, side));
canvas.root.prepend(empty);

function change(part: Partial<View>): void {
  view = { ...view, ...part };
  keep();
  draw();
}

function keep(): void {
  host.setState({ uri, world, view });
}

function draw(): void {
  if (!picture) return;
  rows = rowsOf(picture, view);
  scene = sceneOf(picture, rows, view);
  controls.show(picture, view);
  status.show(picture, rows);
  canvas.show(scene);
  table.show(picture, rows, view);
  showEmpty(picture);
  showWhy();
}

function showEmpty({ ends, worlds }: Reachability): void {
  empty.classList.toggle('hidden', scene.boxes.length > 0);
  if (worlds.length === 0) empty.textContent = 'There are no workloads and no policies in the workspace.';
  else if (ends.length === 0)
    empty.textContent =
      'There are no workloads here to connect: their manifests are elsewhere, or rendered by a chart.';
  else empty.textContent = 'Nothing fits the filters.';
}

function choose(row: Row): void {
  offered = null;
  change({ selected: row.id });
  why.root.focus();
}

function chooseLink(link: Link): void {
  const [only] = link.rows;
  if (link.rows.length === 1 && only) choose(only);
  else {
    offered = link.id;
    change({ selected: null });
    why.root.focus();
  }
}

function close(): void {
  offered = null;
  change({ selected: null });
}

function showWhy(): void {
  if (!picture) return;
  const row = rows.find(({ id }) => id === view.selected);
  const link = scene.links.find((l) => (row ? l.rows.includes(row) : l.id === offered));
  canvas.select(link?.id ?? null);
  if (row) {
    const question = questionAbout(picture, row);
    const isAnswered = answered?.question === JSON.stringify(question);
    why.show(picture, row, isAnswered ? (answered?.why ?? null) : null);
    if (!isAnswered) host.postMessage({ type: 'why', question });
  } else if (link) why.offer(picture, link.rows);
  else why.hide();
}

function questionAbout({ ends }: Reachability, { from, to, port }: Row): Question {
  const name = (place: number) => {
    const end = ends[place] as ReachabilityEnd;
    return (end.kind === 'workloads' ? end.ids[0] : end.cidrs[0]) as string;
  };
  return { from: name(from), to: name(to), ...port };
}

function exportAs(format: 'svg' | 'mermaid'): void {
  const text =
    format === 'mermaid' ? mermaidOf(scene) : svgDocument(scene, coloured(pictureStyle), titleOfExport());
  host.postMessage({ type: 'export', format, text });
}

function titleOfExport(): string {
  const what = { difference: 'gained and lost', before: 'before', after: 'after' }[view.mode];
  return `Who may connect to whom (${what})`;
}

/** The style sheet with the colours that the theme has now. */
function coloured(style: string): string {
  const theme = getComputedStyle(document.body);
  return style.replace(/var\((--[\w-]+)\)/g, (_, name: string) => {
    const value = theme.getPropertyValue(name).trim();
    return value === '' ? 'currentColor' : value;
  });
}

function receive(message: ToPage): void {
  if (message.type === 'problem') status.problem(message.text);
  else if (message.type === 'picture') {
    ({ picture, uri } = message);
    // An explanation may be another one by now; until it comes, the old one stays.
    if (answered && view.selected !== null) askAgain();
    status.problem(null);
    keep();
    draw();
  } else {
    answered = { question: JSON.stringify(message.question), why: message.why };
    showWhy();
  }
}

function askAgain(): void {
  const row = picture && rowsOf(picture, view).find(({ id }) => id === view.selected);
  if (picture && row) host.postMessage({ type: 'why', question: questionAbout(picture, row) });
}

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => receive(data));
host.postMessage({ type: 'ready', world });
