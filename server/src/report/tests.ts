/**
 * Owns `test --format text|junit|json`: which policy tests pass, and for those that do not the assertion, its place and the rules
 * or policies responsible. JSON is a contract: fields are added, never renamed or taken away.
 */
import type { YamlDocument } from '../core/document.ts';
import type { Span } from '../core/span.ts';
import type { TestResult, TestStatus } from '../engine/questions/test-run.ts';
import { placedText, placeJson } from './answers.ts';
import { count, regionOf } from './report.ts';
import { harmless, type Paint, type Style } from './terminal.ts';
import type { Failure } from './test-failure.ts';
import { named } from './text.ts';

export interface ReportedTest {
  readonly result: TestResult;
  /** What is wrong with each of its assertions, in their order. */
  readonly failures: readonly (readonly Failure[])[];
}

export interface ReportedTestFile {
  readonly file: string;
  readonly document: YamlDocument;
  readonly tests: readonly ReportedTest[];
}

export interface TestReport {
  /** In the order of their names. */
  readonly files: readonly ReportedTestFile[];
  /** The name of the file with this URI. */
  readonly fileOf: (uri: string) => string;
  /** What could not be taken into account, in whole sentences. */
  readonly notes: readonly string[];
}

export type TestSummary = Readonly<Record<'files' | 'tests' | TestStatus, number>>;

export function summarizeTests({ files }: TestReport): TestSummary {
  const summary = { files: files.length, tests: 0, passed: 0, failed: 0, unknown: 0, error: 0 };
  for (const { tests } of files)
    for (const { result } of tests) {
      summary.tests++;
      summary[result.status]++;
    }
  return summary;
}

const MARKS: Readonly<Record<TestStatus, { readonly mark: string; readonly style: Style }>> = {
  passed: { mark: '✓', style: 'green' },
  failed: { mark: '✗', style: ['bold', 'red'] },
  unknown: { mark: '?', style: ['bold', 'yellow'] },
  error: { mark: '!', style: ['bold', 'red'] },
};

export function testsText(report: TestReport, paint: Paint): string {
  const lines: string[] = [];
  for (const { file, document, tests } of report.files) {
    lines.push(paint('bold', named(file)));
    for (const { result, failures } of tests) {
      const { mark, style } = MARKS[result.status];
      lines.push(`  ${paint(style, mark)} ${harmless(result.test.name)}`);
      for (const failure of failures.flat())
        lines.push(...failureLines(failure, placeIn(file, document, failure.span), report, paint));
    }
    lines.push('');
  }
  for (const note of report.notes) lines.push(harmless(note));
  lines.push(paint('bold', summaryLine(summarizeTests(report))));
  return `${lines.join('\n')}\n`;
}

function placeIn(file: string, document: YamlDocument, span: Span): string {
  const { line, column } = regionOf({ document, span }).start;
  return `${named(file)}:${line}:${column}`;
}

function failureLines(failure: Failure, place: string, { fileOf }: TestReport, paint: Paint): string[] {
  const { message, responsible, notes } = failure;
  return [
    `      ${paint('bold', place)}: ${harmless(message)}`,
    ...responsible.map((line) => `        ${placedText(line, fileOf)}`),
    ...notes.map((note) => `        ${harmless(note)}`),
  ];
}

/** `3 tests: 2 passed, 1 failed.` */
function summaryLine({ tests, passed, failed, unknown, error }: TestSummary): string {
  const parts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...(error > 0 ? [`${count(error, 'error')}`] : []),
  ];
  return `${count(tests, 'test')}: ${parts.join(', ')}.`;
}

export function testsJson(report: TestReport): string {
  const tests = report.files.flatMap(({ file, document, tests }) =>
    tests.map(({ result, failures }) => ({
      file,
      name: result.test.name,
      range: regionOf({ document, span: result.test.span }),
      status: result.status,
      assertions: result.assertions.map(({ assertion }, i) => ({
        range: regionOf({ document, span: assertion.span }),
        expect: assertion.expect,
        failures: (failures[i] ?? []).map((failure) => ({
          kind: failure.kind,
          message: failure.message,
          range: regionOf({ document, span: failure.span }),
          responsible: failure.responsible.map(({ text, at }) => ({ text, ...placeJson(at, report.fileOf) })),
          notes: failure.notes,
        })),
      })),
    })),
  );
  const answer = { version: 1, tests, summary: summarizeTests(report), notes: report.notes };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

/** The format that CI systems read; an unknown verdict is a failure of the type `unknown`. */
export function testsJunit(report: TestReport): string {
  const all = summarizeTests(report);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="netpol-guard" tests="${all.tests}" failures="${all.failed + all.unknown}" errors="${all.error}">`,
  ];
  for (const suite of report.files) {
    const { tests, failed, unknown, error } = summarizeTests({ ...report, files: [suite] });
    lines.push(
      `  <testsuite name="${xml(suite.file)}" tests="${tests}" failures="${failed + unknown}" errors="${error}">`,
    );
    for (const test of suite.tests) lines.push(...testCase(test, suite, report));
    lines.push('  </testsuite>');
  }
  return `${[...lines, '</testsuites>'].join('\n')}\n`;
}

function testCase(
  { result, failures }: ReportedTest,
  { file, document }: ReportedTestFile,
  report: TestReport,
): string[] {
  const { test, status } = result;
  const { line } = regionOf({ document, span: test.span }).start;
  const open = `    <testcase name="${xml(test.name)}" classname="${xml(file)}" file="${xml(file)}" line="${line}"`;
  const all = failures.flat();
  const [first] = all;
  if (!first) return [`${open}/>`];
  const plain: Paint = (_, text) => text;
  const details = all.flatMap((failure) =>
    failureLines(failure, placeIn(file, document, failure.span), report, plain).map((text) => text.slice(6)),
  );
  const element = status === 'error' ? 'error' : 'failure';
  return [
    `${open}>`,
    `      <${element} type="${status}" message="${xml(first.message)}">${xml(details.join('\n'))}</${element}>`,
    '    </testcase>',
  ];
}

/** Characters that XML 1.0 has no way to write, whatever is done. https://www.w3.org/TR/xml/#charsets */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

function xml(text: string): string {
  return text
    .replace(NOT_XML, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\r\n\t]/g, (c) => `&#${c.charCodeAt(0)};`);
}
