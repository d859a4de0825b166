/**
 * Owns `check --format json`, a contract: fields are added, never renamed or taken away.
 */
import type { Resource } from '../core/resource.ts';
import { type Report, type ReportedFinding, regionOf } from './report.ts';

export interface JsonOptions {
  /** The address of a rule's page; null when there is none. */
  readonly docsOf: (ruleId: string) => string | null;
}

/** The report as one JSON object, with a line break at the end. */
export function formatJson(report: Report, options: JsonOptions): string {
  const findings = report.findings.map((found) => toJson(found, report, options));
  return `${JSON.stringify({ version: 1, findings, summary: report.summary }, null, 2)}\n`;
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
