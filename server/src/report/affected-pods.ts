/**
 * Owns the answer to "which pods?" as plain data: for each policy, the pods it selects and those its peers match, by namespace and
 * workload, with what has to be known beside them. Editor and command line show the same answer.
 */
import type { Range } from '../core/document.ts';
import type { Resource } from '../core/resource.ts';
import type { Span } from '../core/span.ts';
import { DIRECTIONS, type Direction } from '../engine/direction.ts';
import { type Policy, rulesOf } from '../engine/policy.ts';
import type { Peer, PolicyRule } from '../engine/policy-rule.ts';
import type { Selection } from '../engine/selected.ts';
import { describePeer, describeSubject } from './describe-policy.ts';

export interface PolicyPods {
  readonly name: string | null;
  /** Null when it is not known where the policy would be applied. */
  readonly namespace: string | null;
  readonly uri: string;
  readonly range: Range;
  /** What it selects first, then its peers in the order of the text. */
  readonly sections: readonly PodSection[];
}

export interface PodSection {
  readonly role: 'selected' | Direction;
  /** Where in the object: `spec.ingress[0].from[1]`. */
  readonly path: string;
  /** What it says, in words. */
  readonly title: string;
  readonly range: Range;
  /** `everyone` and `nobody`: a rule without peers, and no rule at all. `unknown`: it cannot be read, or nothing is known. */
  readonly extent: 'some' | 'everyone' | 'nobody' | 'unknown';
  /** How many pods (or workloads) there are, those that are not listed included; null for everyone, and when it is not known. */
  readonly total: number | null;
  /** Whether there may be more than `total`, where nobody may look. */
  readonly open: boolean;
  readonly namespaces: readonly NamespaceGroup[];
  /** Whole sentences. */
  readonly notes: readonly string[];
}

export interface NamespaceGroup {
  readonly name: string;
  readonly total: number;
  readonly workloads: readonly WorkloadGroup[];
}

export interface WorkloadGroup {
  readonly kind: string;
  readonly name: string;
  readonly total: number;
  /** Whether they are surely meant; the section's notes say why not. */
  readonly sure: boolean;
  /** Empty for a workload of the workspace, whose pods do not exist yet. */
  readonly pods: readonly PodLine[];
  /** Its manifest; null for live pods. */
  readonly at: { readonly uri: string; readonly range: Range } | null;
}

