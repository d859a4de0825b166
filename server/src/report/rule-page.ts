/**
 * Owns the page of a rule, made of nothing but its metadata: in Markdown for docs/rules, and as text for `netpol-guard rules`.
 */
import type { Example, FixExample, Rule, RuleMeta } from '../core/rule.ts';
import { lineDiff } from './line-diff.ts';

/** What `sees` means to a reader. */
const SEES: Readonly<Record<RuleMeta['sees'], string>> = {
  document: 'one object by itself',
  workspace: 'all manifests of the workspace',
  cluster: 'the state of a cluster',
};

/** What a rule says of a bad example: its message, and what it points at elsewhere. */
export interface Said {
  readonly message: string;
  readonly related: readonly { readonly text: string; readonly message: string }[];
}

/** The rule's page in Markdown; `saidOf` is asked what the rule says of each bad example. */
export function rulePage(rule: Rule, saidOf: (example: Example) => Said): string {
  const { meta } = rule;
  const bad = meta.examples.filter(isBad);
  const good = meta.examples.filter((example) => !isBad(example));
  const parts = [
    `# ${meta.id}`,
    meta.title,
    table(meta),
    '## Why it matters',
    meta.why,
    ...(bad.length > 0 ? ['## What it reports', ...bad.flatMap((e) => badExample(meta, e, saidOf(e)))] : []),
    ...(good.length > 0 ? ['## What it accepts', ...good.flatMap(goodExample)] : []),
    '## Suppress it',
    suppression(rule),
    ...(meta.refs.length > 0 ? ['## References', references(meta)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The families in the order of the index, with their headings. */
const FAMILIES: readonly (readonly [RuleMeta['family'], string])[] = [
  ['validity', 'Validity: the API server rejects it, or drops a part of it'],
  ['pitfall', 'Pitfalls: accepted, but not what was meant'],
  ['exposure', 'Exposure: more is allowed than anybody needs'],
  ['dns', 'DNS'],
  ['contractor', 'Contractors'],
  ['coverage', 'Coverage: pods that no policy protects'],
  ['rbac', 'RBAC'],
  ['audit', 'Audit: the exceptions themselves'],
];

/** The index of all rules in Markdown; `rules` sorted by id. */
export function ruleIndex(rules: readonly Rule[]): string {
  const parts = ['# Rules', INTRODUCTION];
  for (const [family, heading] of FAMILIES) {
    const members = rules.filter(({ meta }) => meta.family === family);
    if (members.length === 0) continue;
    const rows = members.map(
      ({ meta }) =>
        `| [${meta.id}](${meta.id}.md) | ${meta.severity} | ${contractor(meta)} | ${meta.title} |`,
    );
    parts.push(
      `## ${heading}`,
      ['| rule | severity | contractor | what is wrong |', '|---|---|---|---|', ...rows].join('\n'),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

const INTRODUCTION = `Made from the rules' metadata by \`npm run generate\`; every example here is run as a test. The column *contractor* is the severity
in a [contractor's namespaces](../configuration.md#contractors), where it differs. Severities are set
[in the config](../configuration.md#rules), and single findings are [suppressed with a reason](../suppression.md).
Which check of which other tool a rule answers for, is [a page of its own](../peers.md).`;

/** Whether an example shows what the rule reports: it has a mark. */
export function isBad({ yaml }: Example): boolean {
  return yaml.includes('⟦');
}

function contractor(meta: RuleMeta): string {
  return meta.contractorSeverity ?? '';
}

function table(meta: RuleMeta): string {
  const rows = [
    ['Severity', meta.severity],
    ...(meta.contractorSeverity ? [["In a contractor's namespaces", meta.contractorSeverity]] : []),
    ['Family', meta.family],
    ['Looks at', SEES[meta.sees]],
  ];
  return ['| | |', '|---|---|', ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

function badExample(meta: RuleMeta, example: Example, said: Said): string[] {
  const severity = example.severity ? [`Reported as ${example.severity}.`] : [];
  const parts = [
    `### ${example.title}`,
    fence('yaml', withMarks(example.yaml, meta.id)),
    quote(said),
    ...severity,
  ];
  return [...parts, ...underConfig(example), ...(example.fixes ?? []).flatMap((fix) => fixed(example, fix))];
}

function quote({ message, related }: Said): string {
  const places = related.map(({ text, message: why }) => `* \`${text}\`: ${why}`);
  return [message, ...(places.length > 0 ? ['', ...places] : [])]
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

function goodExample(example: Example): string[] {
  return [`### ${example.title}`, fence('yaml', example.yaml), ...underConfig(example)];
}

function underConfig({ config }: Example): string[] {
  return config === undefined ? [] : ['With this config:', fence('yaml', config)];
}

function fixed(example: Example, fix: FixExample): string[] {
  const note = fix.safe
    ? 'safe: the allowed connections stay the same'
    : 'needs thought: it may change what is allowed';
  const before = withoutMarks(example.yaml);
  const created = Object.entries(fix.creates ?? {}).flatMap(([file, text]) => [
    `It creates \`${file}\`:`,
    fence('yaml', text),
  ]);
  const changed = fix.fixed === before ? [] : [fence('diff', lineDiff(before, fix.fixed))];
  return [`**Fix: ${fix.title}** (${note})`, ...changed, ...created];
}

function suppression({ meta, on }: Rule): string {
  if (on === 'suppressions')
    return 'It cannot be suppressed itself. Its severity is set [in the config](../configuration.md#rules).';
  if (meta.family === 'validity')
    return 'It cannot be suppressed: the API server would reject or change the object all the same. Where your API server differs, set the severity [in the config](../configuration.md#rules).';
  return `With a reason, on the line above or behind it:

${fence('yaml', `# netpol-guard: ignore[${meta.id}] why this is right here\n`)}

or for the whole object:

${fence('yaml', `metadata:\n  annotations:\n    netpol-guard/ignore.${meta.id}: why this is right here\n`)}

In a contractor's namespaces only the rules that the root config lists in \`suppressions.allow\` can be. See [suppression](../suppression.md).`;
}

function references(meta: RuleMeta): string {
  return meta.refs
    .map(({ title, url }) => (url === undefined ? `* ${title}` : `* [${title}](${url})`))
    .join('\n');
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.replace(/\n$/, '')}\n\`\`\``;
}

/** The text of an example without its marks. */
function withoutMarks(yaml: string): string {
  return yaml.replaceAll(/[⟦⟧]/g, '');
}

/** The example with a comment of carets below the first line of what is marked. */
export function withMarks(yaml: string, ruleId: string): string {
  return yaml
    .split('\n')
    .flatMap((line) => {
      const start = line.indexOf('⟦');
      if (start < 0) return [withoutMarks(line)];
      const close = line.indexOf('⟧');
      const end = close < 0 ? line.length - 1 : close - 1;
      const carets = '^'.repeat(Math.max(1, end - start));
      // The `#` needs a column of its own, or takes the place of the first caret.
      const marks = start === 0 ? `#${carets.slice(1)}` : `#${' '.repeat(start - 1)}${carets}`;
      return [withoutMarks(line), `${marks} ${ruleId}`];
    })
    .join('\n');
}
