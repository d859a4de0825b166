/**
 * Owns `netpol-guard test`: running files of policy tests against the manifests of their workspace.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPolicyTest, type PolicyTestFile, readPolicyTest } from '../core/policy-test.ts';
import { runTest, worldsFor } from '../engine/questions/test-run.ts';
import type { ReachWorld } from '../engine/questions/worlds.ts';
import type { ConfigFault } from '../files/config-file.ts';
import type { Manifest } from '../files/read.ts';
import type { Selection } from '../files/selection.ts';
import { harmless, painter } from '../report/terminal.ts';
import { failuresOf } from '../report/test-failure.ts';
import {
  type ReportedTestFile,
  summarizeTests,
  type TestReport,
  testsJson,
  testsJunit,
  testsText,
} from '../report/tests.ts';
import type { Arguments, Command } from './command.ts';
import { Refused, refuseFaults } from './faults.ts';
import { type Io, usesColor } from './io.ts';
import { faultLine, nameOf, skipLine } from './problem-lines.ts';
import { allWorldsOf, CONFIG_OPTION, selectAt } from './worlds.ts';

export const test: Command = {
  name: 'test',
  operands: '[PATH]',
  maxOperands: 1,
  summary: 'Run policy tests (*.netpol-test.yaml).',
  details: [
    'PATH is a file of policy tests, or a folder that is searched for them; without one, the current folder. Each file says which connections the policies must allow and which they must deny, and is run against all manifests of the workspace around it.',
    'An assertion of which it cannot be told whether it holds fails as unknown, with what would have to be known; one whose ends mean no pods is an error. Where kustomizations make several worlds of the same workloads, an assertion has to hold in each of those that have both of its ends, unless its file names one.',
    'Exit codes: 0 all tests passed; 1 at least one did not; 2 wrong usage or config, a mistake in a file of tests, an unreadable path, or no test found; 3 a failure of netpol-guard itself.',
  ],
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['text', 'junit', 'json'],
      default: 'text',
      description: 'How to report.',
    },
    CONFIG_OPTION,
    { name: 'no-color', description: 'Do not colour the text. NO_COLOR and FORCE_COLOR are heeded, too.' },
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const path = args.positionals[0] ?? '.';
  const selected = await selectAt(path, args, io);
  refuseFaults(selected, io);
  for (const skip of selected.skipped) io.stderr.write(`skipped: ${skipLine(skip, io)}\n`);
  const suites = selected.selections.flatMap((selection) => suitesIn(selection));
  const faults = suites.flatMap(faultsOf);
  if (faults.length > 0) throw new Refused(faults.map((fault) => faultLine(fault, io)).join('\n'));
  if (suites.length === 0)
    throw new Refused(
      `netpol-guard: no policy test in ${path === '.' ? 'the current folder' : harmless(path)}. Their files are named *.netpol-test.yaml.`,
    );
  const report = reportOn(suites, io);
  const color = !args.has('no-color') && usesColor(io.stdout, io.env);
  const format = args.text('format');
  if (format === 'json') io.stdout.write(testsJson(report));
  else if (format === 'junit') io.stdout.write(testsJunit(report));
  else io.stdout.write(testsText(report, painter(color)));
  const { tests, passed } = summarizeTests(report);
  return passed === tests ? 0 : 1;
}

/** A file of tests, and the worlds it is about. */
interface Suite {
  readonly path: string;
  readonly file: PolicyTestFile;
  readonly worlds: readonly ReachWorld[];
}

function suitesIn(selection: Selection): Suite[] {
  const isTest = ({ path }: Manifest) => selection.reported.has(path) && isPolicyTest(path);
  const files = selection.manifests.filter(isTest);
  if (files.length === 0) return [];
  const { worlds } = allWorldsOf(selection);
  return files.map(({ path, uri, text }) => {
    const file = readPolicyTest(uri, text);
    return { path, file, worlds: worldsFor(file, worlds) };
  });
}

function faultsOf({ path, file: { document, problems, world }, worlds }: Suite): ConfigFault[] {
  const at = (span: { start: number; end: number }) => document.rangeOf(span).start;
  const found = problems.map(({ span, message }) => ({ path, position: at(span), message }));
  if (found.length > 0 || worlds.length > 0) return found;
  return world
    ? [{ path, position: at(world.span), message: noWorld(world.path) }]
    : [{ path, position: null, message: NOTHING_TO_TEST }];
}

const NOTHING_TO_TEST =
  'There is no workload and no NetworkPolicy in the workspace around these tests, so there is nothing to test.';

function noWorld(path: string): string {
  return `There is no kustomization in ${path} that stands for itself. Name the folder of an overlay, relative to this file.`;
}

function reportOn(suites: readonly Suite[], io: Io): TestReport {
  const fileOf = (uri: string) => nameOf(fileURLToPath(uri), io);
  const files = suites.map((suite) => reported(suite, io));
  const notes = suites.flatMap(({ worlds }) => worlds.flatMap(({ reach }) => reach.facts.notes));
  return { files: files.sort((a, b) => (a.file < b.file ? -1 : 1)), fileOf, notes: [...new Set(notes)] };
}

function reported({ path, file, worlds }: Suite, io: Io): ReportedTestFile {
  const nameOfWorld = ({ key }: ReachWorld) => {
    if (worlds.length === 1) return null;
    return key === '' ? 'the plain files' : nameOf(dirname(fileURLToPath(key)), io);
  };
  const tests = file.tests.map((test) => {
    const result = runTest(test, worlds);
    return { result, failures: result.assertions.map((assertion) => failuresOf(assertion, nameOfWorld)) };
  });
  return { file: nameOf(path, io), document: file.document, tests };
}
