/**
 * Owns where the API server's YAML scanner refuses a tab as white space although the parser takes it: at the start of a line,
 * even an empty one, and behind `-`, outside of brackets and quotes.
 */
import type { Span } from '../span.ts';
import { lastAtOrBefore } from './ancestors.ts';
import type { YamlMap, YamlNode, YamlScalar, YamlSeq } from './nodes.ts';
import type { YamlProblem } from './problem.ts';

/** White space at the start of a line, or behind list dashes there, up to its first tab. */
const LEADING_TAB = /^ *(?:[-?:] +)*[-?:]? *\t/gm;

/** The first tab the scanner refuses. `root` is the tree of `text`, which must be free of other syntax problems. */
export function refusedTab(text: string, root: YamlNode | null): YamlProblem | null {
  // Brackets around everything leave no indentation that a tab could upset.
  if (
    !text.includes('\t') ||
    (root && root.kind !== 'scalar' && root.kind !== 'alias' && root.style === 'flow')
  )
    return null;
  for (const { 0: lead, index } of text.matchAll(LEADING_TAB)) {
    const at = index + lead.length - 1;
    const dash = lead.search(/[-?:][ \t]*$/);
    if (dash < 0 ? !isRefused(text, root, at, lead.length - 1) : !isIndicator(text, root, index + dash))
      continue;
    return {
      kind: 'syntax',
      span: { start: at, end: at + 1 },
      message: 'There is a tab where YAML allows only blanks; replace it, or delete it from an empty line',
    };
  }
  return null;
}

/** Whether the character at `offset` is a block list's dash (or the like), and no part of a scalar or of brackets. */
function isIndicator(text: string, root: YamlNode | null, offset: number): boolean {
  const { scalar, inFlow } = root ? placeAt(text, root, offset) : NOWHERE;
  return scalar === null && !inFlow;
}

function isRefused(text: string, root: YamlNode | null, at: number, column: number): boolean {
  const { scalar, indent, inFlow } = root ? placeAt(text, root, at) : NOWHERE;
  if (scalar?.style === 'literal' || scalar?.style === 'folded')
    return column < contentColumn(text, scalar.span, at);
  if (scalar) return scalar.style === 'plain' && column <= indent;
  let before = at;
  while (before > 0 && /\s/.test(text[before - 1] as string)) before--;
  const last = root && before > 0 ? placeAt(text, root, before - 1) : NOWHERE;
  // Behind a plain scalar the scanner looks for its continuation, which has to be indented.
  if (last.scalar?.style === 'plain') return column <= last.indent;
  return !inFlow;
}

/**
 * The column of a block scalar's content, which its first line that is not empty sets; infinite up to there, since nothing but
 * blanks may stand in front of it.
 */
function contentColumn(text: string, { start, end }: Span, at: number): number {
  const source = text.slice(start, end);
  const header = /^[^\n]*/.exec(source)?.[0] ?? '';
  if (/[1-9]/.test(header)) return 0;
  const first = /^( *)[^ \t\r\n]/m.exec(source.slice(header.length));
  const behind = first && start + header.length + first.index < at;
  return behind ? (first[1] as string).length : Number.POSITIVE_INFINITY;
}

/** What surrounds an offset: the scalar it is in, whether it is in brackets, and the block's indentation. */
interface Surroundings {
  readonly scalar: YamlScalar | null;
  readonly inFlow: boolean;
  /** The column of the innermost block mapping or list; -1 outside of all. */
  readonly indent: number;
}

const NOWHERE: Surroundings = { scalar: null, inFlow: false, indent: -1 };

function placeAt(text: string, root: YamlNode, offset: number): Surroundings {
  let node: YamlNode | undefined = root;
  let inFlow = false;
  let indent = -1;
  while (node && (node.kind === 'map' || node.kind === 'seq')) {
    if (node.style === 'flow') inFlow = true;
    else indent = columnOf(text, node.span.start);
    node = childAt(node, offset);
  }
  const scalar = node?.kind === 'scalar' && holds(node, offset) ? node : null;
  return { scalar, inFlow: inFlow && scalar === null, indent };
}

/** The last child that starts at or before `offset`, if it reaches that far. */
function childAt(node: YamlMap | YamlSeq, offset: number): YamlNode | undefined {
  if (node.kind === 'seq') {
    const item = node.items[lastAtOrBefore(node.items, (i) => i.span.start, offset)];
    return item && holds(item, offset) ? item : undefined;
  }
  const pair = node.pairs[lastAtOrBefore(node.pairs, (p) => p.key.span.start, offset)];
  if (!pair) return undefined;
  return [pair.key, pair.value].find((child) => holds(child, offset));
}

function holds(node: YamlNode, offset: number): boolean {
  return node.span.start <= offset && offset < node.span.end;
}

function columnOf(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !/[\r\n]/.test(text[start - 1] as string)) start--;
  return offset - start;
}
