/**
 * Owns `netpol-guard check`: from paths to findings in the format asked for, and the exit code.
 */
import { fileURLToPath } from 'node:url';
import { type Day, dayOf, readDay } from '../core/day.ts';
import { isAtLeast, type Severity } from '../core/severity.ts';
import { type Progress, type Selected, select, selectStdin } from '../files/selection.ts';
import { withMark } from '../files/write.ts';
import { changesText } from '../report/changes.ts';
import { formatGithub } from '../report/github.ts';
import { formatJson } from '../report/json.ts';
import { type Report, type RuleFailure, reportOn } from '../report/report.ts';
import { formatSarif } from '../report/sarif.ts';
import { harmless } from '../report/terminal.ts';
import { formatText } from '../report/text.ts';
import { RULE_IDS, RULES } from '../rules/index.ts';
import { type Arguments, type Command, UsageError } from './command.ts';
import { refuseFaults } from './faults.ts';
import { changesOf, type Fixes, fixInMemory, joinFixes, undoFixes, writeFixes } from './fix.ts';
import { type Io, type Output, usesColor, widthOf } from './io.ts';
import { type Judgement, judge } from './judge.ts';
import { pleaseReport } from './please-report.ts';
import { nameOf, skipLine } from './problem-lines.ts';
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
    'Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong usage or config, an unreadable path, a file that --fix cannot write, or no Kubernetes object found; 3 a failure of netpol-guard itself.',
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
    {
      name: 'fix',
      description:
        'Apply the safe fixes, which change no allowed connection, and report what is left. With -, the fixed text goes to standard output and the report to standard error.',
    },
    {
      name: 'diff',
      description:
        'Show what --fix would change, as a unified diff, and change nothing; with --fix, do both.',
    },
    {
      name: 'now',
      value: 'DATE',
      description: 'Judge what has an end as on DATE (2027-03-31), in place of today.',
    },
    { name: 'no-color', description: 'Do not colour the text. NO_COLOR and FORCE_COLOR are heeded, too.' },
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const progress = progressLine(io.stderr);
  const selected = await selectFor(args, io, progress);
  progress.clear();
  refuseFaults(selected, io);
  const { report, fixes } = judgeAll(selected, args, io, progress);
  progress.clear();
  for (const skip of selected.skipped) io.stderr.write(`skipped: ${skipLine(skip, io)}\n`);
  for (const file of fixes?.left ?? []) io.stderr.write(`not fixed: ${skipLine(file, io)}\n`);
  for (const file of fixes?.unwritten ?? []) io.stderr.write(`not written: ${skipLine(file, io)}\n`);
  const isFilter = args.has('fix') && readsStdin(args);
  if (isFilter) io.stdout.write(fixedInput(selected, fixes));
  if (isEmpty(report)) {
    io.stderr.write(nothingFound(args, selected));
    return 2;
  }
  writeReport(report, { args, fixes, io, to: isFilter ? io.stderr : io.stdout });
  if (report.failures.length > 0) io.stderr.write(failureText(report, io));
  if (fixes && fixes.unwritten.length > 0) return Math.max(2, exitCode(report, selected, 'never'));
  return exitCode(report, selected, args.text('fail-on') as Severity | 'never');
}

function readsStdin({ positionals }: Arguments): boolean {
  return positionals.includes('-');
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
  if (!readsStdin(args)) return select(positionals.length === 0 ? ['.'] : positionals, options);
  if (positionals.length > 1)
    throw new UsageError('Standard input (-) is checked by itself: leave out the other paths.');
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin) chunks.push(chunk);
  return selectStdin(Buffer.concat(chunks), options);
}

/** The day to judge dates on: today, unless another is asked for. */
function dayFor(args: Arguments, { now }: Io): Day {
  const asked = args.text('now');
  if (asked === null) return dayOf(now());
  const day = readDay(asked);
  if (day === null) throw new UsageError(`--now cannot be "${asked}". It takes a day such as 2027-03-31.`);
  return day;
}

interface Judged {
  readonly report: Report;
  /** Null where nothing was to be fixed. */
  readonly fixes: Fixes | null;
}

function judgeAll(selected: Selected, args: Arguments, io: Io, progress: ProgressLine): Judged {
  const failures = new Map<string, RuleFailure>();
  const onRuleError = (ruleId: string, error: unknown, uri: string) => {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!failures.has(ruleId)) failures.set(ruleId, { ruleId, file: nameOf(fileURLToPath(uri), io), detail });
  };
  const today = dayFor(args, io);
  const judgements = selected.selections.map((selection) =>
    judge(selection, { today, onRuleError, onProgress: progress.show }),
  );
  const fixes = fix(judgements, args);
  const judged = judgements.flatMap((judgement) => judgement.judged());
  const skipped = selected.skipped.map(({ path, reason, remedy }) => ({
    file: nameOf(path, io),
    reason,
    remedy,
  }));
  const report = reportOn(judged, (uri) => nameOf(fileURLToPath(uri), io), {
    skipped,
    failures: [...failures.values()],
  });
  return { report, fixes };
}

/** Does what `--fix` and `--diff` ask for. The judgements are then about what is on disk. */
function fix(judgements: readonly Judgement[], args: Arguments): Fixes | null {
  if (!args.has('fix') && !args.has('diff')) return null;
  return joinFixes(
    judgements.map((judgement) => {
      const fixes = fixInMemory(judgement);
      if (!args.has('fix')) undoFixes(judgement, fixes);
      return args.has('fix') && !readsStdin(args) ? writeFixes(judgement, fixes) : fixes;
    }),
  );
}

/** What came in on standard input, after the fixes. */
function fixedInput({ selections }: Selected, fixes: Fixes | null): string {
  const [manifest] = selections.flatMap(({ manifests }) => manifests);
  return manifest ? withMark(manifest, fixes?.files[0]?.text ?? manifest.text) : '';
}

interface Writing {
  readonly args: Arguments;
  readonly fixes: Fixes | null;
  readonly io: Io;
  readonly to: Output;
}

function writeReport(report: Report, { args, fixes, io, to }: Writing): void {
  const changes = fixes && changesOf(fixes, args.has('fix'), (path) => nameOf(path, io));
  const withDiff = args.has('diff');
  const color = !args.has('no-color') && usesColor(to, io.env);
  switch (args.text('format') as Format) {
    case 'json':
      to.write(formatJson(report, { docsOf: io.docsOf, changes, withDiff }));
      return;
    case 'sarif':
      to.write(
        formatSarif(report, {
          version: io.version,
          rules: RULES.map(({ meta }) => meta),
          helpUriOf: io.webPageOf,
        }),
      );
      // SARIF has the fixes of what is found, and no place for those that are done.
      if (changes) io.stderr.write(changesText(changes, { withDiff, color: false }));
      return;
    case 'github':
      to.write(formatGithub(report, { changes, withDiff }));
      return;
    case 'text':
      if (changes) to.write(`${changesText(changes, { withDiff, color, isTerminal: to.isTTY === true })}\n`);
      to.write(formatText(report, { color, width: widthOf(to) }));
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

function failureText({ failures }: Report, io: Io): string {
  const lines = failures.map(
    ({ ruleId, file, detail }) =>
      `netpol-guard: rule ${ruleId} failed on ${harmless(file)}; its findings are missing.\n${detail}`,
  );
  return `${lines.join('\n')}\n${pleaseReport(io.version)}\n`;
}
