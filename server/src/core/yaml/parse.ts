/**
 * Owns the parsing of one YAML document into the plain tree of nodes.ts, with the `yaml` package underneath.
 * Broken YAML is data: problems come back beside whatever tree there is, and nothing throws.
 */
import { withoutActions } from './actions.ts';
import { buildTree } from './build.ts';
import { refusedCharacter, refusedDirectives, withLineFeeds } from './characters.ts';
import { compose, MAX_DEPTH } from './compose.ts';
import { joinLines } from './join.ts';
import type { YamlNode } from './nodes.ts';
import { readPlain } from './plain.ts';
import { fromParser, type YamlProblem } from './problem.ts';
import { refusedTab } from './tabs.ts';
import { hasAction, isTemplate } from './template.ts';

export interface ParsedYaml {
  readonly root: YamlNode | null;
  /** In no particular order. */
  readonly problems: readonly YamlProblem[];
}

/** Parses `text`, one document (with its directives and markers, if any). Spans are offsets into `text`. */
export function parseYaml(text: string): ParsedYaml {
  const plain = isTemplate(text) ? undefined : readPlain(text);
  return plain === undefined ? parseThoroughly(text) : { root: plain, problems: NO_PROBLEMS };
}

const NO_PROBLEMS: readonly YamlProblem[] = [];

/** The same with the full parser, whatever the text is like. */
export function parseThoroughly(text: string): ParsedYaml {
  const lines = withLineFeeds(text);
  const read = readAs(lines, lines);
  const { root, problems } =
    (read.unclosed.length > 0 && joined(lines, read)) || rendered(lines, read) || read;
  return { root, problems: isTemplate(text) ? problems : [...problems, ...refusals(lines, root, problems)] };
}

/** Template text that is no YAML, read with placeholders for its actions; null where that is not needed, or does not help. */
function rendered(text: string, { problems }: Reading): ParsedYaml | null {
  if (!hasAction(text) || !problems.some(({ kind }) => kind === 'syntax')) return null;
  const without = withoutActions(text);
  const read = without === null ? null : readAs(without, text);
  return read?.problems.some(({ kind }) => kind === 'syntax') ? null : read;
}

/** What the API server's reader refuses although the parser takes it. */
function refusals(text: string, root: YamlNode | null, known: readonly YamlProblem[]): YamlProblem[] {
  const character = refusedCharacter(text);
  if (character) return [character];
  const directives = refusedDirectives(text);
  if (directives.length > 0) return directives;
  const tab = known.some((problem) => problem.kind === 'syntax') ? null : refusedTab(text, root);
  return tab ? [tab] : [];
}

interface Reading extends ParsedYaml {
  /** Where brackets and quotes open that the parser did not see closed, in the order of the text. */
  readonly unclosed: readonly number[];
}

/** Reads `text`; `original` is the text before its lines were `joined`, or its actions taken out. */
function readAs(text: string, original: string, joined = false): Reading {
  try {
    const { contents, errors, tooDeepAt } = compose(text);
    if (tooDeepAt !== null) return unreadable(tooDeepAt, text, TOO_DEEP);
    const problems = errors.flatMap(({ code, message, pos }) => fromParser(code, message, pos, text));
    const source = { text: original, joined, template: isTemplate(original) };
    const root = contents && buildTree(contents, source, problems);
    return { root, problems, unclosed: root && errors.length > 0 ? [...unclosedIn(root, original)] : [] };
  } catch (error) {
    // The parser is not supposed to throw; if it does, the document is unreadable rather than the whole run.
    return unreadable(0, text, error instanceof Error ? error.message : String(error));
  }
}

const TOO_DEEP = `This is nested more than ${MAX_DEPTH} levels deep`;

function unreadable(start: number, text: string, message: string): Reading {
  const span = { start, end: Math.min(start + 1, text.length) };
  return { root: null, problems: [{ kind: 'syntax', span, message }], unclosed: [] };
}

/** The outermost brackets and quotes under `node` that do not end with what closes them. */
function* unclosedIn(node: YamlNode, text: string): Iterable<number> {
  const { start, end } = node.span;
  const last = end > start + 1 ? text[end - 1] : '';
  if (node.kind === 'scalar') {
    const quote = node.style === 'double' ? '"' : node.style === 'single' ? "'" : null;
    if (quote && last !== quote) yield start;
  } else if (node.kind !== 'alias') {
    const closing =
      node.style === 'block' ? null : text[start] === '[' ? ']' : text[start] === '{' ? '}' : null;
    if (closing && last !== closing) yield start;
    else if (node.kind === 'seq') for (const item of node.items) yield* unclosedIn(item, text);
    else
      for (const { key, value } of node.pairs) yield* [...unclosedIn(key, text), ...unclosedIn(value, text)];
  }
}

const MAX_READINGS = 4;
/** Brackets and quotes to join in one reading; joining more would cost more than a text that odd is worth. */
const MAX_JOINS = 20;

/**
 * The reading of `text` that the API server has where brackets or quotes span lines that are not indented enough for the
 * parser. Null when that alone does not make the text readable: then one is really missing, and the first reading says best
 * where.
 */
function joined(text: string, first: Reading): ParsedYaml | null {
  let current = text;
  let { unclosed } = first;
  for (let reading = 0; reading < MAX_READINGS && unclosed.length > 0; reading++) {
    if (unclosed.length > MAX_JOINS) return null;
    let end = 0;
    for (const start of unclosed) {
      // What stands inside what was joined before is no opening: a closing quote, for example.
      if (start < end) continue;
      const next = joinLines(current, start);
      if (next === null) return null;
      ({ text: current, end } = next);
    }
    const read = readAs(current, text, true);
    if (!read.problems.some((problem) => problem.kind === 'syntax')) return read;
    unclosed = read.unclosed;
  }
  return null;
}
