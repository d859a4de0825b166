/**
 * Owns `netpol-guard pods`: the pods that the policies of a file select and their peers match, in a live context or among the
 * workloads of the workspace. What can reach a cluster is loaded only when a context is named.
 */
import { fileURLToPath } from 'node:url';
import type { Cluster } from '../cluster/cluster.ts';
import { kubeconfigFiles } from '../cluster/kubeconfig.ts';
import { Workspace } from '../core/workspace.ts';
import { policyOf } from '../engine/policy.ts';
import { type Selected, type Selection, select, selectStdin } from '../files/selection.ts';
import { affectedPods, type PodSource, type PolicyPods } from '../report/affected-pods.ts';
import { neededRight } from '../report/forbidden.ts';
import { liveSource } from '../report/live-source.ts';
import { type PodsOrigin, podsJson } from '../report/pods-json.ts';
import { podsText } from '../report/pods-text.ts';
import { harmless } from '../report/terminal.ts';
import { workspaceSource } from '../report/workspace-source.ts';
import { RULE_IDS } from '../rules/index.ts';
import { type Arguments, type Command, UsageError } from './command.ts';
import { type Io, usesColor, widthOf } from './io.ts';
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
    { name: 'context', value: 'NAME', description: 'Ask the cluster of this context of the kubeconfig.' },
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
  const context = args.text('context');
  if (context === null) {
    const found = worlds.flatMap((world) => answers(world, workspaceSource(world.workspace)));
    answer(found, { kind: 'workspace' }, [], args, io);
    return 0;
  }
  const cluster = await readCluster(context, io);
  const { state } = cluster;
  if (state.phase !== 'live') return fail(io, `netpol-guard: ${harmless(state.message ?? 'no answer')}`);
  const source = liveSource(cluster, cluster.view);
  const found = worlds.flatMap((world) => answers(world, source));
  const readAt = new Date(state.heardAt ?? Date.now()).toISOString();
  const { only, forbidden } = state;
  answer(found, { kind: 'context', name: context, readAt, only, forbidden }, headOf(state, readAt), args, io);
  return 0;
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

/** Reads the cluster once. Whoever types a context's name on their own command line wants what it signs in with to run. */
async function readCluster(context: string, io: Io): Promise<Cluster> {
  const { Cluster } = await import('../cluster/open.ts');
  const files = kubeconfigFiles([], io.env);
  const cluster = new Cluster({ context, files, guard: () => null, watches: false }, () => {});
  await cluster.start();
  cluster.stop();
  return cluster;
}

function headOf({ context, only, forbidden }: Cluster['state'], readAt: string): string[] {
  const missing = forbidden.map(neededRight).join(', ');
  return [
    `Context ${context}, read at ${readAt}${only === null ? '' : `, the namespace ${only} only`}.`,
    ...(missing === '' ? [] : [`The user of this context may not: ${missing}.`]),
  ];
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
