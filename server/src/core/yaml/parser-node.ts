/** Owns reading spans, styles and anchors off the `yaml` package's nodes. What the nodes mean is not its business. */
import type { Node, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Span } from '../span.ts';
import type { ScalarStyle, YamlScalar } from './nodes.ts';

export function styleOf(source: Scalar, span: Span): ScalarStyle {
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

/** The value that is not there: null, with an empty span. */
export function absentAt(offset: number): YamlScalar {
  return { kind: 'scalar', span: { start: offset, end: offset }, text: '', value: null, style: 'absent' };
}

/** A block collection ends with its last entry, not with the white space and comments behind it. */
export function tightened(source: YAMLMap | YAMLSeq, contentEnd: number | undefined): Span {
  const span = spanOf(source);
  return source.flow || contentEnd === undefined
    ? span
    : { start: span.start, end: Math.max(span.start, contentEnd) };
}

export function spanOf(source: Node): Span {
  const range = source.range;
  return range ? { start: range[0], end: range[1] } : { start: 0, end: 0 };
}
