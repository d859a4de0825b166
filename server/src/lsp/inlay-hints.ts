/**
 * Owns the hints behind selectors, peers and named ports: how many workloads they mean, and which number a port has. They are
 * about what the workspace holds; where it does not know, there is no hint.
 */
import type { CancellationToken, InlayHint, Range as LspRange } from 'vscode-languageserver/node';
import type { YamlDocument } from '../core/document.ts';
import { lineAt } from '../core/lines.ts';
import { describe, type Resource } from '../core/resource.ts';
import type { Workspace } from '../core/workspace.ts';
import { asMap, asString, get, pairOf, type YamlNode, type YamlPair } from '../core/yaml/nodes.ts';
import { DIRECTIONS } from '../engine/direction.ts';
import { podsOf } from '../engine/pods.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../engine/policy.ts';
import type { PodsPeer, PolicyRule } from '../engine/policy-rule.ts';
import { asking } from './asking.ts';
import { overlaps } from './convert.ts';
import { count, eitherOf } from './count.ts';
import { destinationsOf, type Meant, namespacesOf, workloadsOf, workloadsOfPeer } from './selection.ts';
import type { Session } from './session.ts';
import type { Shown } from './shown.ts';
import { mapInSlices } from './slices.ts';

/** Answers textDocument/inlayHint for the part of a document that is shown, in slices. */
export async function inlayHints(
  session: Session,
  { hints }: Shown,
  clientUri: string,
  range: LspRange,
  token: CancellationToken,
): Promise<InlayHint[]> {
  const { uri, world, check } = await asking(session, clientUri, token);
  const { workspace } = world;
  if (!workspace.complete) return [];
  const documents = [...(workspace.files.get(uri)?.documents ?? [])].filter((d) => mayOverlap(d, range));
  const hintsOf = (document: YamlDocument): InlayHint[] => {
    const views = workspace.viewsOf(document).filter(({ role }) => role === 'policy');
    const policies = views.map(soundPolicyOf).filter((policy) => policy !== null);
    return inOne(policies.flatMap((policy) => [...hintsIn(workspace, hints, policy)]));
  };
  const found = await mapInSlices(documents, hintsOf, check);
  return found.flat().filter(({ position }) => overlaps({ start: position, end: position }, range));
}

/** One hint for each place: an object that several kustomizations apply may mean something else in each. */
function inOne(hints: readonly InlayHint[]): InlayHint[] {
  const byPlace = Map.groupBy(hints, ({ position }) => `${position.line}:${position.character}`);
  return [...byPlace.values()].map((here) => ({
    ...(here[0] as InlayHint),
    label: eitherOf(here.map(({ label }) => label as string)),
    tooltip: [...new Set(here.map(({ tooltip }) => tooltip as string))].join('\n'),
  }));
}

function mayOverlap(document: YamlDocument, { start, end }: LspRange): boolean {
  return document.startLine <= end.line && start.line < document.startLine + document.lineStarts.length;
}

function* hintsIn(workspace: Workspace, kinds: Shown['hints'], policy: Policy): Iterable<InlayHint> {
  const { document } = policy.resource;
  const { pair } = policy.podSelector;
  if (kinds.podSelector && pair) {
    const hint = hintFor(document, pair, workloadsOf(workspace, policy));
    if (hint) yield hint;
  }
  for (const direction of DIRECTIONS)
    for (const rule of rulesOf(policy, direction).rules) {
      if (kinds.peers) yield* peerHints(workspace, policy, rule);
      if (kinds.namedPorts) yield* portHints(workspace, policy, rule);
    }
}

function* peerHints(workspace: Workspace, policy: Policy, { peers }: PolicyRule): Iterable<InlayHint> {
  for (const peer of peers.kind === 'some' ? peers.items : []) {
    const pair = peer.kind === 'pods' ? firstPair(peer) : null;
    if (peer.kind !== 'pods' || !pair) continue;
    const { document } = policy.resource;
    const hint =
      hintFor(document, pair, workloadsOfPeer(workspace, policy, peer)) ??
      namespaceHint(workspace, policy, peer, pair);
    if (hint) yield hint;
  }
}

/** The hint for a peer in whose namespaces no workload is known: at least these namespaces there are. */
function namespaceHint(
  workspace: Workspace,
  policy: Policy,
  peer: PodsPeer,
  pair: YamlPair,
): InlayHint | null {
  const matched = peer.podSelector ? null : namespacesOf(workspace, policy, peer);
  if (!peer.namespaceSelector || !matched || matched.sure.length === 0) return null;
  const names = listed(matched.sure.length, (n) => matched.sure[n]?.name ?? '');
  return hintAt(policy.resource.document, pair, count(matched, 'namespace', 'namespaces'), names);
}

