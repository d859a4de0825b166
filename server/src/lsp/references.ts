/**
 * Owns finding who speaks of an object: the policies and peers that select a workload or a namespace, and the workloads that a
 * selector selects. Only what is certain is listed.
 */
import type { CancellationToken, Location, Position } from 'vscode-languageserver/node';
import type { Place } from '../core/document.ts';
import type { Resource } from '../core/resource.ts';
import type { Workspace } from '../core/workspace.ts';
import { DIRECTIONS } from '../engine/direction.ts';
import { matchesPods, podLabelReader } from '../engine/isolation.ts';
import { type Policy, policyOf, rulesOf } from '../engine/policy.ts';
import type { PodsPeer } from '../engine/policy-rule.ts';
import { matchesNamespace } from '../engine/selected.ts';
import { asking } from './asking.ts';
import { distinct, locationOf, nameOf } from './link.ts';
import { scopesNamed, targetsOf } from './lookup.ts';
import { meansWorkload } from './selection.ts';
import type { Session } from './session.ts';
import { mapInSlices } from './slices.ts';
import type { ClientStyle } from './style.ts';
import { type Subject, subjectsAt } from './subject.ts';

export interface ReferencesAsked {
  readonly clientUri: string;
  readonly position: Position;
  /** Whether the object itself is wanted too. */
  readonly declaration: boolean;
}

/** Answers textDocument/references, in slices. */
export async function references(
  session: Session,
  style: ClientStyle,
  { clientUri, position, declaration }: ReferencesAsked,
  token: CancellationToken,
): Promise<Location[]> {
  const { uri, world, check } = await asking(session, clientUri, token);
  const document = world.workspace.files.get(uri)?.documentAt(position.line);
  const { workspace } = world;
  const subjects = document ? subjectsAt(workspace, document, position) : [];
  const own = subjects.flatMap((subject) => targetsOf(workspace, subject)).map(({ place }) => place);
  const finders = subjects.flatMap((subject) => mentionsOf(workspace, subject) ?? []);
  const policies = finders.length > 0 ? [...workspace.scopes].flatMap((scope) => scope.policies) : [];
  const mentionsIn = (resource: Resource) => finders.flatMap((find) => find(resource));
  const found = (await mapInSlices(policies, mentionsIn, check)).flat();
  const places = declaration || finders.length === 0 ? [...own, ...found] : found;
  return distinct(places, (place) => place).map((place) => locationOf(place, style.clientUri));
}

/** The places in one policy that mean a subject; null where a subject is not something that policies mean. */
function mentionsOf(workspace: Workspace, subject: Subject): ((resource: Resource) => Place[]) | null {
  if (subject.kind === 'workload') {
    const { resource: workload } = subject;
    const scope = workspace.scopeOf(workload);
    const labels = podLabelReader(workload);
    return mentions(
      (policy) =>
        workspace.scopeOf(policy.resource) === scope &&
        matchesPods(policy.podSelector.selector, labels) === true,
      (policy, peer) => meansWorkload(workspace, policy, peer, workload) === true,
    );
  }
  if (subject.kind !== 'namespace') return null;
  const scopes = scopesNamed(workspace, subject.name);
  return mentions(
    (policy) => scopes.some((scope) => workspace.scopeOf(policy.resource) === scope),
    (_, { namespaceSelector }) =>
      namespaceSelector !== null &&
      scopes.some((scope) => matchesNamespace(namespaceSelector, scope) === true),
  );
}

function mentions(
  isMeant: (policy: Policy) => boolean,
  isMeantBy: (policy: Policy, peer: PodsPeer) => boolean,
): (resource: Resource) => Place[] {
  return (resource) => {
    const policy = policyOf(resource);
    if (!policy) return [];
    const peers = peersOf(policy).filter((peer) => isMeantBy(policy, peer));
    const { document } = resource;
    return [
      ...(isMeant(policy) ? [nameOf(resource)] : []),
      ...peers.map((peer) => ({ document, span: firstKey(peer).span })),
    ];
  };
}

function peersOf(policy: Policy): PodsPeer[] {
  return DIRECTIONS.flatMap((direction) => rulesOf(policy, direction).rules).flatMap(({ peers }) =>
    peers.kind === 'some' ? peers.items.filter((peer) => peer.kind === 'pods') : [],
  );
}

function firstKey({ node, namespaceSelectorPair, podSelectorPair }: PodsPeer) {
  const keys = [namespaceSelectorPair, podSelectorPair].flatMap((pair) => (pair ? [pair.key] : []));
  return keys.sort((a, b) => a.span.start - b.span.start)[0] ?? node;
}
