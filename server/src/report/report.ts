/**
 * Owns what every format is made from: the findings with their place in files a person knows by name, and the counts. It knows
 * no format and reads no file.
 */
import type { Place, YamlDocument } from '../core/document.ts';
import { looksLikeObject, resourcesOf } from '../core/resource.ts';
import type { Diagnosis } from '../core/rule.ts';
import type { Severity } from '../core/severity.ts';

/** Lines and columns start at 1; columns count UTF-16 units; the end is exclusive. */
export interface Region {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

export interface ReportedFinding {
  readonly diagnosis: Diagnosis;
  /** The file's name as a person would type it, with `/`. */
  readonly file: string;
  readonly region: Region;
}

/** What `files`, `documents` and `policies` count are those with a Kubernetes object in them. */
export type Summary = Readonly<Record<'files' | 'documents' | 'policies' | Severity | 'suppressed', number>>;

/** A file that was passed over: `file` `reason`. `remedy`. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
  readonly remedy: string;
}

/** A rule that threw, and the first file it did so on. Its findings are missing. */
export interface RuleFailure {
  readonly ruleId: string;
  readonly file: string;
  /** The error's own words, with the place in the program. */
  readonly detail: string;
}

export interface Report {
  /** By file, then in the order of the text; suppressed findings included. */
  readonly findings: readonly ReportedFinding[];
  readonly summary: Summary;
  readonly skipped: readonly SkippedFile[];
  readonly failures: readonly RuleFailure[];
  /** The name of the file with this URI. */
  readonly fileOf: (uri: string) => string;
}

/** The documents of one file with what was found in each. */
export interface JudgedFile {
  readonly uri: string;
  readonly documents: readonly {
    readonly document: YamlDocument;
    readonly diagnoses: readonly Diagnosis[];
  }[];
}

/** Puts judged files into a report. */
export function reportOn(
  judged: readonly JudgedFile[],
  fileOf: (uri: string) => string,
  { skipped = [], failures = [] }: Partial<Pick<Report, 'skipped' | 'failures'>> = {},
): Report {
  const named = judged.map(({ uri, documents }) => ({ file: fileOf(uri), documents })).sort(byFile);
  const findings = named.flatMap(({ file, documents }) =>
    documents.flatMap(({ diagnoses }) =>
      diagnoses.map((diagnosis) => ({ diagnosis, file, region: regionOf(diagnosis.finding.at) })),
    ),
  );
  return { findings, summary: summarize(judged, findings), skipped, failures, fileOf };
}

export function regionOf({ document, span }: Place): Region {
  const { start, end } = document.rangeOf(span);
  return {
    start: { line: start.line + 1, column: start.character + 1 },
    end: { line: end.line + 1, column: end.character + 1 },
  };
}

function summarize(judged: readonly JudgedFile[], findings: readonly ReportedFinding[]): Summary {
  const summary = {
    files: 0,
    documents: 0,
    policies: 0,
    error: 0,
    warning: 0,
    info: 0,
    hint: 0,
    suppressed: 0,
  };
  for (const { documents } of judged) {
    // Something found in a document says that it is one, even where it does not look like an object.
    const objects = documents.filter(
      ({ document, diagnoses }) => diagnoses.length > 0 || looksLikeObject(document.text),
    );
    summary.files += objects.length > 0 ? 1 : 0;
    summary.documents += objects.length;
    for (const { document } of objects)
      summary.policies += resourcesOf(document).filter(({ role }) => role === 'policy').length;
  }
  for (const { diagnosis } of findings) summary[diagnosis.suppressed ? 'suppressed' : diagnosis.severity]++;
  return summary;
}

function byFile(a: { file: string }, b: { file: string }): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : 0;
}

/** `1 error`, `2 errors`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
