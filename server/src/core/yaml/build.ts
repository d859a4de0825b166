/**
 * Owns the step from the `yaml` package's nodes to the plain tree of nodes.ts: scalars as the API server reads them, aliases
 * resolved, keys named. What it finds wrong on the way it adds to the problems.
 */
import {
  type Alias,
  isAlias,
  isMap,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Span } from '../span.ts';
import {
  deref,
  isMergeKey,
  mergedPairs,
  mergeSources,
  type ScalarStyle,
  type YamlAlias,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlScalar,
  type YamlSeq,
} from './nodes.ts';
import type { YamlProblem } from './problem.ts';
import { keyName, resolvePlain, resolveTagged } from './scalar.ts';

/** Converts the root of one document. `template` says whether its text is template text, whose odd keys say nothing. */
export function buildTree(root: Node, problems: YamlProblem[], template: boolean): YamlNode {
  return new Builder(problems, template).node(root);
}

/** Copies the parser's tree into ours, resolving scalars, aliases and duplicate keys on the way. */
class Builder {
  private readonly anchors = new Map<string, YamlNode>();
  private readonly problems: YamlProblem[];
  /** Template text reads as odd mappings ({{ x }}) whose oddness says nothing. */
  private readonly template: boolean;
  private flowDepth = 0;

  constructor(problems: YamlProblem[], template: boolean) {
    this.problems = problems;
    this.template = template;
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
      this.syntax(
        span,
        `*${source.source} refers to an anchor &${source.source}, and there is none above it`,
      );
    return { kind: 'alias', span, name: source.source, target };
  }

  private map(source: YAMLMap): YamlMap {
    const pairs: YamlPair[] = [];
    const seen = new Map<string, YamlPair>();
    const style = source.flow ? 'flow' : 'block';
    if (source.flow) this.flowDepth++;
    for (const item of source.items as Pair<Node | null, Node | null>[]) {
      const pair = this.pair(item);
      pairs.push(pair);
      if (isMergeKey(pair)) this.merge(pair, seen);
      else this.name(pair, seen);
    }
    if (source.flow) this.flowDepth--;
    const last = pairs.at(-1);
    const span = tightened(source, last && Math.max(last.key.span.end, last.value.span.end));
    return { kind: 'map', span, style, pairs, ...anchorOf(source) };
  }

  private name(pair: YamlPair, seen: Map<string, YamlPair>): void {
    const first = seen.get(pair.name);
    if (first) this.duplicate(first, pair, `"${pair.name}" is given twice in the same mapping`);
    else this.checkKey(pair.key);
    seen.set(pair.name, pair);
  }

  /** A merge fills in what the keys behind it do not set; a key in front of it that it sets too is overwritten. */
  private merge(pair: YamlPair, seen: ReadonlyMap<string, YamlPair>): void {
    if (mergeSources(pair) === null && !this.template)
      this.syntax(pair.value.span, 'A merge key (<<) takes a mapping or a list of mappings');
    for (const name of mergedPairs(pair).keys()) {
      const first = seen.get(name);
      if (first) this.duplicate(first, pair, `This merge overwrites "${name}", which stands in front of it`);
    }
  }

  private duplicate(first: YamlPair, pair: YamlPair, message: string): void {
    this.problems.push({ kind: 'duplicate-key', span: pair.key.span, message, first, pair });
  }

  /** The API server has no name for a null key nor for one that is a list or a mapping. */
  private checkKey(key: YamlNode): void {
    if (this.template) return;
    const target = deref(key);
    if (target?.kind === 'map' || target?.kind === 'seq')
      this.syntax(key.span, 'A key must be a plain word, not a list or a mapping');
    else if (target?.kind === 'scalar' && target.value === null)
      this.syntax(key.span, 'A key is missing in front of the colon, or it is null');
  }

  private syntax(span: Span, message: string): void {
    this.problems.push({ kind: 'syntax', span, message });
  }

  private pair(item: Pair<Node | null, Node | null>): YamlPair {
    const key = item.key ? this.node(item.key) : absentAt(item.value ? spanOf(item.value).start : 0);
    const value = item.value ? this.node(item.value) : absentAt(key.span.end);
    const scalar = key.kind === 'alias' ? key.target : key;
    const name =
      scalar?.kind === 'scalar' ? (keyName(scalar.text, scalar.value, scalar.tag) ?? scalar.text) : '';
    return { key, name, value };
  }

  private seq(source: YAMLSeq): YamlSeq {
    if (source.flow) this.flowDepth++;
    const items = (source.items as (Node | null)[]).map((item) =>
      item ? this.node(item) : absentAt(spanOf(source).start),
    );
    if (source.flow) this.flowDepth--;
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
    if (style === 'plain' && this.flowDepth > 0 && text.startsWith(':') && !this.template)
      this.syntax(span, `Inside { } and [ ] a value that starts with a colon must be in quotes: "${text}"`);
    if (tag !== undefined) {
      const tagged = resolveTagged(text, tag);
      value = tagged === undefined ? text : tagged;
      if (tagged === undefined) this.syntax(span, `"${text}" is not what its tag says it is`);
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
