/**
 * Owns `pods --format text`: the pods of each policy for people at a terminal.
 */
import type { PodSection, PolicyPods, WorkloadGroup } from './affected-pods.ts';
import { harmless, type Paint, painter, wrap } from './terminal.ts';
import { named } from './text.ts';

export interface PodsTextOptions {
  readonly color: boolean;
  /** Columns to wrap notes to; null leaves them on one line. */
  readonly width: number | null;
  readonly noun: 'pod' | 'workload';
  /** What is said about the source before everything else. */
  readonly head: readonly string[];
  readonly fileOf: (uri: string) => string;
}

export function podsText(policies: readonly PolicyPods[], options: PodsTextOptions): string {
  const paint = painter(options.color);
  const head = options.head.flatMap((line) => wrap(harmless(line), options.width));
  const blocks = policies.map((policy) => block(policy, options, paint).join('\n'));
  return `${[...(head.length > 0 ? [head.join('\n')] : []), ...blocks].join('\n\n')}\n`;
}

function block(policy: PolicyPods, options: PodsTextOptions, paint: Paint): string[] {
  const { line, character } = policy.range.start;
  const place = `${named(options.fileOf(policy.uri))}:${line + 1}:${character + 1}`;
  const name = [policy.namespace, policy.name ?? '(no name)'].filter((part) => part !== null).join('/');
  return [
    `${paint('bold', place)} NetworkPolicy ${paint('cyan', harmless(name))}`,
    ...policy.sections.flatMap((section) => sectionLines(section, options, paint)),
  ];
}

const VERB = { selected: 'applies to', Ingress: 'ingress', Egress: 'egress' } as const;

function sectionLines(section: PodSection, options: PodsTextOptions, paint: Paint): string[] {
  const { noun, width } = options;
  const count = section.total === null ? '' : `: ${countOf(section.total, section.open, noun)}`;
  const lines = [`  ${paint('bold', `${VERB[section.role]} ${harmless(section.title)}`)}${count}`];
  for (const { name, total, workloads } of section.namespaces) {
    lines.push(`    ${harmless(name)} ${paint('dim', `(${total})`)}`);
    for (const workload of workloads) lines.push(...workloadLines(workload, options, paint));
  }
  const indented = (text: string) => wrap(harmless(text), width && width - 4).map((line) => `    ${line}`);
  return [...lines, ...section.notes.flatMap(indented).map((line) => paint('dim', line))];
}

function workloadLines(workload: WorkloadGroup, options: PodsTextOptions, paint: Paint): string[] {
  const { kind, name, sure, pods, at } = workload;
  const where = at ? ` ${paint('dim', `${named(options.fileOf(at.uri))}:${at.range.start.line + 1}`)}` : '';
  const doubt = sure ? '' : ' (perhaps)';
  const head = `      ${harmless(name)} ${paint('dim', `[${harmless(kind)}]`)}${doubt}${where}`;
  // A pod by itself would be named twice.
  if (kind === 'Pod' && pods.length === 1 && pods[0]) return [`${head}${detail(pods[0])}`];
  return [head, ...pods.map((pod) => `        ${harmless(pod.name)}${detail(pod)}`)];
}

function detail({ phase, node, hostNetwork }: WorkloadGroup['pods'][number]): string {
  const parts = [phase, ...(node === null ? [] : [node]), ...(hostNetwork ? ['hostNetwork'] : [])];
  return `  ${harmless(parts.join(' · '))}`;
}

/** `no pod`, `1 pod`, `3 pods`, and `3+ pods` where there may be more. */
function countOf(count: number, open: boolean, noun: string): string {
  if (open) return `${count}+ ${noun}s`;
  return `${count === 0 ? 'no' : count} ${noun}${count > 1 ? 's' : ''}`;
}
