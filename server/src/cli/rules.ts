/**
 * Owns `netpol-guard rules`: the list of all rules, or all that is known about one.
 */
import type { Rule } from '../core/rule.ts';
import { nearestName } from '../core/spelling.ts';
import { ruleText } from '../report/rule-text.ts';
import { painter } from '../report/terminal.ts';
import { RULE_IDS, RULES } from '../rules/index.ts';
import { type Command, UsageError } from './command.ts';
import { type Io, usesColor, widthOf } from './io.ts';

export const rules: Command = {
  name: 'rules',
  operands: '[ID]',
  maxOperands: 1,
  summary: 'List the rules, or explain one.',
  details: [
    'Without ID, a table of all rules with their default severities. With ID, what the rule finds, why it matters, examples, and how to fix or suppress it.',
  ],
  options: [],
  run: async ({ positionals: [id] }, io) => {
    if (id === undefined) io.stdout.write(table(RULES, io));
    else
      io.stdout.write(
        ruleText(ruleNamed(id), { color: usesColor(io.stdout, io.env), width: widthOf(io.stdout) }),
      );
    return 0;
  },
};

function ruleNamed(id: string): Rule {
  const rule = RULES.find(({ meta }) => meta.id === id);
  if (rule) return rule;
  const near = nearestName(id, RULE_IDS);
  throw new UsageError(
    `There is no rule "${id}".${near === null ? ' List them with: netpol-guard rules' : ` Did you mean "${near}"?`}`,
  );
}

const HEADER = ['RULE', 'SEVERITY', 'CONTRACTOR', 'WHAT IS WRONG'];

function table(all: readonly Rule[], io: Io): string {
  const rows = all.map(({ meta }) => [meta.id, meta.severity, meta.contractorSeverity ?? '', meta.title]);
  const widths = HEADER.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(widths[i] as number))).join('  ');
  const paint = painter(usesColor(io.stdout, io.env));
  return `${[paint('bold', line(HEADER)), ...rows.map(line)].join('\n')}\n`;
}
