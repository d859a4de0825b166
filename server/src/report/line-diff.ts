/**
 * Owns the difference of two short texts, line by line.
 */

/** How many unchanged lines are shown around a change. */
const CONTEXT = 3;

/**
 * The changed lines and those around them, with a sign in front: a space where both texts have the line, `-` or `+` where only
 * the first or the second does. `…` stands for what is left out.
 */
export function lineDiff(before: string, after: string): string {
  const lines = allLines(before, after);
  const changes = lines.flatMap((line, i) => (line.startsWith(' ') ? [] : i));
  const isNear = (i: number) => changes.some((change) => Math.abs(change - i) <= CONTEXT);
  const shown = lines.flatMap((line, i) => (isNear(i) ? line : i === 0 || isNear(i - 1) ? ' …' : []));
  return `${shown.join('\n')}\n`;
}

function allLines(before: string, after: string): string[] {
  const a = before.replace(/\n$/, '').split('\n');
  const b = after.replace(/\n$/, '').split('\n');
  const common = commonTails(a, b);
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(` ${a[i++]}`);
      j++;
    } else if (i < a.length && (j === b.length || (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))) {
      lines.push(`-${a[i++]}`);
    } else {
      lines.push(`+${b[j++]}`);
    }
  }
  return lines;
}

/** `[i][j]`: how many lines a from i and b from j have in common, in order. */
function commonTails(a: readonly string[], b: readonly string[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = table[i] as number[];
      const below = table[i + 1] as number[];
      row[j] =
        a[i] === b[j] ? (below[j + 1] as number) + 1 : Math.max(below[j] as number, row[j + 1] as number);
    }
  return table;
}
