/**
 * Owns `netpol-guard check`: from paths to findings in the format asked for, and the exit code.
 */
import { fileURLToPath } from 'node:url';
import { isAtLeast, type Severity } from '../core/severity.ts';
import type { ConfigFault } from '../files/config-file.ts';
import { displayPath } from '../files/paths.ts';
import type { Skipped } from '../files/read.ts';
import { type Progress, type Selected, select, selectStdin } from '../files/selection.ts';
import { formatGithub } from '../report/github.ts';
import { formatJson } from '../report/json.ts';
import { type Report, type RuleFailure, reportOn } from '../report/report.ts';
import { formatSarif } from '../report/sarif.ts';
import { harmless } from '../report/terminal.ts';
import { formatText } from '../report/text.ts';
import { RULE_IDS, RULES } from '../rules/index.ts';
import { type Arguments, type Command, UsageError } from './command.ts';
import { type Io, usesColor, widthOf } from './io.ts';
import { judge } from './judge.ts';
import { pleaseReport } from './please-report.ts';
import { type ProgressLine, progressLine } from './progress.ts';

type Format = 'text' | 'json' | 'sarif' | 'github';

export const check: Command = {
  name: 'check',
  operands: '[PATH...]',
  maxOperands: Number.POSITIVE_INFINITY,
  summary: 'Check the manifests in files and folders.',
  details: [
    'PATH is a file, a folder, or - for standard input; without one, the current folder. Folders are searched for .yaml, .yml and .json files.',
    'Rules about what is missing look at the whole workspace around PATH: the folder of the root config .netpol-guard.yaml, else the git repository, else the folder itself. What they find outside PATH is not reported.',
    'Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong usage or config, an unreadable path, or no Kubernetes object found; 3 a failure of netpol-guard itself.',
  ],
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['text', 'json', 'sarif', 'github'],
      default: 'text',
      description: 'How to report.',
    },
    {
      name: 'fail-on',
      value: 'SEVERITY',
      choices: ['error', 'warning', 'info', 'never'],
      default: 'error',
      description: 'The mildest severity that ends in exit code 1.',
    },
    {
      name: 'config',
      value: 'FILE',
      description: 'Use FILE as the root config, in place of the one that would be found.',
    },
    { name: 'no-color', description: 'Do not colour the text. NO_COLOR and FORCE_COLOR are heeded, too.' },
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const progress = progressLine(io.stderr);
  const selected = await selectFor(args, io, progress);
  const { faults, unreadable } = selected;
  if (faults.length > 0 || unreadable.length > 0) {
    progress.clear();
    io.stderr.write(
      [...faults.map((f) => faultLine(f, io)), ...unreadable.map((u) => skipLine(u, io)), ''].join('\n'),
    );
    return 2;
  }
  const report = judgeAll(selected, io, progress);
  progress.clear();
  for (const skip of selected.skipped) io.stderr.write(`skipped: ${skipLine(skip, io)}\n`);
  if (isEmpty(report)) {
    io.stderr.write(nothingFound(args, selected));
    return 2;
  }
  io.stdout.write(format(report, args, io));
  if (report.failures.length > 0) io.stderr.write(failureText(report, io));
  return exitCode(report, selected, args.text('fail-on') as Severity | 'never');
}

async function selectFor(args: Arguments, io: Io, progress: ProgressLine): Promise<Selected> {
  const { positionals } = args;
  const options = {
    cwd: io.cwd,
    knownRules: RULE_IDS,
    config: args.text('config'),
    onProgress: ({ step, done, total }: Progress) =>
      progress.show(step === 'finding' ? 'Found' : 'Read', done, total),
  };
  if (positionals.includes(''))
    throw new UsageError('A path is empty. For the current folder, write a dot (.).');
  if (!positionals.includes('-')) return select(positionals.length === 0 ? ['.'] : positionals, options);
  if (positionals.length > 1)
    throw new UsageError('Standard input (-) is checked by itself: leave out the other paths.');
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin) chunks.push(chunk);
  return selectStdin(Buffer.concat(chunks), options);
}

function judgeAll(selected: Selected, io: Io, progress: ProgressLine): Report {
  const failures = new Map<string, RuleFailure>();
  const onRuleError = (ruleId: string, error: unknown, uri: string) => {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!failures.has(ruleId)) failures.set(ruleId, { ruleId, file: nameOf(fileURLToPath(uri), io), detail });
  };
  const judged = selected.selections.flatMap((selection) => judge(selection, onRuleError, progress.show));
  const skipped = selected.skipped.map(({ path, reason, remedy }) => ({
    file: nameOf(path, io),
    reason,
    remedy,
  }));
  return reportOn(judged, (uri) => nameOf(fileURLToPath(uri), io), {
    skipped,
    failures: [...failures.values()],
  });
}

function nameOf(path: string, { cwd }: Io): string {
  return displayPath(cwd, path);
}

function format(report: Report, args: Arguments, io: Io): string {
  switch (args.text('format') as Format) {
    case 'json':
      return formatJson(report, io);
    case 'sarif':
      return formatSarif(report, {
        version: io.version,
        rules: RULES.map(({ meta }) => meta),
        helpUriOf: io.webPageOf,
      });
    case 'github':
      return formatGithub(report);
    case 'text':
      return formatText(report, {
        color: !args.has('no-color') && usesColor(io.stdout, io.env),
        width: widthOf(io.stdout),
      });
  }
}

function exitCode(report: Report, selected: Selected, failOn: Severity | 'never'): number {
  if (report.failures.length > 0) return 3;
  if (selected.skipped.some(({ unreadable }) => unreadable)) return 2;
  const fails = report.findings.some(
    ({ diagnosis: d }) => !d.suppressed && failOn !== 'never' && isAtLeast(d.severity, failOn),
  );
  return fails ? 1 : 0;
}

/** Whether there was nothing to judge: no Kubernetes object, and no text so broken that a rule says so. */
function isEmpty({ summary, findings, failures }: Report): boolean {
  return summary.documents === 0 && findings.length === 0 && failures.length === 0;
}

function nothingFound({ positionals }: Arguments, { selections, ignored }: Selected): string {
  const read = selections.reduce((sum, { reported }) => sum + reported.size, 0);
  const where = positionals.length === 0 ? 'the current folder' : positionals.join(', ');
  const left =
    ignored > 0 ? ` The config's \`ignore\` left out ${ignored} of them, or folders that hold more.` : '';
  return `netpol-guard: no Kubernetes object in ${harmless(where)}; files read: ${read} (.yaml, .yml and .json).${left} Name the files or folders that hold the manifests.\n`;
}

function faultLine({ path, position, message }: ConfigFault, io: Io): string {
  const place = position ? `:${position.line + 1}:${position.character + 1}` : '';
  return `${harmless(nameOf(path, io))}${place}: ${harmless(message)}`;
}

function skipLine({ path, reason, remedy }: Skipped, io: Io): string {
  return harmless(`${nameOf(path, io)} ${reason}. ${remedy}`);
}

function failureText({ failures }: Report, io: Io): string {
  const lines = failures.map(
    ({ ruleId, file, detail }) =>
      `netpol-guard: rule ${ruleId} failed on ${harmless(file)}; its findings are missing.\n${detail}`,
  );
  return `${lines.join('\n')}\n${pleaseReport(io.version)}\n`;
}
