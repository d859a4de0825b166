/**
 * Owns the parsing of one YAML document into the plain tree of nodes.ts, with the `yaml` package underneath.
 * Broken YAML is data: problems come back beside whatever tree there is, and nothing throws.
 */
import {
  type Alias,
  Composer,
  isAlias,
  isMap,
  isSeq,
  type Node,
  type Pair,
  Parser,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Span } from '../span.ts';
import type { ScalarStyle, YamlAlias, YamlMap, YamlNode, YamlPair, YamlScalar, YamlSeq } from './nodes.ts';
import { keyName, resolvePlain, resolveTagged } from './scalar.ts';

/** Something the YAML parser or the API server's YAML reader would refuse. */
export interface YamlProblem {
  readonly kind: 'syntax' | 'duplicate-key';
  readonly span: Span;
  readonly message: string;
  /** For a duplicate key: the earlier pair it repeats. */
  readonly first?: YamlPair;
  readonly pair?: YamlPair;
}

export interface ParsedYaml {
  readonly root: YamlNode | null;
  readonly problems: readonly YamlProblem[];
}

/** Deeper nesting than any manifest has; beyond it the parser would exhaust the stack. */
const MAX_DEPTH = 200;

/** Parses `text`, one document (with its directives and markers, if any). Spans are offsets into `text`. */
export function parseYaml(text: string): ParsedYaml {
  const tooDeep = deepest(text);
  if (tooDeep !== null) return { root: null, problems: [tooDeep] };
  const problems: YamlProblem[] = [];
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
      for (const e of doc.errors) problems.push(syntax(e.pos[0], e.pos[1], e.message, text.length));
      if (first && doc.contents) root = new Builder(problems).node(doc.contents as Node);
      first = false;
    }
    return { root, problems };
  } catch (error) {
    // The parser is not supposed to throw; if it does, the document is unreadable rather than the whole run.
    const message = error instanceof Error ? error.message : String(error);
    return { root: null, problems: [syntax(0, Math.min(1, text.length), message, text.length), ...problems] };
  }
}

function syntax(start: number, end: number, message: string, length: number): YamlProblem {
  const from = Math.min(start, length);
  return { kind: 'syntax', span: { start: from, end: Math.min(Math.max(end, from), length) }, message };
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
  return syntax(at, at + 1, `nested more than ${MAX_DEPTH} levels deep`, length);
}

/** Copies the parser's tree into ours, resolving scalars, aliases and duplicate keys on the way. */
class Builder {
  private readonly anchors = new Map<string, YamlNode>();
  private readonly problems: YamlProblem[];

  constructor(problems: YamlProblem[]) {
    this.problems = problems;
  }

  node(source: Node): YamlNode {
    if (isAlias(source)) return this.alias(source);
    const node = isMap(source)
      ? this.map(source)
      : isSeq(source)
        ? this.seq(source)
        : this.scalar(source as Scalar);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    return node;
  }

  private alias(source: Alias): YamlAlias {
    const target = this.anchors.get(source.source) ?? null;
    const span = spanOf(source);
    if (target === null)
      this.problems.push({
        kind: 'syntax',
        span,
        message: `Unresolved alias: no anchor "${source.source}" in front of it`,
      });
    return { kind: 'alias', span, name: source.source, target };
  }

  private map(source: YAMLMap): YamlMap {
    const pairs: YamlPair[] = [];
    const seen = new Map<string, YamlPair>();
    for (const item of source.items as Pair<Node | null, Node | null>[]) {
      const pair = this.pair(item);
      const first = seen.get(pair.name);
      if (first && pair.name !== '<<')
        this.problems.push({
          kind: 'duplicate-key',
          span: pair.key.span,
          message: `duplicate key "${pair.name}"`,
          first,
          pair,
        });
      else seen.set(pair.name, pair);
      pairs.push(pair);
    }
    const style = source.flow ? 'flow' : 'block';
    const last = pairs.at(-1);
    const span = tightened(source, last && Math.max(last.key.span.end, last.value.span.end));
    return { kind: 'map', span, style, pairs, ...anchorOf(source) };
  }

  private pair(item: Pair<Node | null, Node | null>): YamlPair {
    const key = item.key ? this.node(item.key) : absentAt(item.value ? spanOf(item.value).start : 0);
    const value = item.value ? this.node(item.value) : absentAt(key.span.end);
    const scalar = key.kind === 'alias' ? key.target : key;
    const name = scalar?.kind === 'scalar' ? (keyName(scalar.value) ?? scalar.text) : '';
    return { key, name, value };
  }

  private seq(source: YAMLSeq): YamlSeq {
    const items = (source.items as (Node | null)[]).map((item) =>
      item ? this.node(item) : absentAt(spanOf(source).start),
    );
    const style = source.flow ? 'flow' : 'block';
    const span = tightened(source, items.at(-1)?.span.end);
    return { kind: 'seq', span, style, items, ...anchorOf(source) };
  }

  private scalar(source: Scalar): YamlScalar {
    const text = typeof source.value === 'string' ? source.value : String(source.source ?? '');
    const span = spanOf(source);
    const style = styleOf(source, span);
    const plain = style === 'plain' || style === 'absent';
    const tag = source.tag;
    let value = plain ? resolvePlain(text) : text;
    if (tag !== undefined) {
      const tagged = resolveTagged(text, tag);
      value = tagged === undefined ? text : tagged;
      if (tagged === undefined)
        this.problems.push({ kind: 'syntax', span, message: `"${text}" is not what its tag says` });
    }
    return {
      kind: 'scalar',
      span,
      text,
      value,
      style,
      ...anchorOf(source),
      ...(tag !== undefined && { tag }),
    };
  }
}

function styleOf(source: Scalar, span: Span): ScalarStyle {
  switch (source.type) {
    case 'QUOTE_SINGLE':
      return 'single';
    case 'QUOTE_DOUBLE':
      return 'double';
    case 'BLOCK_LITERAL':
      return 'literal';
    case 'BLOCK_FOLDED':
      return 'folded';
    default:
      return span.start === span.end ? 'absent' : 'plain';
  }
}

function absentAt(offset: number): YamlScalar {
  return { kind: 'scalar', span: { start: offset, end: offset }, text: '', value: null, style: 'absent' };
}

function anchorOf(source: { anchor?: string }): { anchor?: string } {
  return source.anchor === undefined ? {} : { anchor: source.anchor };
}

/** A block collection ends with its last entry, not with the white space and comments behind it. */
function tightened(source: YAMLMap | YAMLSeq, contentEnd: number | undefined): Span {
  const span = spanOf(source);
  return source.flow || contentEnd === undefined
    ? span
    : { start: span.start, end: Math.max(span.start, contentEnd) };
}

function spanOf(source: Node): Span {
  const range = source.range;
  return range ? { start: range[0], end: range[1] } : { start: 0, end: 0 };
}
