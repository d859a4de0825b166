/**
 * Owns the step from the `yaml` package's nodes to the plain tree of nodes.ts: scalars as the API server reads them, aliases
 * resolved, keys named. What it finds wrong on the way it adds to the problems.
 */
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Span } from '../span.ts';
import { Anchors } from './aliases.ts';
import { foldedText } from './join.ts';
import {
  deref,
  isMergeKey,
  type JsonScalar,
  mergeSources,
  type ScalarStyle,
  type YamlAlias,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlScalar,
  type YamlSeq,
} from './nodes.ts';
import { absentAt, spanOf, styleOf, tightened } from './parser-node.ts';
import type { YamlProblem } from './problem.ts';
import { keyName, resolvePlain, resolveTagged } from './scalar.ts';
import { isBrokenKey, objectionInFlow, objectionToEscape } from './scalar-text.ts';

/** What is known of the text a tree is built from. */
export interface Source {
  /** As the author wrote it, but for exotic line breaks. */
  readonly text: string;
  /** Whether the parser saw blanks where `text` has line breaks inside brackets and quotes. */
  readonly joined: boolean;
  /** Whether it is template text, which reads as odd mappings ({{ x }}) whose oddness says nothing. */
  readonly template: boolean;
}

/** Converts the root of one document. Null when its aliases expand to more than the API server reads. */
export function buildTree(root: Node, source: Source, problems: YamlProblem[]): YamlNode | null {
  const builder = new Builder(source, problems);
  const tree = builder.node(root);
  if (!builder.anchors.excessive) return tree;
  const { start } = tree.span;
  const span = { start, end: Math.min(start + 1, source.text.length) };
  problems.push({
    kind: 'syntax',
    span,
    message: 'The aliases in here expand to more than the API server reads',
  });
  return null;
}

/** The pair a name stands for so far, and whether a merge brought it. */
interface Seen {
  readonly pair: YamlPair;
  readonly merged: boolean;
}

/** Copies the parser's tree into ours, resolving scalars, aliases and duplicate keys on the way. */
class Builder {
  readonly anchors = new Anchors();
  private readonly text: string;
  private readonly source: Source;
  private readonly problems: YamlProblem[];
  /** Whether the parser had nothing to say: what it objected to need not be said twice. */
  private readonly isClean: boolean;
  private flowDepth = 0;

  constructor(source: Source, problems: YamlProblem[]) {
    this.text = source.text;
    this.source = source;
    this.problems = problems;
    this.isClean = problems.length === 0 && !source.template;
  }

  node(source: Node, isKey = false): YamlNode {
    this.anchors.count();
    if (isAlias(source)) return this.alias(source);
    const close = source.anchor === undefined ? null : this.anchors.open(source.anchor);
    const node = isMap(source)
      ? this.map(source)
      : isSeq(source)
        ? this.seq(source)
        : this.scalar(source as Scalar, isKey);
    close?.(node);
    if (source.anchor !== undefined && !/^[\w-]+$/.test(source.anchor) && !this.source.template)
      this.syntax(node.span, `The anchor &${source.anchor} may only consist of letters, digits, _ and -`);
    return node;
  }

  private alias(source: Alias): YamlAlias {
    const span = spanOf(source);
    const name = source.source;
    const target = this.anchors.resolve(name);
    if (target === 'unknown')
      this.syntax(span, `*${name} refers to an anchor &${name}, and there is none above it`);
    else if (target === 'cyclic') this.syntax(span, `*${name} stands inside the very value it refers to`);
    return { kind: 'alias', span, name, target: typeof target === 'string' ? null : target };
  }

  private map(source: YAMLMap): YamlMap {
    const seen = new Map<string, Seen>();
    const style = source.flow ? 'flow' : 'block';
    let merges = false;
    if (source.flow) this.flowDepth++;
    // Trees are kept for as long as a file is known, so their arrays are made in their final size.
    const pairs = (source.items as Pair<Node | null, Node | null>[]).map((item) => {
      const pair = this.pair(item);
      if (isMergeKey(pair)) {
        merges = true;
        this.merge(pair, seen);
      } else this.name(pair, seen);
      return pair;
    });
    if (source.flow) this.flowDepth--;
    const last = pairs.at(-1);
    const span = tightened(source, last && Math.max(last.key.span.end, last.value.span.end));
    const isPlain = !merges && seen.size === pairs.length;
    const effective = isPlain ? pairs : Array.from(seen.values(), (s) => s.pair);
    const map: YamlMap = { kind: 'map', span, style, pairs, effective };
    return source.anchor === undefined ? map : { ...map, anchor: source.anchor };
  }

  private name(pair: YamlPair, seen: Map<string, Seen>): void {
    this.checkKey(pair.key);
    const first = seen.get(pair.name);
    if (first?.merged) this.override(pair, pair.name);
    else if (first) this.duplicate(first.pair, pair, `"${pair.name}" is given twice in the same mapping`);
    seen.set(pair.name, { pair, merged: false });
  }

  /** A merge fills in what the keys behind it do not set; a key in front of it that it sets too is overwritten. */
  private merge(pair: YamlPair, seen: Map<string, Seen>): void {
    const sources = mergeSources(pair);
    if (sources === null && !this.source.template)
      this.syntax(visible(pair), 'A merge key (<<) takes a mapping or a list of mappings');
    if (this.anchors.excessive) return;
    // The first of a list counts most, so it is written last.
    for (const source of [...(sources ?? [])].reverse())
      for (const merged of source.effective) {
        const { name } = merged;
        const first = seen.get(name);
        if (first?.merged) this.override(pair, name);
        else if (first)
          this.duplicate(first.pair, pair, `This merge overwrites "${name}", which stands in front of it`);
        seen.set(name, { pair: merged, merged: true });
      }
  }

