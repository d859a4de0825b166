/** What findings look like in each format. The findings are made by hand: what is found is tested elsewhere. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Ajv } from 'ajv';
import type { YamlDocument } from '../../server/src/core/document.ts';
import { resourcesOf } from '../../server/src/core/resource.ts';
import type { Diagnosis, Finding, RuleMeta } from '../../server/src/core/rule.ts';
import { SourceFile } from '../../server/src/core/source-file.ts';
import { formatGithub } from '../../server/src/report/github.ts';
import { formatJson } from '../../server/src/report/json.ts';
import { lineDiff } from '../../server/src/report/line-diff.ts';
import { type JudgedFile, type Report, reportOn } from '../../server/src/report/report.ts';
import { formatSarif } from '../../server/src/report/sarif.ts';
import { displayWidth, excerpt, wrap } from '../../server/src/report/terminal.ts';
import { formatText } from '../../server/src/report/text.ts';
import { unmark } from '../support/example.ts';

const RULE: RuleMeta = {
  id: 'a-rule',
  family: 'exposure',
  severity: 'warning',
  sees: 'document',
  title: 'Something is open.',
  why: 'It **matters**.',
  refs: [{ title: 'A page', url: 'https://example.com/page' }, { title: 'A book' }],
  examples: [],
};

/** A finding of `RULE` at the nth mark, with what else a test wants of it. */
interface Made extends Partial<Pick<Diagnosis, 'severity' | 'message'>> {
  readonly finding?: (document: YamlDocument) => Partial<Finding>;
  /** The reason for which it is suppressed. */
  readonly suppressed?: string;
}

/** One file in which every mark is a finding. */
function judged(path: string, marked: string, ...made: readonly Made[]): JudgedFile {
  const { text, spans } = unmark(marked);
  const uri = `file:///work/${encodeURI(path)}`;
  const file = new SourceFile(uri, text);
  const found = spans.map((span, i) => {
    const document = file.documents.findLast((d) => d.start <= span.start) as YamlDocument;
    const at = { document, span: { start: span.start - document.start, end: span.end - document.start } };
    const { severity = 'warning', message = 'It is open.', suppressed, finding } = made[i] ?? {};
    const resource = resourcesOf(document)[0] ?? null;
    const suppression = { ruleId: RULE.id, at, by: 'comment', comment: null, lines: [], resource } as const;
    return {
      rule: RULE,
      severity,
      message,
      finding: { at, message, ...finding?.(document) },
      resource,
      suppressed: suppressed === undefined ? null : { ...suppression, reason: suppressed },
      suppressible: true,
    };
  });
  const documents = file.documents.map((document) => ({
    document,
    diagnoses: found.filter((diagnosis) => diagnosis.finding.at.document === document),
  }));
  return { uri, documents };
}

const fileOf = (uri: string) => decodeURIComponent(uri).replace('file:///work/', '');
const report = (...files: JudgedFile[]): Report => reportOn(files, fileOf);
const text = (of: Report, width: number | null = null) => formatText(of, { color: false, width });
const json = (of: Report) => JSON.parse(formatJson(of, { docsOf: (id) => `https://example.com/${id}` }));
const sarif = (of: Report) =>
  JSON.parse(formatSarif(of, { version: '1.2.3', rules: [RULE], helpUriOf: () => null }));

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  ingress: ⟦[{}]⟧
`;

suite('text', () => {
  test('place, rule, line, marks, message, related places, fixes, summary', () => {
    const made: Made = {
      severity: 'error',
      finding: (document) => ({
        related: [{ at: { document, span: { start: 0, end: 1 } }, message: 'The object.' }],
        fixes: [
          { title: 'Close it', safe: false, edits: [] },
          { title: 'Say so', safe: true, edits: [] },
        ],
      }),
    };
    assert.equal(
      text(report(judged('a/web.yaml', POLICY, made))),
      `a/web.yaml:5:12 error a-rule
  5 |   ingress: [{}]
    |            ^^^^
  It is open.
  a/web.yaml:1:1: The object.
  Fix: Close it
  Safe fix: Say so

