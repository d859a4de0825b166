/**
 * Owns `check --format sarif`: SARIF 2.1.0, as code scanning takes it.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
import { createHash } from 'node:crypto';
import type { Diagnosis, Fix, Related, RuleMeta } from '../core/rule.ts';
import type { Severity } from '../core/severity.ts';
import { type Region, type Report, type ReportedFinding, regionOf } from './report.ts';

export interface SarifOptions {
  readonly version: string;
  /** Every rule that ran, sorted by id. */
  readonly rules: readonly RuleMeta[];
  /** The web address of a rule's page; null when it has none. */
  readonly helpUriOf: (ruleId: string) => string | null;
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

/** The report as one SARIF log, with a line break at the end. */
export function formatSarif(report: Report, options: SarifOptions): string {
  const run = {
    tool: {
      driver: {
        name: 'netpol-guard',
        fullName: 'NetworkPolicy Guard',
        semanticVersion: options.version,
        rules: options.rules.map((rule) => descriptor(rule, options)),
      },
    },
    columnKind: 'utf16CodeUnits',
    invocations: [invocation(report)],
    results: results(report, options.rules),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function descriptor(rule: RuleMeta, { helpUriOf }: SarifOptions): object {
  const helpUri = helpUriOf(rule.id);
  const references = rule.refs
    .map(({ title, url }) => (url === undefined ? `* ${title}` : `* [${title}](${url})`))
    .join('\n');
  return {
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.title },
    help: { text: rule.why, markdown: [rule.why, ...(references === '' ? [] : [references])].join('\n\n') },
    ...(helpUri !== null && { helpUri }),
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: { tags: ['security', 'kubernetes', rule.family] },
  };
}

function invocation({ skipped, failures }: Report): object {
  const notices = skipped.map(({ file, reason, remedy }) => ({
    level: 'warning',
    message: { text: `This file ${reason}. ${remedy}` },
    locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
  }));
  const errors = failures.map(({ ruleId, file, detail }) => ({
    level: 'error',
    message: { text: `Rule ${ruleId} failed, so its findings are missing. ${detail}` },
    associatedRule: { id: ruleId },
    locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
  }));
  return { executionSuccessful: failures.length === 0, toolExecutionNotifications: [...errors, ...notices] };
}

function results(report: Report, rules: readonly RuleMeta[]): object[] {
  const indexOf = new Map(rules.map((rule, i) => [rule.id, i]));
  const seen = new Map<string, number>();
  return report.findings.map((found) => {
    const { rule, severity, message, finding, suppressed } = found.diagnosis;
    const fixes = (finding.fixes ?? []).filter((fix) => !fix.creates);
    // SARIF's own word for a verdict that lacks evidence is `open`, and only a failure may have a level.
    const verdict =
      finding.unknown === undefined ? { level: LEVELS[severity] } : { kind: 'open', level: 'none' };
    return {
      ruleId: rule.id,
      ruleIndex: indexOf.get(rule.id) ?? -1,
      ...verdict,
      message: { text: message },
      locations: [location(found.file, found.region)],
      ...(finding.related?.length && {
        relatedLocations: finding.related.map((r, i) => related(r, i, report)),
      }),
      partialFingerprints: { 'netpolGuard/v1': fingerprint(found, seen) },
      ...(fixes.length > 0 && { fixes: fixes.map((fix) => toFix(fix, report)) }),
      suppressions: suppressed ? [{ kind: 'inSource', justification: suppressed.reason }] : [],
    };
  });
}

function location(file: string, region: Region): object {
  return { physicalLocation: { artifactLocation: artifact(file), region: toRegion(region) } };
}

function related({ at, message }: Related, id: number, report: Report): object {
  return { id, message: { text: message }, ...location(report.fileOf(at.document.uri), regionOf(at)) };
}

function toRegion({ start, end }: Region): object {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

/** A relative reference; a file on another Windows drive has a URI of its own. */
function artifact(file: string): object {
  const escaped = file.split('/').map(encodeURIComponent).join('/');
  return { uri: /^[A-Za-z]:\//.test(file) ? `file:///${file.slice(0, 2)}${escaped.slice(4)}` : escaped };
}

/** The same for the same mistake in the same object, wherever in the file it moves to. */
function fingerprint({ diagnosis, file }: ReportedFinding, seen: Map<string, number>): string {
  const key = [diagnosis.rule.id, file, ...identity(diagnosis), markedText(diagnosis)].join('\0');
  const nth = seen.get(key) ?? 0;
  seen.set(key, nth + 1);
  return createHash('sha256').update(`${key}\0${nth}`).digest('hex').slice(0, 32);
}

function identity({ resource }: Diagnosis): string[] {
  return resource ? [resource.kind, resource.namespace ?? '', resource.name ?? ''] : [];
}

function markedText({ finding: { at } }: Diagnosis): string {
  return at.document.text.slice(at.span.start, at.span.end).replace(/\s+/g, ' ');
}

function toFix(fix: Fix, report: Report): object {
  const byFile = new Map<string, object[]>();
  for (const { at, text } of fix.edits) {
    const file = report.fileOf(at.document.uri);
    const replacements = byFile.get(file) ?? [];
    replacements.push({ deletedRegion: toRegion(regionOf(at)), insertedContent: { text } });
    byFile.set(file, replacements);
  }
  return {
    description: { text: fix.title },
    artifactChanges: Array.from(byFile, ([file, replacements]) => ({
      artifactLocation: artifact(file),
      replacements,
    })),
    properties: { safe: fix.safe },
  };
}