export interface PodLine {
  readonly name: string;
  readonly phase: string;
  readonly node: string | null;
  readonly hostNetwork: boolean;
  readonly addresses: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** One thing that was found, of those that are grouped. */
export interface Found {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly hostNetwork: boolean;
  readonly pod: PodLine | null;
  readonly at: WorkloadGroup['at'];
}

/** What a source of pods has to say about a selector. */
export interface Answer {
  /** Null when nothing is known. */
  readonly found: Selection<Found> | null;
  /** Whether there may be more. */
  readonly open: boolean;
  readonly notes: readonly string[];
}

/** Where pods are looked for: a cluster, or the manifests of a workspace. */
export interface PodSource {
  /** What is counted. */
  readonly noun: 'pod' | 'workload';
  /** The namespace an object would be applied to. */
  namespaceOf(resource: Resource): string | null;
  selectedBy(policy: Policy): Answer;
  matchedBy(policy: Policy, peer: Exclude<Peer, { kind: 'unknown' }>): Answer;
}

/** What there is to show of one policy. At most `limit` things are listed in a section; all of them are counted. */
export function affectedPods(policy: Policy, source: PodSource, limit: number): PolicyPods {
  const { resource } = policy;
  const isReadable = policy.podSelector.selector !== null;
  const selected = isReadable ? source.selectedBy(policy) : NOT_KNOWN;
  const place = policy.podSelector.pair?.key.span ?? policy.spec.span;
  const own: PodSection = {
    role: 'selected',
    path: 'spec.podSelector',
    title: plain(describeSubject(policy)),
    range: rangeOf(policy, place),
    ...grouped(selected, limit),
    notes: [...notesOnSelected(policy, selected, source), ...selected.notes],
  };
  return {
    name: resource.name,
    namespace: source.namespaceOf(resource),
    uri: resource.document.uri,
    range: rangeOf(policy, resource.root.span),
    sections: [own, ...DIRECTIONS.flatMap((direction) => sectionsOf(policy, direction, source, limit))],
  };
}

function notesOnSelected({ podSelector }: Policy, { found }: Answer, { noun }: PodSource): string[] {
  if (podSelector.selector === null)
    return ['The selector cannot be read, so it is not known what it selects.'];
  const onHost = (found?.sure ?? []).filter(({ hostNetwork }) => hostNetwork).length;
  if (onHost === 0) return [];
  const which = onHost === 1 ? `One ${noun} is` : `${onHost} ${noun}s are`;
  return [`${which} in the network of the node: most network plugins apply no policy there.`];
}

const FIELD = { Ingress: ['ingress', 'from'], Egress: ['egress', 'to'] } as const;

function sectionsOf(policy: Policy, direction: Direction, source: PodSource, limit: number): PodSection[] {
  const { rules, pair, unknown } = rulesOf(policy, direction);
  const isolates = policy.isolates[direction];
  const [field, peers] = FIELD[direction];
  const base = { role: direction, range: rangeOf(policy, pair?.key.span ?? policy.spec.span) };
  const empty = { ...base, path: `spec.${field}`, open: false, namespaces: [] };
  if (isolates === false && rules.length === 0) return [];
  if (rules.length === 0 && !unknown) {
    const title = direction === 'Ingress' ? 'from nobody' : 'to nobody';
    return [
      {
        ...empty,
        extent: 'nobody',
        total: 0,
        title,
        notes: ['All of it is denied, unless another policy allows it.'],
      },
    ];
  }
  const notes = [
    ...(isolates === false ? [`\`policyTypes\` leaves out ${direction}, so this has no effect.`] : []),
    ...(isolates === null ? [`It is not known whether the policy isolates ${field}.`] : []),
  ];
  const sections = rules.flatMap((rule, i) =>
    ofRule(policy, rule, `spec.${field}[${i}]`, peers, source, limit),
  );
  const unreadable = unknown
    ? [{ ...empty, extent: 'unknown' as const, total: null, title: 'rules that cannot be read', notes: [] }]
    : [];
  return [...sections, ...unreadable].map((section) => ({ ...section, notes: [...notes, ...section.notes] }));
}

function ofRule(
  policy: Policy,
  rule: PolicyRule,
  path: string,
  field: 'from' | 'to',
  source: PodSource,
  limit: number,
): PodSection[] {
  const role = rule.direction;
  if (rule.peers.kind !== 'some') {
    const isAny = rule.peers.kind === 'any';
    const range = rangeOf(policy, rule.peers.pair?.key.span ?? rule.node.span);
    return [
      {
        role,
        path,
        title: isAny ? `${field} anywhere` : `${field} peers that cannot be read`,
        range,
        extent: isAny ? 'everyone' : 'unknown',
        total: null,
        open: false,
        namespaces: [],
        notes: isAny ? ['Every pod of every namespace, and every address outside the cluster.'] : [],
      },
    ];
  }
  return rule.peers.items.map((peer, i) => {
    const answer = peer.kind === 'unknown' ? NOT_KNOWN : source.matchedBy(policy, peer);
    return {
      role,
      path: `${path}.${field}[${i}]`,
      title: `${field} ${plain(describePeer(peer))}`,
      range: rangeOf(policy, peer.node.span),
      ...grouped(answer, limit),
      notes: answer.notes,
    };
  });
}

const NOT_KNOWN: Answer = { found: null, open: false, notes: [] };

/** Sorted by name, so that the answer is the same each time. */
function grouped(
  { found, open }: Answer,
  limit: number,
): Pick<PodSection, 'extent' | 'total' | 'open' | 'namespaces'> {
  const isNone = found !== null && found.sure.length + found.maybe.length === 0;
  // Where nothing is found and not everything is seen, "none" would say too much.
  if (!found || (isNone && open)) return { extent: 'unknown', total: null, open: false, namespaces: [] };
  const all = [
    ...found.sure.map((f) => ({ f, sure: true })),
    ...found.maybe.map((f) => ({ f, sure: false })),
  ];
  let left = limit;
  const byNamespace = sortedGroups(all, ({ f }) => f.namespace);
  const namespaces = byNamespace.map(([name, members]) => ({
    name,
    total: members.length,
    workloads: sortedGroups(members, ({ f }) => `${f.name}\n${f.kind}`).flatMap(
      ([, same]): WorkloadGroup[] => {
        const [first] = same;
        if (!first || left <= 0) return [];
        const pods = same.flatMap(({ f }) => f.pod ?? []).sort((a, b) => compare(a.name, b.name));
        const shown = pods.slice(0, left);
        left -= Math.max(1, shown.length);
        const { kind, name, at } = first.f;
        return [{ kind, name, total: same.length, sure: same.every(({ sure }) => sure), pods: shown, at }];
      },
    ),
  }));
  return { extent: 'some', total: all.length, open, namespaces };
}

function sortedGroups<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  return [...Map.groupBy(items, key)].sort(([a], [b]) => compare(a, b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function rangeOf({ resource }: Policy, span: Span): Range {
  return resource.document.rangeOf(span);
}

/** Text without the marks of Markdown. */
function plain(markdown: string): string {
  return markdown.replaceAll(/\*\*|`/g, '');
}
