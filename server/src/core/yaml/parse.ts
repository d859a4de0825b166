/**
 * Owns the parsing of one YAML document into the plain tree of nodes.ts, with the `yaml` package underneath.
 * Broken YAML is data: problems come back beside whatever tree there is, and nothing throws.
 */
import { Composer, type Node, Parser } from 'yaml';
import { buildTree } from './build.ts';
import type { YamlNode } from './nodes.ts';
import { fromParser, type YamlProblem } from './problem.ts';
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
  const read = compose(text);
  return (read.underIndented !== null && joined(text, read)) || read;
}

interface Composed extends ParsedYaml {
  /** Where the parser gave up on a `{ }` or `[ ]` whose next line is not indented enough. */
  readonly underIndented: number | null;
}

function compose(text: string): Composed {
  const problems: YamlProblem[] = [];
  let underIndented: number | null = null;
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
      for (const error of doc.errors) {
        if (error.code === 'BAD_INDENT' && /^Flow /.test(error.message)) underIndented ??= error.pos[0];
        problems.push(...fromParser(error.code, error.message, error.pos, text));
      }
      if (first && doc.contents) root = buildTree(doc.contents as Node, problems, isTemplate(text));
      first = false;
    }
    return { root, problems, underIndented };
  } catch (error) {
    // The parser is not supposed to throw; if it does, the document is unreadable rather than the whole run.
    const message = error instanceof Error ? error.message : String(error);
    const thrown: YamlProblem = {
      kind: 'syntax',
      span: { start: 0, end: Math.min(1, text.length) },
      message,
    };
    return { root: null, problems: [thrown, ...problems], underIndented: null };
  }
}

/** How many under-indented lines are forgiven, and how many characters may be parsed again for them. */
const MAX_JOINS = 8;
const REPARSE_BUDGET = 100_000;

/**
 * The API server's reader does not mind how lines inside `{ }` and `[ ]` are indented; the `yaml` package does. Such a line
 * break is only white space, so a text with blanks in its place, as long as before, reads the same. Null when that alone does
 * not make the text readable: then a bracket is really missing, and the first reading says best where.
 */
function joined(text: string, first: Composed): ParsedYaml | null {
  let current = text;
  let { underIndented } = first;
  for (let i = 0; i < MAX_JOINS && (i + 1) * text.length <= REPARSE_BUDGET; i++) {
    if (underIndented === null) return null;
    const lead = /(?:\r\n|\r|\n)[ \t]*$/.exec(current.slice(0, underIndented));
    if (!lead) return null;
    current = current.slice(0, lead.index) + ' '.repeat(lead[0].length) + current.slice(underIndented);
    const read = compose(current);
    if (!read.problems.some((problem) => problem.kind === 'syntax')) return read;
    underIndented = read.underIndented;
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
