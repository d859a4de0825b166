/**
 * Owns the conversions from the core's findings to the protocol's objects, and what is remembered of them between edits.
 */
import type {
  CodeDescription,
  Diagnostic,
  DiagnosticSeverity,
  Position as LspPosition,
  Range as LspRange,
} from 'vscode-languageserver/node';
import type { Place, YamlDocument } from '../core/document.ts';
import type { Diagnosis } from '../core/rule.ts';
import type { Severity } from '../core/severity.ts';

export const SOURCE = 'netpol-guard';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = { error: 1, warning: 2, info: 3, hint: 4 };

/** What a client can take, and where it finds a rule's page. */
export interface DiagnosticStyle {
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly ruleUri: (ruleId: string) => string | null;
  /** The URI under which the client knows a file. */
  readonly clientUri: (uri: string) => string;
}

export function rangeOf({ document, span }: Place): LspRange {
  return document.rangeOf(span);
}

interface Remembered {
  readonly diagnoses: readonly Diagnosis[];
  readonly startLine: number;
  /** Where the documents that are pointed at began. */
  readonly others: ReadonlyMap<YamlDocument, number>;
  readonly items: readonly Diagnostic[];
}

const remembered = new WeakMap<YamlDocument, Remembered>();

/** The diagnostics of one document. The same array comes back while they say the same in the same place. */
export function toDiagnostics(
  document: YamlDocument,
  diagnoses: readonly Diagnosis[],
  style: DiagnosticStyle,
): readonly Diagnostic[] {
  const known = remembered.get(document);
  const isSame = known && known.diagnoses === diagnoses && known.startLine === document.startLine;
  // What a diagnostic points at may have moved without the verdict having changed.
  if (isSame && !hasMoved(known.others)) return known.items;
  const items = diagnoses.filter((d) => d.suppressed === null).map((d) => toDiagnostic(d, style));
  const others = style.relatedInformation ? pointedAt(diagnoses, document) : NO_OTHERS;
  remembered.set(document, { diagnoses, startLine: document.startLine, others, items });
  return items;
}

const NO_OTHERS: ReadonlyMap<YamlDocument, number> = new Map();

function hasMoved(others: ReadonlyMap<YamlDocument, number>): boolean {
  for (const [document, startLine] of others) if (document.startLine !== startLine) return true;
  return false;
}

function pointedAt(diagnoses: readonly Diagnosis[], own: YamlDocument): ReadonlyMap<YamlDocument, number> {
  const related = diagnoses.flatMap(({ finding }) => finding.related ?? []).map(({ at }) => at.document);
  const others = related.filter((document) => document !== own);
  return others.length === 0 ? NO_OTHERS : new Map(others.map((document) => [document, document.startLine]));
}

export function toDiagnostic(diagnosis: Diagnosis, style: DiagnosticStyle): Diagnostic {
  const { finding, rule } = diagnosis;
  const description = describe(rule.id, style);
  const related = style.relatedInformation ? finding.related : undefined;
  return {
    range: firstLineOf(finding.at),
    severity: SEVERITY[diagnosis.severity],
    code: rule.id,
    ...(description && { codeDescription: description }),
    source: SOURCE,
    message: diagnosis.message,
    ...(related?.length && {
      relatedInformation: related.map(({ at, message }) => ({
        location: { uri: style.clientUri(at.document.uri), range: rangeOf(at) },
        message,
      })),
    }),
  };
}

/** The part of a place on its first line: editors underline what stands in front of the other lines, too. */
function firstLineOf({ document, span }: Place): LspRange {
  const text = document.text.slice(span.start, span.end);
  const end = span.start + (text.split(/\r\n|\n|\r/, 1)[0] as string).trimEnd().length;
  return document.rangeOf({ start: span.start, end });
}

function describe(ruleId: string, style: DiagnosticStyle): CodeDescription | null {
  const href = style.codeDescription ? style.ruleUri(ruleId) : null;
  return href === null ? null : { href };
}

export function overlaps(a: LspRange, b: LspRange): boolean {
  return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

function compare(a: LspPosition, b: LspPosition): number {
  return a.line - b.line || a.character - b.character;
}
