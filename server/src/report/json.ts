/**
 * Owns `check --format json`, a contract: fields are added, never renamed or taken away.
 */
import type { Resource } from '../core/resource.ts';
import type { Changes } from './changes.ts';
import { type Report, type ReportedFinding, regionOf } from './report.ts';
import { unifiedDiff } from './unified-diff.ts';

export interface JsonOptions {
  /** The address of a rule's page; null when there is none. */
  readonly docsOf: (ruleId: string) => string | null;
  /** What was fixed, or would be; null where nobody asked. */
  readonly changes?: Changes | null;
  readonly withDiff?: boolean;
}

/** The report as one JSON object, with a line break at the end. */
export function formatJson(report: Report, options: JsonOptions): string {
  const findings = report.findings.map((found) => toJson(found, report, options));
  const { changes, withDiff = false } = options;
  const answer = {
    version: 1,
    findings,
    summary: report.summary,
    ...(changes && { changes: changesToJson(changes, withDiff) }),
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

function changesToJson({ written, files }: Changes, withDiff: boolean): object {
  return {
    written,
    files: files.map(({ file, before, after, fixed }) => ({
      file,
      fixed: fixed.map(({ ruleId, title, region }) => ({ rule: ruleId, range: region, title })),
      ...(withDiff && { diff: unifiedDiff(file, before, after) }),
    })),
  };
}

function toJson(
  { diagnosis, file, region }: ReportedFinding,
  report: Report,
  { docsOf }: JsonOptions,
): object {
  const { rule, severity, message, finding, resource, suppressed } = diagnosis;
  return {
    rule: rule.id,
    severity,
    message,
    file,
    range: region,
    resource: resource && identity(resource),
    related: (finding.related ?? []).map(({ at, message }) => ({
      file: report.fileOf(at.document.uri),
      range: regionOf(at),
      message,
    })),
    fixes: (finding.fixes ?? []).map(({ title, safe }) => ({ title, safe })),
    docs: docsOf(rule.id),
    ...(suppressed && { suppressed: { by: suppressed.by, reason: suppressed.reason } }),
  };
}

function identity({ apiVersion, kind, namespace, name }: Resource): object {
  return { apiVersion, kind, namespace, name };
}
