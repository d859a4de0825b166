/**
 * Owns the parsing of one YAML document into the plain tree of nodes.ts, with the `yaml` package underneath.
 * Broken YAML is data: problems come back beside whatever tree there is, and nothing throws.
 */
import { Composer, isScalar, type Node, Parser } from 'yaml';
import { buildTree } from './build.ts';
import { refusedCharacter, refusedDirectives, withLineFeeds } from './characters.ts';
import { joinLines } from './join.ts';
import type { YamlNode } from './nodes.ts';
import { fromParser, type YamlProblem } from './problem.ts';
import { refusedTab } from './tabs.ts';
import { isTemplate } from './template.ts';

export interface ParsedYaml {
  readonly root: YamlNode | null;
  /** In no particular order. */
  readonly problems: readonly YamlProblem[];
}

/** Deeper nesting than any manifest has; beyond it the parser would exhaust the stack. */
const MAX_DEPTH = 200;

/** Parses `text`, one document (with its directives and markers, if any). Spans are offsets into `text`. */
export function parseYaml(text: string): ParsedYaml {
  const tooDeep = deepest(text);
  if (tooDeep !== null) return { root: null, problems: [tooDeep] };
  const lines = withLineFeeds(text);
  const read = compose(lines);
  const { root, problems } = (read.unclosed.length > 0 && joined(lines, read)) || read;
  return { root, problems: isTemplate(text) ? problems : [...problems, ...refusals(lines, root, problems)] };
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

/** Nobody reads on behind that many; the parser can find one for each character. */
const MAX_ERRORS = 100;

interface Composed extends ParsedYaml {
  /** Where brackets and quotes open that the parser did not see closed, in the order of the text. */
  readonly unclosed: readonly number[];
}

/** `original` is the text before its lines were joined. */
function compose(text: string, original: string = text): Composed {
  const problems: YamlProblem[] = [];
  const unclosed: number[] = [];
  const source = { text: original, joined: text !== original, template: isTemplate(original) };
  // The parser makes an Error for each mistake; recording a stack for thousands of them takes longer than parsing.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const composer = new Composer({
      schema: 'failsafe',
      version: '1.1',
      merge: false,
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: false,
    });
    let root: YamlNode | null = null;
    let first = true;
    for (const doc of composer.compose(new Parser().parse(text), true, text.length)) {
      for (const error of doc.errors.slice(0, MAX_ERRORS))
        problems.push(...fromParser(error.code, error.message, error.pos, text));
      if (first && !isEmpty(doc.contents)) root = buildTree(doc.contents as Node, source, problems);
      if (first && doc.errors.length > 0 && root) unclosed.push(...unclosedIn(root, original));
      first = false;
    }
    return { root, problems, unclosed };
  } catch (error) {
    // The parser is not supposed to throw; if it does, the document is unreadable rather than the whole run.
    const message = error instanceof Error ? error.message : String(error);
    const thrown: YamlProblem = {
      kind: 'syntax',
      span: { start: 0, end: Math.min(1, text.length) },
      message,
    };
    return { root: null, problems: [thrown, ...problems], unclosed: [] };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Whether a document holds nothing at all, which is not the same as a null that somebody wrote. */
function isEmpty(contents: unknown): boolean {
  if (!isScalar(contents)) return contents === null;
  return contents.value === '' && contents.type === 'PLAIN' && !contents.anchor && !contents.tag;
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

/**
 * The reading of `text` that the API server has where brackets or quotes span lines that are not indented enough for the
 * parser. Null when that alone does not make the text readable: then one is really missing, and the first reading says best
 * where.
 */
function joined(text: string, first: Composed): ParsedYaml | null {
  let current = text;
  let { unclosed } = first;
  for (let reading = 0; reading < MAX_READINGS && unclosed.length > 0; reading++) {
    let end = 0;
    for (const start of unclosed) {
      const next = start < end ? null : joinLines(current, start);
      if (next) ({ text: current, end } = next);
    }
    if (end === 0) return null;
    const read = compose(current, text);
    if (!read.problems.some((problem) => problem.kind === 'syntax')) return read;
    unclosed = read.unclosed;
  }
  return null;
}

/** A problem when brackets or indentation nest deeper than MAX_DEPTH, found without recursion. */
function deepest(text: string): YamlProblem | null {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 91 || c === 123) depth++;
    else if ((c === 93 || c === 125) && depth > 0) depth--;
    if (depth > MAX_DEPTH) return nested(i, text.length);
  }
  for (const line of text.matchAll(/(?:^|[\n\r])(?:[ \t]*[-?:][ \t]+){100,}/g))
    return nested(line.index, text.length);
  return null;
}

function nested(at: number, length: number): YamlProblem {
  const span = { start: at, end: Math.min(at + 1, length) };
  return { kind: 'syntax', span, message: `This is nested more than ${MAX_DEPTH} levels deep` };
}
