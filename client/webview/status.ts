/**
 * Owns the line below the controls: how many connections are shown, what the lines mean, and what was not taken into account.
 */
import type { Reachability } from '../../server/src/lsp/protocol-reachability.ts';
import { element } from './dom.ts';
import { type Row, STATE_NAMES, type State } from './rows.ts';

export interface Status {
  readonly root: HTMLElement;
  show(picture: Reachability, rows: readonly Row[]): void;
  /** Says what is wrong, or with null that nothing is. */
  problem(text: string | null): void;
}

const STATES: readonly State[] = ['gained', 'lost', 'allowed', 'unknown'];

export function createStatus(): Status {
  const counts = element('span', { role: 'status', class: 'counts' });
  const keys = element('span', { class: 'keys' });
  const problem = element('span', { class: 'problem hidden', role: 'alert' });
  const list = element('ul');
  const summary = element('summary');
  const notes = element('details', { class: 'hidden' }, summary, list);
  const root = element('div', { id: 'status' }, counts, keys, problem, notes);
  return {
    root,
    show(picture, rows) {
      const byState = new Map(STATES.map((state) => [state, 0]));
      for (const { state } of rows) byState.set(state, (byState.get(state) ?? 0) + 1);
      const shown = STATES.filter((state) => (byState.get(state) ?? 0) > 0);
      const parts = shown.map((state) => `${byState.get(state)} ${STATE_NAMES[state]}`);
      counts.textContent = parts.length > 0 ? parts.join(' · ') : 'no connections';
      keys.replaceChildren(...shown.map(keyOf));
      if (!picture.isChanged) counts.textContent += ' · no unsaved changes';
      list.replaceChildren(...picture.notes.map((note) => element('li', {}, note)));
      summary.textContent = picture.notes.length === 1 ? '1 note' : `${picture.notes.length} notes`;
      notes.classList.toggle('hidden', picture.notes.length === 0);
    },
    problem(text) {
      problem.textContent = text ?? '';
      problem.classList.toggle('hidden', text === null);
    },
  };
}

/** A line as it is in the picture, with what it means. */
function keyOf(state: State): HTMLElement {
  const key = element('span', { class: 'key', 'aria-hidden': 'true' });
  key.innerHTML = `<svg viewBox="0 0 26 10"><g class="link ${state}"><path class="line" d="M1,5H25"/></g></svg>`;
  key.append(STATE_NAMES[state]);
  return key;
}
