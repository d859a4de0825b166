/**
 * Owns `netpol-guard pods`: the pods that the policies of a file select and their peers match, in a live context or among the
 * workloads of the workspace. What can reach a cluster is loaded only when a context is named.
 */
import { fileURLToPath } from 'node:url';
import { Workspace } from '../core/workspace.ts';
import { policyOf } from '../engine/policy.ts';
import { liveObjectsOf, viewOf } from '../engine/snapshot.ts';
import { type Selected, type Selection, select, selectStdin } from '../files/selection.ts';
import { affectedPods, type PodSource, type PolicyPods } from '../report/affected-pods.ts';
import type { Refusal } from '../report/forbidden.ts';
import { liveSource } from '../report/live-source.ts';
import { type PodsOrigin, podsJson } from '../report/pods-json.ts';
import { podsText } from '../report/pods-text.ts';
import { harmless } from '../report/terminal.ts';
import { workspaceSource } from '../report/workspace-source.ts';
import { RULE_IDS } from '../rules/index.ts';
import { type Arguments, type Command, UsageError } from './command.ts';
import { type Io, usesColor, widthOf } from './io.ts';
import { headOf, LIVE_OPTIONS, liveNamed } from './live.ts';
import { faultLine, nameOf, skipLine } from './problem-lines.ts';

export const pods: Command = {
  name: 'pods',
  operands: 'FILE',
  maxOperands: 1,
  summary: 'List the pods that policies select and their peers match.',
  details: [
    'FILE is a manifest, a folder, or - for standard input. With --context, the pods are those of a cluster, read with the kubeconfig as kubectl would find it: only get and list are sent, and nothing is written. Without it, the workloads of the workspace around FILE are listed.',
    'Exit codes: 0 with an answer; 2 wrong usage, no NetworkPolicy in FILE, or a cluster that cannot be read; 3 a failure of netpol-guard itself.',
  ],
  options: [
    ...LIVE_OPTIONS,
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['text', 'json'],
      default: 'text',
      description: 'How to answer.',
    },
    { name: 'no-color', description: 'Do not colour the text. NO_COLOR and FORCE_COLOR are heeded, too.' },
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const [file] = args.positionals;
  if (file === undefined || file === '') throw new UsageError('Name the file: netpol-guard pods FILE');
  const selected = await read(file, io);
  const problems = [
    ...selected.faults.map((fault) => faultLine(fault, io)),
    ...[...selected.unreadable, ...selected.skipped.filter((s) => s.unreadable)].map((s) => skipLine(s, io)),
  ];
  if (problems.length > 0) return fail(io, ...problems);
  const worlds = selected.selections.map(worldOf);
  if (!worlds.some(({ views }) => views.length > 0))
    return fail(io, `netpol-guard: no NetworkPolicy in ${harmless(file)}. Name the file that holds it.`);
  const live = await liveNamed(args, io, false);
  if (!live) {
    const found = worlds.flatMap((world) => answers(world, workspaceSource(world.workspace)));
    answer(found, { kind: 'workspace' }, [], args, io);
    return 0;
  }
  const { context: name, readAt, only, forbidden } = live.snapshot;
  const source = liveSource(liveObjectsOf(live.snapshot), viewOf(live.snapshot));
  const found = worlds.flatMap((world) => answers(world, source));
  answer(
    found,
    { kind: 'context', name, readAt, only, forbidden: forbidden.filter(isAboutPods) },
    headOf(live),
    args,
    io,
  );
  return 0;
}

/** A snapshot also says what policies could not be read, of which nothing is asked here. */
function isAboutPods({ resource }: Refusal): boolean {
  return resource === 'pods' || resource === 'namespaces';
}

function fail(io: Io, ...lines: string[]): number {
  io.stderr.write(`${lines.join('\n')}\n`);
  return 2;
}

async function read(file: string, io: Io): Promise<Selected> {
  const options = { cwd: io.cwd, knownRules: RULE_IDS, config: null };
  if (file !== '-') return select([file], options);
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin) chunks.push(chunk);
  return selectStdin(Buffer.concat(chunks), options);
}

interface World {
  readonly workspace: Workspace;
  /** The policies that are asked about, as they would be applied. */
  readonly views: readonly NonNullable<ReturnType<typeof policyOf>>[];
}

function worldOf({ manifests, reported }: Selection): World {
  const workspace = new Workspace();
  workspace.together(() => {
    for (const { uri, text } of manifests) workspace.set(uri, text);
  });
  const views = manifests
    .filter(({ path }) => reported.has(path))
    .flatMap(({ uri }) => workspace.files.get(uri)?.documents ?? [])
    .flatMap((document) => workspace.viewsOf(document))
    .flatMap((resource) => (resource.role === 'policy' ? (policyOf(resource) ?? []) : []));
  return { workspace, views };
}

function answers({ views }: World, source: PodSource): PolicyPods[] {
  return views.map((policy) => affectedPods(policy, source, Number.POSITIVE_INFINITY));
}

function answer(
  policies: readonly PolicyPods[],
  source: PodsOrigin,
  head: readonly string[],
  args: Arguments,
  io: Io,
): void {
  const fileOf = (uri: string) => nameOf(fileURLToPath(uri), io);
  if (args.text('format') === 'json') {
    io.stdout.write(podsJson(policies, source, fileOf));
    return;
  }
  const color = !args.has('no-color') && usesColor(io.stdout, io.env);
  const noun = source.kind === 'context' ? 'pod' : 'workload';
  io.stdout.write(podsText(policies, { color, width: widthOf(io.stdout), noun, head, fileOf }));
}
