/**
 * Owns which comments are about a resource: those within it, and the block of comment lines right above it.
 */
import { lineAt } from './lines.ts';
import type { Resource } from './resource.ts';
import { commentsIn } from './yaml/comments.ts';
import { endOfLine } from './yaml/edit.ts';

/** The comments about `resource`, without their `#`, in the order of the text. */
export function commentsAbout(resource: Resource): string[] {
  const { document, root } = resource;
  const { text, lineStarts } = document;
  let line = lineAt(lineStarts, root.span.start);
  while (line > 0 && /^[ \t]*#/.test(text.slice(lineStarts[line - 1], lineStarts[line]))) line--;
  const span = { start: lineStarts[line] ?? 0, end: endOfLine(text, root.span.end) };
  return commentsIn(document, span).map((c) => text.slice(c.start + 1, c.end).trim());
}