1 problem (1 error) in 1 of 1 file
Explain a rule with: netpol-guard rules <id>
`,
    );
  });

  test('files are in order; hints and suppressed findings are counted', () => {
    const shown = text(
      report(
        judged('b.yaml', POLICY, { severity: 'info' }),
        judged('a.yaml', POLICY, { severity: 'hint' }),
        judged('A.yaml', POLICY, { suppressed: 'for a reason' }),
        judged('a/c.yaml', POLICY),
      ),
    );
    assert.deepEqual(shown.match(/^\S+:\d+:\d+ .*$/gm), [
      'a/c.yaml:5:12 warning a-rule',
      'b.yaml:5:12 info a-rule',
    ]);
    assert.match(
      shown,
      /^2 problems \(1 warning, 1 note\) in 2 of 4 files; 1 hint not shown \(--format json lists them\); 1 suppressed$/m,
    );
  });

  test('nothing found', () => {
    const clean = POLICY.replace(/[⟦⟧]/g, '');
    assert.equal(
      text(report(judged('a.yaml', clean), judged('b.yaml', `${clean}---\n${clean}`))),
      'No problems in 2 files with 3 policies\n',
    );
  });

  test('a finding in a later document has its line in the file, under CRLF too', () => {
    const file = `${POLICY.replace(/[⟦⟧]/g, '')}---\n${POLICY}`.replaceAll('\n', '\r\n');
    assert.match(text(report(judged('a.yaml', file))), /^a\.yaml:11:12 .*\n {2}11 \| {3}ingress: \[\{\}\]\n/);
  });

  test('colour is escape sequences and nothing else', () => {
    const of = report(judged('a.yaml', POLICY, { severity: 'error' }));
    const colored = formatText(of, { color: true, width: null });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.equal(colored.replace(/\u001b\[\d+m/g, ''), text(of));
    assert.ok(colored.includes('\u001b[31m'));
  });

  test('text from files cannot speak to the terminal, nor to the CI system', () => {
    const marked = 'kind: ⟦a\u001b]0;x\u0007\u202e⟧\n';
    const shown = text(report(judged('::error::x.yaml', marked, { message: 'Not \u001b[2J this.' })));
    assert.match(shown, /^\.\/::error::x\.yaml:1:7 /);
    assert.match(shown, /kind: a\uFFFD\]0;x\uFFFD\uFFFD\n/);
    assert.match(shown, /Not \uFFFD\[2J this\./);
  });

  test('messages are wrapped to the width of a terminal', () => {
    const shown = text(report(judged('a.yaml', POLICY, { message: 'one two three four five' })), 12);
    assert.match(shown, /\n {2}one two\n {2}three four\n {2}five\n/);
  });
});

suite('a line and its marks', () => {
  /** The line with marks below, from a line with ⟦ ⟧. */
  const show = (marked: string) => {
    const { text, spans } = unmark(marked);
    const { source, marks } = excerpt(text, spans[0]?.start ?? 0, spans[0]?.end ?? 0);
    return `${source}\n${marks}`;
  };
  const cases: readonly (readonly [string, string, string])[] = [
    ['plain', 'a: ⟦bc⟧ d', 'a: bc d\n   ^^'],
    ['nothing marked', 'a: ⟦⟧', 'a: \n   ^'],
    ['tabs', '\ta:\t⟦b\tc⟧', '    a:  b   c\n        ^^^^^'],
    ['wide characters', 'ä: 日本 ⟦語x⟧', 'ä: 日本 語x\n        ^^^'],
    ['emoji of several code points', '👩‍💻: ⟦🇩🇪!⟧', '👩‍💻: 🇩🇪!\n    ^^^'],
    ['combining characters', 'e\u0301\u0301: ⟦a⟧', 'e\u0301\u0301: a\n   ^'],
    ['to the end of the line at most', '- ⟦a: 1⟧', '- a: 1\n  ^^^^'],
  ];
  for (const [name, marked, expected] of cases) test(name, () => assert.equal(show(marked), expected));

  test('a long line is cut around the mark', () => {
    const line = `${'x'.repeat(5000)}⟦here⟧${'y'.repeat(5000)}`;
    const [source = '', marks = ''] = show(line).split('\n');
    assert.ok(displayWidth(source) <= 122, source);
    assert.match(source, /^…x+herey+…$/);
    assert.equal(source.slice(marks.indexOf('^'), marks.length), 'here');
  });

  test('a mark that begins beyond what is shown of a line', () => {
    assert.match(show(`${'日'.repeat(100)}⟦x⟧`).split('\n')[1] ?? '', /^ +\^$/);
  });

  test('words longer than the width stay whole', () => {
    assert.deepEqual(wrap('a bbbbbb c', 4), ['a', 'bbbbbb', 'c']);
    assert.deepEqual(wrap('日本 語', 5), ['日本', '語']);
  });
});

suite('json', () => {
  test('every field', () => {
    const made: Made = {
      finding: (document) => ({
        related: [{ at: { document, span: { start: 11, end: 21 } }, message: 'The API.' }],
        fixes: [{ title: 'Close it', safe: false, edits: [] }],
      }),
    };
    assert.deepEqual(json(report(judged('a/web.yaml', POLICY, made))), {
      version: 1,
      findings: [
        {
          rule: 'a-rule',
          severity: 'warning',
          message: 'It is open.',
          file: 'a/web.yaml',
          range: { start: { line: 5, column: 12 }, end: { line: 5, column: 16 } },
          resource: {
            apiVersion: 'networking.k8s.io/v1',
            kind: 'NetworkPolicy',
            namespace: 'shop',
            name: 'web',
          },
          related: [
            {
              file: 'a/web.yaml',
              range: { start: { line: 1, column: 12 }, end: { line: 1, column: 22 } },
              message: 'The API.',
            },
          ],
          fixes: [{ title: 'Close it', safe: false }],
          docs: 'https://example.com/a-rule',
        },
      ],
      summary: { files: 1, documents: 1, policies: 1, error: 0, warning: 1, info: 0, hint: 0, suppressed: 0 },
    });
  });

  test('what is absent is null; what is suppressed is marked; columns count UTF-16 units', () => {
    const marked = 'kind: "🙂" # ⟦x⟧\n';
    const [finding] = json(report(judged('a.yaml', marked, { suppressed: 'for a reason' }))).findings;
    assert.equal(finding.resource, null);
    assert.deepEqual(finding.suppressed, { by: 'comment', reason: 'for a reason' });
    assert.equal(finding.range.start.column, 14);
    const cluster = 'apiVersion: v1\nkind: ⟦Namespace⟧\nmetadata: {}\n';
    const { resource } = json(report(judged('a.yaml', cluster))).findings[0];
    assert.deepEqual(resource, { apiVersion: 'v1', kind: 'Namespace', namespace: null, name: null });
  });

  test('only what holds an object is counted', () => {
    const of = report(
      judged('package.json', '{"name": "x"}'),
      judged('a.yaml', `# nothing\n---\n${POLICY}---\napiVersion: v1\nkind: Service\n---\n`),
    );
    const { files, documents, policies } = of.summary;
    assert.deepEqual({ files, documents, policies }, { files: 1, documents: 2, policies: 1 });
  });

  test('something that is found makes an object of what does not look like one', () => {
    const of = report(judged('a.yaml', 'kind: ⟦NetworkPolicy⟧\nmetadata: {}\n'));
    assert.deepEqual([of.summary.files, of.summary.documents], [1, 1]);
  });
});

