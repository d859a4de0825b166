/** Rule contractor-labels-missing: what is a contractor's lacks labels that the root config requires. */
import { CONTRACTOR_LABEL } from '../../core/contractor.ts';
import { listOf } from '../../core/list.ts';
import { nameNode, podLabels, type Resource } from '../../core/resource.ts';
import type { Edit, Finding, Fix, NamespaceContext, Rule } from '../../core/rule.ts';
import { insertPair } from '../../core/yaml/edit.ts';
import type { Json } from '../../core/yaml/json.ts';
import { asMap, pairOf } from '../../core/yaml/nodes.ts';
import { isTemplated } from '../../core/yaml/template.ts';
import { visibleSpan } from '../../engine/policy.ts';
import { LABELS_EXAMPLES } from './contractor-labels-missing-examples.ts';
import { guestsOf } from './guests.ts';

export const contractorLabelsMissing: Rule = {
  on: 'namespace',
  meta: {
    id: 'contractor-labels-missing',
    family: 'contractor',
    severity: 'error',
    sees: 'workspace',
    title: "A contractor's namespace or workload lacks labels that the root config requires.",
    why: `Policies, quotas, admission rules and bills find what is a contractor's by labels. A namespace without them is nobody's: policies that select by the label pass it over, and nobody is asked when it is still there after the contract.

\`requiredLabels\` in the root config lists them. They belong on the Namespace, from which everything in it is told; a contractor's workload in a namespace of somebody else has to carry them itself.`,
    refs: [
      {
        title: 'Kubernetes: Labels and selectors',
        url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/',
      },
      { title: 'NIST SP 800-53 CM-8(4), accountability information in the inventory' },
    ],
    examples: LABELS_EXAMPLES,
  },
  check: function* (scope, context): Iterable<Finding> {
    const { requiredLabels } = context.config;
    if (requiredLabels.length === 0 || scope.rendered) return;
    const contractor = context.contractors.ofNamespace(scope.name, scope.namespace);
    if (contractor !== null) {
      const { namespace } = scope;
      if (!namespace || namespace.derived?.patchedBy) return;
      const missing = lacking(namespace, namespace.labels, requiredLabels);
      if (missing.length > 0) yield finding(namespace, missing, contractor, context);
      return;
    }
    for (const { workload, contractor: guest } of guestsOf(scope, context)) {
      const labels = new Map([...workload.labels, ...(podLabels(workload) ?? [])]);
      const missing = lacking(workload, labels, requiredLabels);
      if (missing.length > 0) yield finding(workload, missing, guest, context);
    }
  },
};

function lacking(
  { metadata, document }: Resource,
  labels: ReadonlyMap<string, string>,
  required: readonly string[],
): string[] {
  const written = pairOf(metadata, 'labels')?.value;
  if (written && isTemplated(written, document.text)) return [];
  return required.filter((key) => !labels.has(key));
}

function finding(
  resource: Resource,
  missing: readonly string[],
  contractor: string,
  context: NamespaceContext,
): Finding {
  const { document, root, kind, name } = resource;
  const labels = listOf(missing.map((key) => `\`${key}\``));
  const whose = contractor === '' ? "a contractor's" : `contractor ${contractor}'s`;
  return {
    at: { document, span: visibleSpan(nameNode(resource), root.span) },
    resource,
    message: `${kind} ${name} is ${whose} and lacks the label${missing.length === 1 ? '' : 's'} ${labels}, by which policies and people find out whose it is. The root config requires ${missing.length === 1 ? 'it' : 'them'}.`,
    get fixes(): Fix[] {
      const values = missing.map((key) => [key, knownValue(key, contractor, context)] as const);
      if (values.some(([, value]) => value === null)) return [];
      const edit = withLabels(resource, Object.fromEntries(values) as Record<string, string>);
      return edit
        ? [
            {
              title: `Add the label${missing.length === 1 ? '' : 's'} ${missing.join(', ')}`,
              safe: false,
              edits: edit,
            },
          ]
        : [];
    },
  };
}

/** What a label must say, where the root config tells; null where only a person knows. */
function knownValue(key: string, contractor: string, { contractors }: NamespaceContext): string | null {
  if (key === CONTRACTOR_LABEL) return contractor === '' ? null : contractor;
  const owner = contractors.named(contractor)?.owner ?? null;
  return key.endsWith('/owner') &&
    owner !== null &&
    /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(owner)
    ? owner
    : null;
}

function withLabels({ document, metadata }: Resource, labels: Record<string, string>): Edit[] | null {
  if (!metadata) return null;
  const pair = pairOf(metadata, 'labels');
  const map = asMap(pair?.value);
  if (!pair) {
    const edit = insertPair(document, metadata, 'labels', labels as Json);
    return edit && [edit];
  }
  if (!map) return null;
  const edits = Object.entries(labels).map(([key, value]) => insertPair(document, map, key, value));
  const [first] = edits;
  if (!first || edits.includes(null)) return null;
  // Insertions at one place are one: nobody could tell in which order they are to come.
  return [{ at: first.at, text: edits.map((edit) => edit?.text).join('') }];
}