function firstPair({ podSelectorPair, namespaceSelectorPair }: PodsPeer): YamlPair | null {
  if (!podSelectorPair || !namespaceSelectorPair) return podSelectorPair ?? namespaceSelectorPair;
  const podsFirst = podSelectorPair.key.span.start < namespaceSelectorPair.key.span.start;
  return podsFirst ? podSelectorPair : namespaceSelectorPair;
}

function hintFor(document: YamlDocument, pair: YamlPair, meant: Meant<Resource> | null): InlayHint | null {
  const { sure, maybe, open } = meant ?? { sure: [], maybe: [], open: true };
  const isNone = sure.length + maybe.length === 0;
  // Where there is nothing here, and may be something elsewhere, there is nothing to say.
  if (!meant || (isNone && open)) return null;
  const label = isNone ? '0 match' : count(meant, 'workload', 'workloads');
  const names = listed(sure.length + maybe.length, (n) => {
    const workload = sure[n] ?? maybe[n - sure.length];
    return workload ? `${describe(workload)}${n < sure.length ? '' : ' (perhaps)'}` : '';
  });
  return hintAt(document, pair, label, names);
}

function* portHints(workspace: Workspace, policy: Policy, rule: PolicyRule): Iterable<InlayHint> {
  if (rule.ports.kind !== 'some') return;
  for (const { node, set } of rule.ports.items) {
    const pair = pairOf(asMap(node), 'port');
    const name = asString(pair?.value);
    if (!pair || name === null || set?.names.size !== 1) continue;
    const key = `${asString(get(node, 'protocol')) ?? 'TCP'}/${name}`;
    const named = destinationsOf(workspace, policy, rule).map((workloads) => portsNamed(workloads, key));
    const numbers = [...new Set(named.flatMap((byNumber) => [...byNumber.keys()]))].sort((a, b) => a - b);
    if (numbers.length === 0) continue;
    const label = `${numbers.length === 1 ? 'port' : 'ports'} ${numbers.join(', ')}`;
    const workloads = named.flatMap((byNumber) => [...byNumber.values()]).flat();
    const names = listed(workloads.length, (n) => describe(workloads[n] as Resource));
    yield hintAt(policy.resource.document, pair, label, names);
  }
}

type ByNumber = ReadonlyMap<number, readonly Resource[]>;

const ports = new WeakMap<readonly Resource[], Map<string, ByNumber>>();

/** The numbers that `protocol/name` stands for, each with the workloads that say so; remembered as long as the list. */
function portsNamed(workloads: readonly Resource[], key: string): ByNumber {
  const known = ports.get(workloads) ?? new Map<string, ByNumber>();
  ports.set(workloads, known);
  const byNumber = known.get(key) ?? findPorts(workloads, key);
  known.set(key, byNumber);
  return byNumber;
}

function findPorts(workloads: readonly Resource[], key: string): ByNumber {
  const found = new Map<number, Resource[]>();
  for (const workload of workloads)
    for (const { name, number, protocol } of podsOf(workload).ports)
      if (`${protocol}/${name}` === key) {
        const known = found.get(number);
        if (known) known.push(workload);
        else found.set(number, [workload]);
      }
  return found;
}

const NONE =
  'None of the workloads in this workspace. Pods that other tools make, operators for instance, are not among them.';

/** How many names a tooltip lists. */
const LISTED = 10;

function listed(length: number, nameOf: (index: number) => string): string[] {
  const names = Array.from({ length: Math.min(length, LISTED) }, (_, n) => nameOf(n));
  return length > LISTED ? [...names, `and ${length - LISTED} more`] : names;
}

function hintAt(document: YamlDocument, pair: YamlPair, label: string, names: readonly string[]): InlayHint {
  const offset = endOfFirstLine(document, pair);
  return {
    position: document.rangeOf({ start: offset, end: offset }).start,
    label,
    paddingLeft: true,
    tooltip: names.length === 0 ? NONE : `In this workspace: ${names.join(', ')}.`,
  };
}

/** Behind what the pair has on its first line: its value if that ends there, else the colon, or the bracket behind it. */
function endOfFirstLine({ lineStarts, text }: YamlDocument, { key, value }: YamlPair): number {
  const line = lineAt(lineStarts, key.span.end);
  if (isText(value) && lineAt(lineStarts, value.span.end) === line) return value.span.end;
  const opens = (value.kind === 'map' || value.kind === 'seq') && value.style === 'flow';
  if (opens && lineAt(lineStarts, value.span.start) === line) return value.span.start + 1;
  const colon = text.indexOf(':', key.span.end);
  return colon < 0 ? key.span.end : colon + 1;
}

function isText({ span }: YamlNode): boolean {
  return span.end > span.start;
}
