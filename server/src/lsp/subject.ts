/**
 * Owns what a place in a manifest speaks of: a namespace, the pods or namespaces a selector stands for, a port by its name, or
 * a workload. Where those are is looked up elsewhere.
 */

import type { YamlDocument } from '../core/document.ts';
import { offsetAt, type Position } from '../core/lines.ts';
import type { Resource } from '../core/resource.ts';
import { type Span, touches } from '../core/span.ts';
import type { Workspace } from '../core/workspace.ts';
import { asMap, asString } from '../core/yaml/nodes.ts';
import type { Direction } from '../engine/direction.ts';
import { type Policy, policyOf, rulesOf } from '../engine/policy.ts';
import type { PodsPeer, PolicyRule } from '../engine/policy-rule.ts';
import { type Requirement, readSelector, type Selector } from '../engine/selector.ts';
import { serviceOf } from '../engine/services.ts';
import { pathOfSteps, type Step, stepsTo } from './steps.ts';

/** What the text at a place speaks of. `span` is the text that says so, relative to the document. */
export type Subject = { readonly resource: Resource; readonly span: Span } & (
  | { readonly kind: 'namespace'; readonly name: string }
  | { readonly kind: 'pods'; readonly policy: Policy; readonly peer: PodsPeer | null; readonly only: Only }
  | { readonly kind: 'namespaces'; readonly policy: Policy; readonly peer: PodsPeer; readonly only: Only }
  | { readonly kind: 'port'; readonly policy: Policy; readonly rule: PolicyRule; readonly port: string }
  | { readonly kind: 'service-pods'; readonly selector: Selector }
  | { readonly kind: 'workload' }
);

/** The one requirement of a selector that is pointed at; null for the whole of it. */
type Only = Requirement | null;

/**
 * What the text at a position of the file speaks of: nothing where that is not looked up, one thing in an object that is applied
 * as it is written, one for each world where kustomizations apply it.
 */
export function subjectsAt(workspace: Workspace, document: YamlDocument, position: Position): Subject[] {
  const relative = { line: position.line - document.startLine, character: position.character };
  const offset = offsetAt(document.lineStarts, document.text, relative);
  return workspace
    .viewsOf(document)
    .filter(({ root }) => touches(root.span, offset))
    .flatMap((view) => {
      const steps = stepsTo(view.root, offset);
      return steps.length > 0 ? (subjectOf(view, steps) ?? []) : [];
    });
}

function subjectOf(resource: Resource, steps: readonly Step[]): Subject | null {
  const path = pathOfSteps(steps);
  const last = steps.at(-1) as Step;
  const base = { resource, span: spanOf(last) };
  if (path[0] === 'metadata' && path[1] === 'namespace')
    return resource.namespace === null ? null : { ...base, kind: 'namespace', name: resource.namespace };
  if (resource.role === 'namespace')
    return resource.name !== null && path[0] === 'metadata'
      ? { ...base, kind: 'namespace', name: resource.name }
      : null;
  if (resource.role === 'workload')
    return isAboutPods(resource, steps) ? { ...base, kind: 'workload' } : null;
  if (resource.role === 'service') return ofService(resource, steps, base);
  const policy = resource.role === 'policy' ? policyOf(resource) : null;
  return policy && ofPolicy(policy, steps, base);
}

type Base = Pick<Subject, 'resource' | 'span'>;

function spanOf({ pair, node }: Step): Span {
  if (!pair) return node.span;
  const isShort = node.kind === 'scalar' && node.span.end > node.span.start;
  return isShort ? { start: pair.key.span.start, end: node.span.end } : pair.key.span;
}

/** A workload's own name, and the labels of its pods. */
function isAboutPods(resource: Resource, steps: readonly Step[]): boolean {
  const path = pathOfSteps(steps);
  if (path[0] === 'metadata' && path[1] === 'name') return true;
  const metadata = steps.findIndex((step) => step.node === asMap(step.node) && isPodMetadata(resource, step));
  return metadata >= 0 && (path[metadata + 1] === 'labels' || path[metadata + 1] === undefined);
}

function isPodMetadata({ pod }: Resource, { name, node }: Step): boolean {
  return (
    name === 'metadata' && pod !== null && pod.pairs.some((p) => p.name === 'metadata' && p.value === node)
  );
}

function ofService(resource: Resource, steps: readonly Step[], base: Base): Subject | null {
  const service = steps[0]?.name === 'spec' && steps[1]?.name === 'selector' ? serviceOf(resource) : null;
  return service && { ...base, kind: 'service-pods', selector: service.selector };
}

function ofPolicy(policy: Policy, steps: readonly Step[], base: Base): Subject | null {
  const [spec, field] = steps;
  if (spec?.name === 'metadata' && field?.name === 'name')
    return { ...base, kind: 'pods', policy, peer: null, only: null };
  if (spec?.name !== 'spec' || !field) return null;
  if (field.name === 'podSelector')
    return { ...base, kind: 'pods', policy, peer: null, only: requirementIn(policy, steps.slice(1)) };
  if (field.name === 'ingress') return ofRule(policy, 'Ingress', steps, base);
  return field.name === 'egress' ? ofRule(policy, 'Egress', steps, base) : null;
}

/** The way to a peer's selector is `spec`, `ingress`, `[]`, `from`, `[]`, `podSelector`; to a port `ports`, `[]`, `port`. */
function ofRule(policy: Policy, direction: Direction, steps: readonly Step[], base: Base): Subject | null {
  const [, , item, , entry, field] = steps;
  const rule = rulesOf(policy, direction).rules.find(({ node }) => node === item?.node);
  if (!rule || !entry || !field) return null;
  if (field.name === 'port') {
    const port = asString(field.node);
    return port === null ? null : { ...base, kind: 'port', policy, rule, port };
  }
  const peers = rule.peers.kind === 'some' ? rule.peers.items : [];
  const peer = peers.find(({ node }) => node === entry.node);
  if (peer?.kind !== 'pods') return null;
  const only = requirementIn(policy, steps.slice(5));
  if (field.name === 'podSelector') return { ...base, kind: 'pods', policy, peer, only };
  return field.name === 'namespaceSelector' ? { ...base, kind: 'namespaces', policy, peer, only } : null;
}

/** The requirement that steps from a selector down lead to. */
function requirementIn(policy: Policy, [selector, list, entry]: readonly Step[]): Requirement | null {
  const { text } = policy.resource.document;
  const all = readSelector(selector?.node, text)?.requirements ?? [];
  if (list?.name === 'matchLabels') return all.find(({ key }) => key === entry?.name) ?? null;
  if (list?.name !== 'matchExpressions' || !entry) return null;
  const labels = asMap(selector?.node)?.effective.find(({ name }) => name === 'matchLabels');
  return all[(asMap(labels?.value)?.effective.length ?? 0) + entry.index] ?? null;
}
