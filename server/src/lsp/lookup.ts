/**
 * Owns finding what a subject stands for: the objects that a selector, a namespace's name or a port's name means, each with the
 * place to show.
 */
import type { Place } from '../core/document.ts';
import { nameNode, type Resource } from '../core/resource.ts';
import type { NamespaceScope, Workspace } from '../core/workspace.ts';
import { asMap, get, pairOf } from '../core/yaml/nodes.ts';
import { podsOf } from '../engine/pods.ts';
import { type Selection, workloadsMatching } from '../engine/selected.ts';
import type { Requirement, Selector } from '../engine/selector.ts';
import { destinationsOf, namespacesOf, workloadsOf, workloadsOfPeer } from './selection.ts';
import type { Subject } from './subject.ts';

export interface Target {
  readonly resource: Resource;
  readonly place: Place;
}

/** The objects a subject stands for. What depends on what is not known is among them. */
export function targetsOf(workspace: Workspace, subject: Subject): Target[] {
  switch (subject.kind) {
    case 'namespace':
      return namespaceTargets(workspace, subject.resource, subject.name);
    case 'workload':
      return [{ resource: subject.resource, place: placeOf(subject.resource, subject.span) }];
    case 'namespaces':
      return every(namespacesOf(workspace, subject.policy, subject.peer)).flatMap(namespaceIn);
    case 'pods':
      return podTargets(workspace, subject);
    case 'service-pods':
      return labelled(workspace, subject.resource, subject.selector).map((w) => podTarget(w, null));
    case 'port':
      return destinationsOf(workspace, subject.policy, subject.rule)
        .flat()
        .flatMap((workload) => portTargets(workload, subject.port));
  }
}

/** The scopes of a namespace: more than one where worlds differ. */
export function scopesNamed(workspace: Workspace, name: string): NamespaceScope[] {
  return [...workspace.scopes].filter((scope) => scope.name === name);
}

/** The Namespace beside the object, else one that is applied from elsewhere in the workspace. */
function namespaceTargets(workspace: Workspace, resource: Resource, name: string): Target[] {
  const own = workspace.scopeOf(resource);
  const beside = own ? namespaceIn(own) : [];
  return beside.length > 0 ? beside : scopesNamed(workspace, name).flatMap(namespaceIn);
}

function namespaceIn({ namespace }: NamespaceScope): Target[] {
  return namespace ? [{ resource: namespace, place: placeOf(namespace, nameNode(namespace).span) }] : [];
}

/** The pods of the whole selector; where it selects none, those that at least have the label that is pointed at. */
function podTargets(workspace: Workspace, { policy, peer, only }: Subject & { kind: 'pods' }): Target[] {
  const selected = every(peer ? workloadsOfPeer(workspace, policy, peer) : workloadsOf(workspace, policy));
  const workloads =
    selected.length === 0 && only && !peer
      ? labelled(workspace, policy.resource, { requirements: [only] })
      : selected;
  return workloads.map((workload) => podTarget(workload, only));
}

function labelled(workspace: Workspace, near: Resource, selector: Selector): Resource[] {
  const scope = workspace.scopeOf(near);
  return scope ? every(workloadsMatching(selector, scope)) : [];
}

function every<T>(selection: Selection<T> | null): T[] {
  return selection ? [...selection.sure, ...selection.maybe] : [];
}

function podTarget(workload: Resource, only: Requirement | null): Target {
  const labels = asMap(get(get(workload.pod, 'metadata'), 'labels'));
  const pair = only ? pairOf(labels, only.key) : undefined;
  const span = pair
    ? { start: pair.key.span.start, end: Math.max(pair.key.span.end, pair.value.span.end) }
    : nameNode(workload).span;
  return { resource: workload, place: placeOf(workload, span) };
}

function portTargets(workload: Resource, name: string): Target[] {
  return podsOf(workload)
    .ports.filter((port) => port.name === name)
    .map(({ node }) => ({
      resource: workload,
      place: placeOf(workload, (get(node, 'name') ?? node).span),
    }));
}

function placeOf({ document }: Resource, span: Place['span']): Place {
  return { document, span };
}
