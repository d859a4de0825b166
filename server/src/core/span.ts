/**
 * Owns the half-open character span, the coordinate every layer above the text speaks in.
 * It must not know about lines, files or protocols.
 */

/** A half-open range of UTF-16 code units, relative to the start of the YAML document it belongs to. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Orders spans by their start, then by their end. */
export function compareSpans(a: Span, b: Span): number {
  return a.start - b.start || a.end - b.end;
}

/** Whether `inner` lies within `outer`, the borders included. */
export function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** Whether `offset` lies within `span`, both borders included (a cursor behind the last character counts). */
export function touches(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}
