/**
 * Owns one run of everything over one input: parsing, resources, all rules, then edits as an editor sends them, and the input
 * as a config file. It throws where anything does, and says how long the slowest step took.
 */
import { parseConfig } from '../../server/src/core/config.ts';
import { createLinter } from '../../server/src/core/lint.ts';
import { resourcesOf } from '../../server/src/core/resource.ts';
import type { Edit } from '../../server/src/core/source-file.ts';
import { type NamespaceScope, Workspace } from '../../server/src/core/workspace.ts';
import { RULE_IDS, RULES } from '../../server/src/rules/index.ts';
import { edited } from '../support/edits.ts';
import type { Random } from '../support/random-yaml.ts';

const URI = 'file:///workspace/input.yaml';

/** How many edits follow the first look at an input. */
const EDITS = 2;

/** Runs everything over `text`; answers with the milliseconds of the slowest step. `clock` tells them. */
export function exercise(text: string, random: Random, clock: () => number): number {
  let invalidate: (scope: NamespaceScope) => void = () => {};
  const workspace = new Workspace((scope) => invalidate(scope));
  const linter = createLinter(() => workspace, { rules: RULES });
  invalidate = linter.invalidate;
  let slowest = 0;
  const timed = (step: () => void) => {
    const start = clock();
    step();
    slowest = Math.max(slowest, clock() - start);
  };
  const judged = (step: () => void) => {
    const found: Placed[] = [];
    timed(() => {
      step();
      for (const document of workspace.files.get(URI)?.documents ?? []) {
        resourcesOf(document);
        for (const { finding } of linter.diagnose(document)) found.push(finding);
      }
    });
    // Some fixes are made when somebody looks at them, one finding at a time.
    for (const finding of found) checkPlaces(finding);
  };
  judged(() => workspace.set(URI, text));
  let model = text;
  for (let i = 0; i < EDITS; i++) {
    const edit = randomEdit(model, random);
    judged(() => workspace.edit(URI, [edit]));
    model = edited(model, edit);
    if (workspace.files.get(URI)?.text !== model) throw new Error('the edited text is not what it should be');
  }
  timed(() => parseConfig('file:///workspace/.netpol-guard.yaml', text, RULE_IDS));
  return slowest;
}

interface Placed {
  readonly at: {
    readonly document: { readonly text: string };
    readonly span: { readonly start: number; readonly end: number };
  };
}

/** Everything a finding points at lies within its document. */
function checkPlaces(
  finding: Placed & { related?: readonly Placed[]; fixes?: readonly { edits: readonly Placed[] }[] },
): void {
  const places = [finding, ...(finding.related ?? []), ...(finding.fixes ?? []).flatMap((fix) => fix.edits)];
  for (const { at } of places) {
    const { start, end } = at.span;
    if (!(start >= 0 && start <= end && end <= at.document.text.length))
      throw new Error(`a place outside of its document: ${start}-${end}`);
  }
}

const TYPED = [
  '',
  'a',
  ' ',
  '\n',
  '-',
  ':',
  '"',
  '[',
  '{',
  '}',
  '#',
  '---\n',
  '*a',
  '&a ',
  '\n  - {}\n',
  '|',
];

function randomEdit(text: string, random: Random): Edit {
  const offset = random.below(text.length + 1);
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  const start = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  const end = {
    line: start.line + (random.chance(0.1) ? random.below(4) : 0),
    character: start.character + random.below(3),
  };
  return { start, end, text: random.pick(TYPED) };
}
