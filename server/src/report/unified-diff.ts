/**
 * Owns the difference of two texts as a unified diff that `patch` and `git apply` take: exact to the byte, line ends included.
 */
import { harmless, type Paint } from './terminal.ts';

/** How many unchanged lines stand around a change. */
const CONTEXT = 3;

/** A line of both texts (` `), of the first (`-`) or of the second (`+`), with its line break. */
interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** The diff from `before` to `after` of the file called `name`; empty when they are the same. */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = compare(linesOf(before), linesOf(after));
  const hunks = hunksOf(lines).map(({ from, to }) => hunk(lines, from, to));
  return [`--- a/${harmless(name)}\n`, `+++ b/${harmless(name)}\n`, ...hunks].join('');
}

/** A diff for a terminal: coloured, and with nothing in it that would do more than stand there. */
export function paintDiff(diff: string, paint: Paint): string {
  const style = (line: string) => {
    if (/^(?:---|\+\+\+) [ab]\//.test(line)) return paint('bold', line);
    if (line.startsWith('@@')) return paint('cyan', line);
    if (line.startsWith('-')) return paint('red', line);
    return line.startsWith('+') ? paint('green', line) : line;
  };
  return diff
    .split('\n')
    .map((line) => style(line.replace(/\r$/, '').split('\t').map(harmless).join('\t')))
    .join('\n');
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function hunk(lines: readonly Line[], from: number, to: number): string {
  const isIn = (sign: Line['sign']) => (line: Line) => line.sign === ' ' || line.sign === sign;
  const range = (sign: '-' | '+') => {
    const start = lines.slice(0, from).filter(isIn(sign)).length;
    const count = lines.slice(from, to).filter(isIn(sign)).length;
    const first = count === 0 ? start : start + 1;
    return `${sign}${first}${count === 1 ? '' : `,${count}`}`;
  };
  const body = lines
    .slice(from, to)
    .map(({ sign, text }) =>
      text.endsWith('\n') ? sign + text : `${sign}${text}\n\\ No newline at end of file\n`,
    );
  return `@@ ${range('-')} ${range('+')} @@\n${body.join('')}`;
}

/** The runs of lines to show, as half-open ranges: changes that are close together share one. */
function hunksOf(lines: readonly Line[]): { from: number; to: number }[] {
  const hunks: { from: number; to: number }[] = [];
  for (const [i, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    const from = Math.max(0, i - CONTEXT);
    const to = Math.min(lines.length, i + 1 + CONTEXT);
    const last = hunks.at(-1);
    if (last && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  return hunks;
}

/** What is the same at both ends is set aside first: of a long file, few lines are left to compare. */
function compare(a: readonly string[], b: readonly string[]): Line[] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const same = (text: string): Line => ({ sign: ' ', text });
  return [
    ...a.slice(0, head).map(same),
    ...shortestScript(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

/**
 * The shortest way from `a` to `b`, by Myers' greedy algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986): its
 * time grows with the number of changes, which are few. `reached[k]` is how far in `a` one gets on diagonal k.
 */
function shortestScript(a: readonly string[], b: readonly string[]): Line[] {
  const trace: Map<number, number>[] = [];
  let reached = new Map([[1, 0]]);
  for (let changes = 0; ; changes++) {
    const next = new Map<number, number>();
    for (let k = -changes; k <= changes; k += 2) {
      let x = isInsertion(reached, k, changes) ? (reached.get(k + 1) ?? 0) : (reached.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return wayBack(a, b, [...trace, reached]);
    }
    trace.push(reached);
    reached = next;
  }
}

function isInsertion(reached: ReadonlyMap<number, number>, k: number, changes: number): boolean {
  return k === -changes || (k !== changes && (reached.get(k - 1) ?? 0) < (reached.get(k + 1) ?? 0));
}

function wayBack(a: readonly string[], b: readonly string[], trace: readonly Map<number, number>[]): Line[] {
  const lines: Line[] = [];
  let x = a.length;
  let y = b.length;
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const reached = trace[changes] as Map<number, number>;
    const inserts = isInsertion(reached, x - y, changes);
    const diagonal = inserts ? x - y + 1 : x - y - 1;
    const fromX = reached.get(diagonal) ?? 0;
    const fromY = fromX - diagonal;
    const startX = inserts ? fromX : fromX + 1;
    while (x > startX && changes >= 0) {
      lines.push({ sign: ' ', text: a[--x] as string });
      y--;
    }
    if (changes === 0) break;
    lines.push(inserts ? { sign: '+', text: b[--y] as string } : { sign: '-', text: a[--x] as string });
    x = fromX;
    y = fromY;
  }
  return lines.reverse();
}