suite('github', () => {
  test('one workflow command for each finding, and the summary', () => {
    const of = report(
      judged('a.yaml', POLICY, { severity: 'error' }),
      judged('b.yaml', POLICY, { severity: 'info' }),
      judged('c.yaml', POLICY, { severity: 'hint' }),
      judged('d.yaml', POLICY, { suppressed: 'why' }),
    );
    assert.equal(
      formatGithub(of),
      `::error file=a.yaml,line=5,endLine=5,col=12,endColumn=15,title=a-rule::It is open.
::notice file=b.yaml,line=5,endLine=5,col=12,endColumn=15,title=a-rule::It is open.
2 problems (1 error, 1 note) in 2 of 4 files; 1 hint not shown (--format json lists them); 1 suppressed
`,
    );
  });

  test('what would end a property or a message is escaped', () => {
    const of = report(judged('a,b:c%.yaml', POLICY, { message: '100%: a,b\r\n::set-env' }));
    assert.match(formatGithub(of), /^::warning file=a%2Cb%3Ac%25\.yaml,.*::100%25: a,b%0D%0A::set-env\n/);
  });

  test('columns are left out where a finding spans lines', () => {
    assert.match(
      formatGithub(report(judged('a.yaml', 'a: ⟦b\nc⟧: d\n'))),
      /file=a\.yaml,line=1,endLine=2,title=/,
    );
  });

  test('a skipped file is a warning', () => {
    const skipped = [{ file: 'a.yaml', reason: 'is not UTF-8 text', remedy: 'Save it as UTF-8.' }];
    assert.match(
      formatGithub(reportOn([], fileOf, { skipped })),
      /^::warning file=a\.yaml,title=Not checked::This file is not UTF-8 text\. Save it as UTF-8\.\n/,
    );
  });
});