  private override(pair: YamlPair, name: string): void {
    const message = `"${name}" takes the place of what a merge (<<) brings`;
    this.problems.push({ kind: 'merge-override', span: pair.key.span, message, pair });
  }

  private duplicate(first: YamlPair, pair: YamlPair, message: string): void {
    this.problems.push({ kind: 'duplicate-key', span: pair.key.span, message, first, pair });
  }

  /** The API server has no name for a null key nor for one that is a list or a mapping. */
  private checkKey(key: YamlNode): void {
    if (this.source.template) return;
    const target = deref(key);
    if (target?.kind === 'map' || target?.kind === 'seq')
      this.syntax(key.span, 'A key must be a plain word, not a list or a mapping');
    else if (target?.kind === 'scalar' && typeof target.value !== 'string' && keyNameOf(target) === null)
      this.syntax(
        key.span,
        target.value === null
          ? 'A key is missing in front of the colon, or it is null'
          : `${target.text} is too large a number for a key; put it in quotes`,
      );
  }

  private syntax(span: Span, message: string): void {
    this.problems.push({ kind: 'syntax', span, message });
  }

  private pair(item: Pair<Node | null, Node | null>): YamlPair {
    const key = item.key ? this.node(item.key, true) : absentAt(item.value ? spanOf(item.value).start : 0);
    const value = item.value ? this.node(item.value) : absentAt(key.span.end);
    if (this.isClean && isBrokenKey(this.text, key.span))
      this.syntax(key.span, 'A key and its colon must stand on one line');
    const scalar = key.kind === 'alias' ? key.target : key;
    const name =
      scalar?.kind === 'scalar'
        ? (keyNameOf(scalar) ?? scalar.text)
        : this.text.slice(key.span.start, key.span.end);
    return { key, name, value };
  }

  private seq(source: YAMLSeq): YamlSeq {
    if (source.flow) this.flowDepth++;
    const items = (source.items as (Node | null)[]).map((item) =>
      item ? this.node(this.bare(item)) : absentAt(spanOf(source).start),
    );
    if (source.flow) this.flowDepth--;
    const style = source.flow ? 'flow' : 'block';
    const span = tightened(source, items.at(-1)?.span.end);
    const seq: YamlSeq = { kind: 'seq', span, style, items };
    return source.anchor === undefined ? seq : { ...seq, anchor: source.anchor };
  }

  private scalar(source: Scalar, isKey: boolean): YamlScalar {
    const glued = this.hasGluedColon(source);
    const { start, end } = spanOf(source);
    const span = { start, end: glued ? end + 1 : end };
    const style = styleOf(source, span);
    const text = this.content(source, span, style) + (glued ? ':' : '');
    const tag = source.tag;
    const value = this.value(text, style, tag, span);
    if (!this.source.template) {
      const objection =
        (style === 'double' && objectionToEscape(this.text, span)) ||
        (this.flowDepth > 0 && objectionInFlow(this.text, span, style, tag !== undefined)) ||
        (!isKey && typeof value === 'number' && !Number.isFinite(value) && `JSON has no number ${text}`);
      if (objection) this.syntax(span, objection);
    }
    const scalar: YamlScalar = { kind: 'scalar', span, text, value, style };
    if (source.anchor === undefined && tag === undefined) return scalar;
    return {
      ...scalar,
      ...(source.anchor !== undefined && { anchor: source.anchor }),
      ...(tag !== undefined && { tag }),
    };
  }

  private value(text: string, style: ScalarStyle, tag: string | undefined, span: Span): JsonScalar {
    if (tag === undefined) return style === 'plain' || style === 'absent' ? resolvePlain(text) : text;
    const value = resolveTagged(text, tag);
    if (value !== undefined) return value;
    this.syntax(span, `"${text}" is not what its tag says it is`);
    return text;
  }

  /** The text content: the parser's, but for two things that it cannot know. */
  private content(source: Scalar, span: Span, style: ScalarStyle): string {
    const text = typeof source.value === 'string' ? source.value : String(source.source ?? '');
    const folded = this.source.joined ? foldedText(this.text.slice(span.start, span.end), style) : null;
    if (folded !== null) return folded;
    const isBlock = style === 'literal' || style === 'folded';
    if (!isBlock || span.end < this.text.length || /[\r\n]$/.test(this.text)) return text;
    // At the end of a text without a final line break the server gives a block scalar none either.
    return text.replace(/\n$/, '');
  }

  /** In `[a:, b]` the server reads the text `a:` where the parser sees a mapping. */
  private bare(item: Node): Node {
    if (this.flowDepth === 0 || !isMap(item) || item.items.length !== 1) return item;
    const key = item.items[0]?.key as Node | null | undefined;
    const isBare = key && this.hasGluedColon(key) && spanOf(item).start === spanOf(key).start;
    return isBare ? key : item;
  }

  /** Whether a plain scalar in flow style is followed by a colon that has no blank behind it and so belongs to it. */
  private hasGluedColon(source: Node): boolean {
    if (this.flowDepth === 0 || !isScalar(source) || source.type !== 'PLAIN') return false;
    const { start, end } = spanOf(source);
    return end > start && this.text[end] === ':' && /^[,\]}]/.test(this.text.slice(end + 1, end + 2));
  }
}

/** Where to point for the value of a pair: at it, or at the key when nothing stands there. */
function visible({ key, value }: YamlPair): Span {
  return value.span.end > value.span.start ? value.span : key.span;
}

function keyNameOf({ text, value, tag }: YamlScalar): string | null {
  return typeof value === 'string' ? value : keyName(text, value, tag);
}
