/**
 * Owns the table beside the picture: the same rows, sorted by any column, each with a button that explains it.
 */
import type { Reachability, ReachabilityEnd } from '../../server/src/lsp/protocol-reachability.ts';
import { button, element } from './dom.ts';
import { everyName, longName, type Row, STATE_NAMES, sentenceOf, sortedRows } from './rows.ts';
import { COLUMNS, type Column, type View } from './view.ts';

export interface TableEvents {
  readonly sort: (sort: View['sort']) => void;
  readonly choose: (row: Row) => void;
}

export interface Table {
  readonly root: HTMLElement;
  show(picture: Reachability, rows: readonly Row[], view: View): void;
}

const TITLES: Readonly<Record<Column, string>> = { from: 'From', to: 'To', ports: 'Ports', state: 'State' };

/** Rows that are shown at first, and that each press of the button adds. */
const MANY = 200;

export function createTable(events: TableEvents): Table {
  const head = element('tr');
  const body = element('tbody');
  const more = button('', { class: 'more' }, () => {
    limit += MANY;
    redraw();
  });
  const root = element(
    'div',
    { class: 'table', tabindex: 0, role: 'region', 'aria-label': 'Table of connections' },
    element(
      'table',
      {},
      element('caption', { class: 'unseen' }, 'Connections'),
      element('thead', {}, head),
      body,
    ),
    more,
  );
  let limit = MANY;
  let redraw = () => {};
  return {
    root,
    show(picture, rows, view) {
      head.replaceChildren(...COLUMNS.map((column) => heading(column, view.sort, events)));
      const sorted = sortedRows(picture, rows, view);
      redraw = () => {
        const focused = focusedRow(body);
        body.replaceChildren(...sorted.slice(0, limit).map((row) => line(picture, row, view, events)));
        if (focused !== null) buttonOf(body, focused)?.focus();
        const left = sorted.length - limit;
        more.textContent = `Show ${Math.min(left, MANY)} more of ${left}`;
        more.classList.toggle('hidden', left <= 0);
      };
      redraw();
    },
  };
}

function focusedRow(body: HTMLElement): string | null {
  const { activeElement } = document;
  return body.contains(activeElement) ? (activeElement?.closest('tr')?.dataset.row ?? null) : null;
}

function buttonOf(body: HTMLElement, id: string): HTMLElement | null {
  return body.querySelector(`tr[data-row="${CSS.escape(id)}"] button`);
}

function heading(column: Column, sort: View['sort'], events: TableEvents): HTMLElement {
  const isSorted = sort.by === column;
  const direction = isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none';
  const arrow = isSorted ? (sort.descending ? ' ▾' : ' ▴') : '';
  const run = () => events.sort({ by: column, descending: isSorted && !sort.descending });
  const title = button(TITLES[column], { class: 'plain', title: `Sort by ${TITLES[column]}` }, run);
  title.append(element('span', { 'aria-hidden': 'true' }, arrow));
  return element('th', { scope: 'col', 'aria-sort': direction }, title);
}

function line(picture: Reachability, row: Row, { selected }: View, { choose }: TableEvents): HTMLElement {
  const end = (place: number) => picture.ends[place] as ReachabilityEnd;
  const cell = (place: number) =>
    element('td', { title: everyName(end(place)) }, longName(picture, end(place)));
  const why = button(longName(picture, end(row.from)), { class: 'link' }, () => choose(row));
  why.setAttribute('aria-label', `Explain: ${sentenceOf(picture, row)}`);
  const made = element(
    'tr',
    { class: row.state, 'data-row': row.id, 'aria-selected': String(row.id === selected) },
    element('td', { title: everyName(end(row.from)) }, why),
    cell(row.to),
    element('td', {}, row.ports),
    element('td', {}, STATE_NAMES[row.state]),
  );
  made.addEventListener('click', (event) => {
    if (!why.contains(event.target as Node) && getSelection()?.isCollapsed !== false) choose(row);
  });
  return made;
}
