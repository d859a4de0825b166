/**
 * Owns one YAML document of a file: its text, its place in the file, and its lazily parsed tree.
 * The text never changes; an edit makes a new document. Only the place moves when text in front of it is edited.
 */
import { type LineStarts, lineStarts, type Position, positionAt } from './lines.ts';
import type { Span } from './span.ts';
import { type ParsedYaml, parseYaml } from './yaml/parse.ts';
import { isTemplate } from './yaml/template.ts';

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export class YamlDocument {
  readonly uri: string;
  readonly text: string;
  /** Offset of the document in its file, in UTF-16 units. Set by the file that owns the document. */
  start = 0;
  /** Zero-based line of the file at which the document starts. Set by the file that owns the document. */
  startLine = 0;
  private parsedYaml: ParsedYaml | undefined;
  private lines: LineStarts | undefined;
  private template: boolean | undefined;
  private sound: number | undefined;

  constructor(uri: string, text: string) {
    this.uri = uri;
    this.text = text;
  }

  /** Where the lines of this document start, relative to the document. */
  get lineStarts(): LineStarts {
    this.lines ??= lineStarts(this.text);
    return this.lines;
  }

  /** The tree and the problems found while parsing; parsed on first use. */
  get yaml(): ParsedYaml {
    this.parsedYaml ??= parseYaml(this.text);
    return this.parsedYaml;
  }

  /** Whether the text holds template actions or placeholders. */
  get isTemplate(): boolean {
    this.template ??= isTemplate(this.text);
    return this.template;
  }

  /**
   * What ends at this offset or in front of it is surely what the author wrote: it does not touch the first syntax problem.
   * Zero where template text is not YAML, infinite where there is no problem.
   */
  get soundUntil(): number {
    this.sound ??= soundUntil(this.yaml, this.isTemplate);
    return this.sound;
  }

  /** The range of `span` in the file, with zero-based lines and UTF-16 columns. */
  rangeOf(span: Span): Range {
    const start = positionAt(this.lineStarts, span.start);
    const end = positionAt(this.lineStarts, span.end);
    return {
      start: { line: start.line + this.startLine, character: start.character },
      end: { line: end.line + this.startLine, character: end.character },
    };
  }
}

function soundUntil({ problems }: ParsedYaml, template: boolean): number {
  const starts = problems.filter((p) => p.kind === 'syntax').map((p) => p.span.start);
  if (starts.length === 0) return Number.POSITIVE_INFINITY;
  return template ? 0 : Math.min(...starts) - 1;
}

/** A span of a document: where in the workspace something is. Its lines are computed only when they are shown. */
export interface Place {
  readonly document: YamlDocument;
  readonly span: Span;
}