suite('sarif', () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../fixtures/sarif/sarif-2.1.0-rtm.5.json'), 'utf8'),
  );
  // Ajv knows drafts from 6 on; the schema is of draft 4, of which it uses nothing that has changed since.
  delete schema.$schema;
  delete schema.id;
  const validate = new Ajv({
    strict: false,
    validateFormats: false,
    unicodeRegExp: false,
    allErrors: true,
  }).compile(schema);
  const isValid = (log: unknown) =>
    assert.ok(validate(log), JSON.stringify(validate.errors?.slice(0, 3), null, 1));

  const withEdit: Made = {
    severity: 'error',
    suppressed: 'for a reason',
    finding: (document) => ({
      related: [{ at: { document, span: { start: 0, end: 10 } }, message: 'The API.' }],
      fixes: [
        {
          title: 'Close it',
          safe: true,
          edits: [{ at: { document, span: { start: 0, end: 3 } }, text: 'x' }],
        },
        { title: 'Elsewhere', safe: false, edits: [], creates: { uri: 'file:///work/new.yaml', text: '' } },
      ],
    }),
  };

  test('is valid, with everything in it', () => {
    const log = sarif(
      reportOn([judged('a b/ä.yaml', POLICY, withEdit), judged('b.yaml', POLICY)], fileOf, {
        skipped: [{ file: 's.yaml', reason: 'is binary', remedy: 'Ignore it.' }],
        failures: [{ ruleId: 'a-rule', file: 'b.yaml', detail: 'TypeError' }],
      }),
    );
    isValid(log);
    const [run] = log.runs;
    assert.equal(run.columnKind, 'utf16CodeUnits');
    assert.equal(run.invocations[0].executionSuccessful, false);
    assert.deepEqual(
      run.invocations[0].toolExecutionNotifications.map((n: { level: string }) => n.level),
      ['error', 'warning'],
    );
    const [result] = run.results;
    const { region, artifactLocation } = result.locations[0].physicalLocation;
    assert.deepEqual(region, { startLine: 5, startColumn: 12, endLine: 5, endColumn: 16 });
    assert.equal(artifactLocation.uri, 'a%20b/%C3%A4.yaml');
    assert.deepEqual(result.suppressions, [{ kind: 'inSource', justification: 'for a reason' }]);
    assert.deepEqual(
      result.fixes.map((fix: { description: { text: string } }) => fix.description.text),
      ['Close it'],
    );
    assert.equal(run.tool.driver.rules[result.ruleIndex].id, 'a-rule');
    assert.equal(
      run.tool.driver.rules[0].help.markdown,
      'It **matters**.\n\n* [A page](https://example.com/page)\n* A book',
    );
  });

  test('a file on another drive has an absolute URI', () => {
    const log = sarif(reportOn([judged('a.yaml', POLICY)], () => 'D:/a b/c.yaml'));
    isValid(log);
    const [{ locations }] = log.runs[0].results;
    assert.equal(locations[0].physicalLocation.artifactLocation.uri, 'file:///D:/a%20b/c.yaml');
  });

  test('is valid with nothing in it', () => {
    const log = sarif(report());
    isValid(log);
    assert.equal(log.runs[0].invocations[0].executionSuccessful, true);
  });

  test('a verdict that lacks evidence is open', () => {
    const log = sarif(
      report(judged('a.yaml', POLICY, { severity: 'hint', finding: () => ({ unknown: 'Nobody says.' }) })),
    );
    isValid(log);
    const { kind, level } = log.runs[0].results[0];
    assert.deepEqual({ kind, level }, { kind: 'open', level: 'none' });
  });

  test('a fingerprint stays when the finding moves, and no two are the same', () => {
    const prints = (marked: string) =>
      sarif(report(judged('a.yaml', marked))).runs[0].results.map(
        (r: { partialFingerprints: Record<string, string> }) => r.partialFingerprints['netpolGuard/v1'],
      );
    assert.deepEqual(prints(`# a comment\n\n${POLICY}`), prints(POLICY));
    const twice = prints(POLICY.replace('⟦[{}]⟧', '[⟦{}⟧, ⟦{}⟧]'));
    assert.equal(new Set(twice).size, 2);
    assert.notDeepEqual(prints(POLICY.replace('name: web', 'name: api')), prints(POLICY));
  });
});

suite('line diff', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['a\nb\nc\n', 'a\nx\nc\n', ' a\n-b\n+x\n c\n'],
    ['a\n', 'a\nb\n', ' a\n+b\n'],
    ['a\nb\n', 'b\n', '-a\n b\n'],
    ['1\n2\n3\n4\n5\n6\n7\n8\n9\n', '1\n2\n3\n4\n5\n6\n7\n8\nx\n', ' …\n 6\n 7\n 8\n-9\n+x\n'],
    [
      '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
      '0\n2\n3\n4\n5\n6\n7\n8\n0\n',
      '-1\n+0\n 2\n 3\n 4\n …\n 6\n 7\n 8\n-9\n+0\n',
    ],
  ];
  for (const [before, after, expected] of cases)
    test(JSON.stringify([before, after]), () => assert.equal(lineDiff(before, after), expected));
});
