/** Rule selector-matches-nothing: a selector that matches nothing known, while a label there is nearly the one it demands. */
import { nameNode, type Resource } from '../../core/resource.ts';
import type { Finding, Related, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import type { Direction } from '../../engine/direction.ts';
import { visibleSpan } from '../../engine/policy.ts';
import type { Requirement } from '../../engine/selector.ts';
import { type LabelPlace, labelPlace } from './label-place.ts';
import { fixesFor } from './selector-fixes.ts';
import { SELECTOR_EXAMPLES } from './selector-matches-nothing-examples.ts';
import { type Slip, type Unmatched, unmatchedSelectors } from './unmatched-selectors.ts';

export const selectorMatchesNothing: Rule = {
  on: 'placed-policy',
  meta: {
    id: 'selector-matches-nothing',
    family: 'pitfall',
    severity: 'warning',
    sees: 'workspace',
    title: 'A selector matches nothing, though something has nearly the label that it demands.',
    why: `A label that is not spelt exactly as on the pods matches nothing, and nobody says so. A policy whose \`podSelector\` matches nothing **protects nothing**: the pods it was written for stay as open as before. A peer that matches nothing **allows nothing**: the connections it was written for are dropped.

The same goes for labels that are in the wrong place. Selectors look at the labels of pods, those in the workload's \`template\`, and not at the workload's own. \`kubernetes.io/metadata.name\` is a label of namespaces. And a peer with a \`podSelector\` alone means pods of the policy's **own** namespace.

Only selectors that match nothing in the workspace are reported, and only where the slip is plain to see: what a workspace does not hold may well exist in the cluster.`,
    refs: [
      {
        title: 'Kubernetes: Labels and selectors',
        url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/',
      },
      {
        title: 'Kubernetes: Behavior of to and from selectors',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors',
      },
    ],
    examples: SELECTOR_EXAMPLES,
  },
  check: function* (resource, scope, context): Iterable<Finding> {
    for (const unmatched of unmatchedSelectors(resource, scope, context.namespaces))
      yield* findings(unmatched);
  },
};

function* findings(unmatched: Unmatched): Iterable<Finding> {
  const { policy, pair, slip } = unmatched;
  const { resource } = policy;
  const place = 'requirement' in slip ? labelPlace(pair.value, slip.requirement) : nearPlace(unmatched);
  // A label that is not in the text comes from a kustomization, which gives it to the pods as well.
  if (!place && slip.kind !== 'elsewhere') return;
  const node = place && nodeAtFault(slip, place);
  yield {
    at: { document: resource.document, span: visibleSpan(node ?? pair.value, pair.key.span) },
    resource,
    message: messageFor(unmatched),
    ...(slip.kind === 'elsewhere' && {
      unknown: 'the workspace may not hold every workload of the namespace',
    }),
    related: relatedTo(slip),
    fixes: fixesFor(unmatched, place),
  };
}

function nearPlace({ slip, pair }: Unmatched): LabelPlace | null {
  const first = slip.kind === 'label' ? slip.near[0] : undefined;
  return first ? labelPlace(pair.value, first.requirement) : null;
}

/** The key where another key is right, the value where another value is. */
function nodeAtFault(slip: Slip, { key, value }: LabelPlace) {
  const [first] = slip.kind === 'label' ? slip.near : [];
  return first && first.key === first.requirement.key ? value : key;
}

function messageFor({ slip, scope, selects, policy, direction }: Unmatched): string {
  const effect = `so ${direction === null ? 'this policy protects no pod that is known here' : PEER_EFFECT[direction]}`;
  switch (slip.kind) {
    case 'label': {
      const [near] = slip.near;
      if (!near) return '';
      const what = selects === 'namespaces' ? 'namespace' : 'pod';
      const where = scope?.name ? ` of namespace ${scope.name}` : '';
      return `No ${what}${where} in the workspace has the label ${labelOf(near.requirement)}, ${effect}. ${describeItem(near.item)} ${near.key}=${near.value}: write that if it is meant.`;
    }
    case 'object':
      return `${labelOf(slip.requirement)} is a label of ${titleOf(slip.workload)} itself. Selectors look at its pods, which do not have it, ${effect}. Give it to the pods, or select by a label that they have.`;
    case 'namespace':
      return `${slip.requirement.key} is a label of namespaces, which no pod has, ${effect}. Namespaces are selected by a \`namespaceSelector\`.`;
    case 'elsewhere': {
      const names = slip.scopes.map(({ name }) => name ?? '').join(' and ');
      const own = policy.resource.namespace ?? '';
      return `A peer without \`namespaceSelector\` means pods of the policy's own namespace, ${own}, where nothing in the workspace has these labels. Pods in ${names} have them: if those are meant, add a \`namespaceSelector\`.`;
    }
  }
}

const PEER_EFFECT: Readonly<Record<Direction, string>> = {
  Ingress: 'this peer lets nobody in',
  Egress: 'this peer lets nothing out',
};

function labelOf({ key, values }: Requirement): string {
  return `${key}=${values[0]}`;
}

function describeItem(item: Resource | NamespaceScope): string {
  if ('kind' in item) return `The pods of ${titleOf(item)} have`;
  return `Namespace ${item.name} has`;
}

function titleOf({ kind, name }: Resource): string {
  return `${kind} ${name ?? '(no name)'}`;
}

function relatedTo(slip: Slip): Related[] {
  switch (slip.kind) {
    case 'label':
      return slip.near.slice(0, 3).flatMap(({ item, key, value }) => {
        const resource = 'kind' in item ? item : item.namespace;
        return resource ? [relatedAt(resource, `${describeItem(item)} ${key}=${value}.`)] : [];
      });
    case 'object':
      return [relatedAt(slip.workload, `The pods of ${titleOf(slip.workload)} do not have the label.`)];
    case 'namespace':
      return [];
    case 'elsewhere':
      return slip.scopes.flatMap(({ namespace }) =>
        namespace ? [relatedAt(namespace, 'Such pods are in this namespace.')] : [],
      );
  }
}

function relatedAt(resource: Resource, message: string): Related {
  const at = { document: resource.document, span: nameNode(resource).span };
  return { at, message };
}
