/**
 * Owns the explanation of a connection on the page: what was asked, the verdict before and after with what leads to it, and ways
 * to the lines responsible.
 */
import type {
  Reachability,
  ReachabilityEnd,
  Why,
  WhyAnswer,
  WhyPlace,
} from '../../server/src/lsp/protocol-reachability.ts';
import { button, element } from './dom.ts';
import { longName, type Row, STATE_NAMES, sentenceOf } from './rows.ts';

export interface WhyEvents {
  readonly reveal: (place: WhyPlace) => void;
  readonly choose: (row: Row) => void;
  readonly close: () => void;
}

export interface WhyPane {
  readonly root: HTMLElement;
  hide(): void;
  /** Offers the connections that a link stands for. */
  offer(picture: Reachability, rows: readonly Row[]): void;
  /** `why` is null while the answer is awaited. */
  show(picture: Reachability, row: Row, why: Why | null): void;
}

/** Connections that are offered one by one. */
const MOST = 50;

export function createWhy(events: WhyEvents): WhyPane {
  const root = element('section', { id: 'why', class: 'hidden', 'aria-label': 'Explanation', tabindex: -1 });
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') events.close();
  });
  const fill = (...children: Node[]) => {
    const close = button(
      '✕',
      { class: 'plain close', 'aria-label': 'Close the explanation', title: 'Close (Escape)' },
      events.close,
    );
    root.replaceChildren(close, ...children);
    root.classList.remove('hidden');
  };
  return {
    root,
    hide() {
      root.classList.add('hidden');
      root.replaceChildren();
    },
    offer(picture, rows) {
      const items = rows.slice(0, MOST).map((row) =>
        element(
          'li',
          {},
          button(sentenceOf(picture, row), { class: 'link' }, () => events.choose(row)),
        ),
      );
      const left = rows.length - MOST;
      if (left > 0) items.push(element('li', {}, `and ${left} more: the table has them all`));
      fill(element('h2', {}, `${rows.length} connections`), element('ul', {}, ...items));
    },
    show(picture, row, why) {
      const heading = element('h2', {}, titleOf(picture, row));
      if (!why) return fill(heading, element('p', {}, '…'));
      fill(heading, ...asked(picture, row), ...answers(picture, why, events));
    },
  };
}

function titleOf(picture: Reachability, { from, to, ports, state }: Row): string {
  const [a, b] = [from, to].map((place) => longName(picture, picture.ends[place] as ReachabilityEnd));
  return `${a} → ${b} on ${ports}: ${STATE_NAMES[state]}`;
}

/** What exactly the answer is about, where that is less than the title says. */
function asked(picture: Reachability, { from, to, port, ports }: Row): Node[] {
  const parts: string[] = [];
  const one = `${port.port}/${port.protocol}`;
  if (ports !== one) parts.push(one);
  for (const place of [from, to]) {
    const end = picture.ends[place] as ReachabilityEnd;
    if (end.kind === 'workloads' && end.ids.length > 1) parts.push(end.ids[0] as string);
    if (end.kind === 'addresses') parts.push((end.cidrs[0] as string).replace(/\/.*/, ''));
  }
  return parts.length === 0 ? [] : [element('p', { class: 'asked' }, `Asked about ${parts.join(', ')}.`)];
}

const VERDICTS = { allowed: 'Allowed', denied: 'Denied', unknown: 'Unknown' } as const;

function answers({ isChanged }: Reachability, { before, after }: Why, events: WhyEvents): Node[] {
  if (!isChanged) return answer('', after, events);
  return [...answer('Before: ', before, events), ...answer('After: ', after, events)];
}

function answer(when: string, found: WhyAnswer | null, { reveal }: WhyEvents): Node[] {
  if (!found) return [element('h3', {}, `${when}not there`)];
  const word = VERDICTS[found.verdict];
  const verdict = element(
    'span',
    { class: `verdict ${found.verdict}` },
    when === '' ? word : word.toLowerCase(),
  );
  const reasons = found.reasons.map(({ text, place }) => {
    const item = element('li', {}, text);
    if (place) {
      const link = button(place.title, { class: 'link', title: 'Open in the editor' }, () => reveal(place));
      item.append(' ', link);
    }
    return item;
  });
  return [element('h3', {}, when, verdict), element('ul', {}, ...reasons)];
}
