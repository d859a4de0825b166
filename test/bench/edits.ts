/**
 * Owns the benchmark of one edit in a large workspace, inside one process: what is judged again because of it, and how long
 * that takes. Run by bench.ts in a process of its own; prints JSON.
 */
import { createLinter, type Effort } from '../../server/src/core/lint.ts';
import { Workspace } from '../../server/src/core/workspace.ts';
import { RULES } from '../../server/src/rules/index.ts';
import { LARGE_WORKSPACE, workspaceFiles } from './generate.ts';
import { median } from './statistics.ts';

/** What follows from one kind of edit. Times in milliseconds are medians. */
export interface EditedFile {
  readonly what: string;
  /** What had to be judged again before everything in the workspace had its verdict. */
  readonly again: Effort;
  /** Until the edited file has its verdict, and until everything has. */
  readonly file: number;
  readonly all: number;
}

/** What it was from scratch, and what it is after one edit. */
export interface Edits {
  readonly scratch: Effort;
  readonly edits: readonly EditedFile[];
}

const ROOT = 'file:///workspace/';
const ROUNDS = 11;

const KINDS: readonly (readonly [what: string, file: string, from: string, to: string])[] = [
  ['a comment in a policy', 'team-7/policy-3.yaml', 'spec:\n', 'spec: # a comment\n'],
  ['a port of a policy', 'team-7/policy-3.yaml', '- protocol: TCP', '- protocol: UDP'],
  ['the label of a workload', 'team-7/deployment-3.yaml', '        tier:', '        level:'],
  ['the port of a Service', 'team-7/service-3.yaml', 'port: 80', 'port: 81'],
  ['the label of a Namespace', 'team-7/namespace.yaml', 'team:', 'crew:'],
  ['a Role', 'team-7/role-3.yaml', 'get, list', 'get'],
];

function measure(): Edits {
  const workspace = new Workspace((scope, change) => linter.invalidate(scope, change));
  const linter = createLinter(() => workspace, { rules: RULES });
  const texts = new Map(workspaceFiles(LARGE_WORKSPACE));
  for (const [path, text] of texts) workspace.set(ROOT + path, text);
  const judge = (uri: string) => {
    for (const document of workspace.files.get(uri)?.documents ?? []) linter.diagnose(document);
  };
  const judgeAll = () => {
    for (const uri of workspace.files.keys()) judge(uri);
  };
  judgeAll();
  const scratch = { ...linter.effort };
  const edits = KINDS.map(([what, path, from, to]): EditedFile => {
    const uri = ROOT + path;
    const text = texts.get(path) ?? '';
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`${path} has no "${from}"`);
    const samples = { file: [] as number[], all: [] as number[] };
    let again: Effort = scratch;
    for (let round = 0; round < ROUNDS * 2; round++) {
      const before = { ...linter.effort };
      const started = performance.now();
      workspace.set(uri, round % 2 === 0 ? edited : text);
      judge(uri);
      samples.file.push(performance.now() - started);
      judgeAll();
      samples.all.push(performance.now() - started);
      again = difference(linter.effort, before);
    }
    return { what, again, file: median(samples.file), all: median(samples.all) };
  });
  return { scratch, edits };
}

function difference(after: Effort, before: Effort): Effort {
  return {
    documents: after.documents - before.documents,
    scopes: after.scopes - before.scopes,
    checks: after.checks - before.checks,
  };
}

console.log(JSON.stringify(measure()));
