/**
 * Owns turning a rule's example into a workspace and judging it: the marks ⟦ ⟧, and the variants (CRLF, inside a
 * multi-document file, inside `kind: List`) under which the verdict must stay the same.
 */
import { parseConfig } from '../../server/src/core/config.ts';
import { readDay } from '../../server/src/core/day.ts';
import { createLinter } from '../../server/src/core/lint.ts';
import type { Diagnosis, Fix } from '../../server/src/core/rule.ts';
import type { NamespaceScope } from '../../server/src/core/workspace.ts';
import { Workspace } from '../../server/src/core/workspace.ts';
import { splitDocuments } from '../../server/src/core/yaml/split.ts';
import { RULE_IDS, RULES } from '../../server/src/rules/index.ts';

/** The day on which examples are judged. */
const EXAMPLE_DAY = readDay('2026-06-15') as number;
export const EXAMPLE_CONFIG_URI = 'file:///workspace/.netpol-guard.yaml';
export const EXAMPLE_URI = 'file:///workspace/example.yaml';

export interface Marked {
  readonly text: string;
  /** Start and end of each marked span. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

/** Takes the marks ⟦ ⟧ out of `text` and says where they were. */
export function unmark(text: string): Marked {
  const spans: { start: number; end: number }[] = [];
  let result = '';
  for (const c of text) {
    if (c === '⟦') spans.push({ start: result.length, end: result.length });
    else if (c === '⟧') spans[spans.length - 1] = { start: spans.at(-1)?.start ?? 0, end: result.length };
    else result += c;
  }
  return { text: result, spans };
}

/** Everything the rules find in `text`, with offsets into the whole text. Rules that throw make this throw. */
export function judge(text: string, config?: string): Diagnosis[] {
  const { workspace, diagnose } = newWorld(config);
  workspace.set(EXAMPLE_URI, text);
  return diagnose();
}

/** Judges `text` as it is typed, one character after the other, from its first `from` characters on. */
export function judgeTyping(text: string, from: number, config?: string): void {
  const { workspace, diagnose } = newWorld(config);
  const file = workspace.set(EXAMPLE_URI, text.slice(0, from));
  diagnose();
  for (const c of text.slice(from)) {
    const end = { line: Number.MAX_SAFE_INTEGER, character: 0 };
    workspace.edit(EXAMPLE_URI, [{ start: end, end, text: c }]);
    diagnose();
  }
  if (file.text !== text) throw new Error('typing made another text');
}

function newWorld(config: string | undefined) {
  const root = config === undefined ? undefined : parseConfig(EXAMPLE_CONFIG_URI, config, RULE_IDS);
  if (root && root.problems.length > 0) throw new Error(`the example's config: ${root.problems[0]?.message}`);
  let invalidate: (scope: NamespaceScope) => void = () => {};
  const workspace = new Workspace((scope) => invalidate(scope));
  const configs = root && { root: root.config, subfoldersOf: () => [] };
  const linter = createLinter(() => workspace, {
    rules: RULES,
    today: EXAMPLE_DAY,
    ...(configs && { configs }),
  });
  invalidate = linter.invalidate;
  const documents = () => workspace.files.get(EXAMPLE_URI)?.documents ?? [];
  return { workspace, diagnose: () => documents().flatMap((document) => [...linter.diagnose(document)]) };
}

/** Where a diagnosis stands in the whole text. */
export function spanInFile(diagnosis: Diagnosis): { start: number; end: number } {
  const { document, span } = diagnosis.finding.at;
  return { start: document.start + span.start, end: document.start + span.end };
}

/** The text after a fix: of one file, where the fix changes several. Edits must not overlap. */
export function applyFix(text: string, fix: Fix, uri?: string): string {
  const edits = fix.edits
    .filter((e) => uri === undefined || e.at.document.uri === uri)
    .map((e) => ({
      start: e.at.document.start + e.at.span.start,
      end: e.at.document.start + e.at.span.end,
      text: e.text,
    }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let at = 0;
  for (const edit of edits) {
    if (edit.start < at) throw new Error(`edits of "${fix.title}" overlap`);
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** A way of writing the same objects. Marks pass through. */
export interface Variant {
  readonly name: string;
  readonly write: (yaml: string) => string;
}

const OTHER = `apiVersion: v1
kind: ConfigMap
metadata:
  name: neighbour
data:
  note: nothing to see
`;

export const VARIANTS: readonly Variant[] = [
  { name: 'as written', write: (yaml) => yaml },
  { name: 'with CRLF', write: (yaml) => yaml.replaceAll('\n', '\r\n') },
  {
    name: 'inside a multi-document file',
    write: (yaml) => `${OTHER}---\n${yaml.replace(/^---\n/, '')}---\n${OTHER}`,
  },
  { name: 'inside kind: List', write: asList },
];

/** The documents of `yaml` as items of a List, indented as they would be. */
function asList(yaml: string): string {
  const items = splitDocuments(yaml).pieces.map((piece) =>
    yaml.slice(piece.start, piece.end).replace(/^---[^\n]*\n/, ''),
  );
  const body = items
    .map((item) => item.replace(/^(?=.)/gm, '    '))
    .map((item) => item.replace(/^((?: {4}#[^\n]*\n)*) {4}(?=[^ #])/, '$1  - '));
  return `apiVersion: v1\nkind: List\nitems:\n${body.join('')}`;
}
