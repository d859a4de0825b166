/**
 * Owns what the fuzzer does with one input: parse, find objects, run every rule, edit it a few times and judge again, read it
 * as a config file too. Anything that throws is a defect.
 */
import { parseConfig } from '../../server/src/core/config.ts';
import { createLinter } from '../../server/src/core/lint.ts';
import { resourcesOf } from '../../server/src/core/resource.ts';
import type { NamespaceScope } from '../../server/src/core/workspace.ts';
import { Workspace } from '../../server/src/core/workspace.ts';
import { RULE_IDS, RULES } from '../../server/src/rules/index.ts';
import { type Random, randomFrom } from './inputs.ts';

const URI = 'file:///fuzz/input.yaml';

/**
 * Runs one input through everything; the result is the milliseconds of processor time that parsing it and judging it once took.
 * Processor time, unlike time on the clock, does not depend on what else the machine is doing.
 */
export function runInput(text: string, seed: number): number {
  const random = randomFrom(seed ^ 0x5bd1e995);
  let invalidate: (scope: NamespaceScope) => void = () => {};
  const workspace = new Workspace((scope) => invalidate(scope));
  const linter = createLinter(() => workspace, { rules: RULES });
  invalidate = linter.invalidate;
  const judge = () => {
    for (const document of workspace.files.get(URI)?.documents ?? []) {
      resourcesOf(document);
      for (const { finding } of linter.diagnose(document)) {
        document.rangeOf(finding.at.span);
        for (const fix of finding.fixes ?? [])
          for (const edit of fix.edits) edit.at.document.rangeOf(edit.at.span);
      }
    }
  };
  const start = process.cpuUsage();
  workspace.set(URI, text);
  judge();
  const { user, system } = process.cpuUsage(start);
  for (let n = 0; n < 2; n++) {
    workspace.edit(URI, [randomEdit(random, workspace.files.get(URI)?.text ?? '')]);
    judge();
  }
  if (text.length < 4000) parseConfig('file:///fuzz/.netpol-guard.yaml', text, RULE_IDS);
  return (user + system) / 1000;
}

function randomEdit(random: Random, text: string) {
  const lines = text.split('\n').length;
  const line = Math.floor(random() * (lines + 2)) - 1;
  const start = { line, character: Math.floor(random() * 40) };
  const end =
    random() < 0.5 ? start : { line: line + Math.floor(random() * 3), character: Math.floor(random() * 40) };
  const inserted = ['', 'x', '\n', '---\n', '  ', '"', '[', '- {}\n', '\r'][
    Math.floor(random() * 9)
  ] as string;
  return { start, end, text: inserted };
}
