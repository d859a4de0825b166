/** Rule inert-rules: rules for a direction that policyTypes does not list. */
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import { appendItem, removePair, replaceValue } from '../../core/yaml/edit.ts';
import { asSeq, isNull, type YamlPair } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction, RULES_FIELD } from '../../engine/direction.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import { webPolicy } from '../example-yaml.ts';

function inFlow(types: string, ingress: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: ${types}${ingress}, egress: [] }
`;
}

export const inertRules: Rule = {
  on: 'policy',
  meta: {
    id: 'inert-rules',
    family: 'pitfall',
    severity: 'warning',
    sees: 'document',
    title: 'Rules are written for a direction that policyTypes does not list.',
    why: `Where \`policyTypes\` is given, only the directions in it count. Rules for the other one are accepted and ignored: they isolate nothing, so traffic in that direction stays as open as if they were not there. An empty list is no exception: \`egress: []\` denies egress only when \`policyTypes\` lists \`Egress\`.

Add the direction to \`policyTypes\`, which isolates the selected pods in it, or delete the rules.`,
    refs: [
      {
        title: 'Kubernetes API: NetworkPolicySpec, `policyTypes`',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
    ],
    examples: [
      {
        title: 'Egress rules without the type',
        yaml: webPolicy(`
          policyTypes:
            - Ingress
          ingress: []
          # The web tier talks to the API only.
          ⟦egress⟧:
            - to:
                - podSelector:
                    matchLabels:
                      app: api
        `),
        message: '`policyTypes` does not list `Egress`',
        fixes: [
          {
            title: 'Add Egress to policyTypes',
            safe: false,
            leaves: ['egress-without-dns'],
            fixed: webPolicy(`
              policyTypes:
                - Ingress
                - Egress
              ingress: []
              # The web tier talks to the API only.
              egress:
                - to:
                    - podSelector:
                        matchLabels:
                          app: api
            `),
          },
          {
            title: 'Delete the egress rules, which do nothing',
            safe: true,
            fixed: webPolicy(`
              policyTypes:
                - Ingress
              ingress: []
              # The web tier talks to the API only.
            `),
          },
        ],
      },
      {
        title: 'Ingress rules, in flow style',
        yaml: inFlow('[Egress]', ', ⟦ingress⟧: [{ from: [{ podSelector: {} }] }]'),
        fixes: [
          {
            title: 'Add Ingress to policyTypes',
            safe: false,
            fixed: inFlow('[Egress, Ingress]', ', ingress: [{ from: [{ podSelector: {} }] }]'),
          },
          {
            title: 'Delete the ingress rules, which do nothing',
            safe: true,
            fixed: inFlow('[Egress]', ''),
          },
        ],
      },
      {
        title: 'An empty list denies nothing either',
        yaml: webPolicy(`
          policyTypes: [Ingress, Ingress]
          ⟦egress⟧: []
        `),
        message: '`egress: []` denies nothing',
        fixes: [
          {
            title: 'Add Egress to policyTypes',
            safe: false,
            fixed: webPolicy(`
              policyTypes:
                - Ingress
                - Egress
              egress: []
            `),
          },
          {
            title: 'Delete the empty list, which does nothing',
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress, Ingress]
            `),
          },
        ],
      },
      {
        title: 'Every direction that has rules is listed',
        yaml: webPolicy(`
          policyTypes: [Ingress, Egress]
          ingress:
            - from:
                - podSelector: {}
          egress: []
        `),
      },
      {
        title: 'Without policyTypes, egress rules count',
        yaml: webPolicy(`
          egress:
            - to:
                - podSelector: {}
        `),
      },
      {
        title: 'A type that is not one: nobody knows what was meant',
        yaml: webPolicy(`
          policyTypes: [egress]
          egress:
            - to:
                - podSelector: {}
        `),
      },
    ],
  },
  check: function* (resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy?.policyTypes) return;
    for (const direction of DIRECTIONS) {
      const { pair, rules, unknown } = rulesOf(policy, direction);
      if (!pair || unknown || policy.isolates[direction] !== false) continue;
      yield {
        at: { document: resource.document, span: pair.key.span },
        message: messageFor(direction, pair, rules.length > 0),
        fixes: fixesFor(policy, direction, pair, rules.length > 0),
      };
    }
  },
};

function messageFor(direction: Direction, pair: YamlPair, hasRules: boolean): string {
  const field = RULES_FIELD[direction];
  const subject = hasRules
    ? `These ${field} rules do nothing`
    : `\`${field}:${isNull(pair.value) ? '' : ' []'}\` denies nothing`;
  const open = {
    Ingress: 'everybody may connect to the selected pods',
    Egress: 'the selected pods may connect to anything',
  };
  return `${subject}: \`policyTypes\` does not list \`${direction}\`, so ${open[direction]}, unless another policy isolates them. Add \`${direction}\` to \`policyTypes\`, or delete the ${hasRules ? 'rules' : 'field'}.`;
}

function fixesFor(policy: Policy, direction: Direction, pair: YamlPair, hasRules: boolean): Fix[] {
  const { document } = policy.resource;
  const remove = policy.spec.pairs.includes(pair) ? removePair(document, policy.spec, pair) : null;
  const what = hasRules ? `${RULES_FIELD[direction]} rules, which do` : 'empty list, which does';
  return [
    ...fix(`Add ${direction} to policyTypes`, false, addType(policy, direction)),
    // An empty list says that the author wanted to deny something: to drop that without asking would hide it.
    ...fix(`Delete the ${what} nothing`, hasRules, remove),
  ];
}

function fix(title: string, safe: boolean, edit: Edit | null): Fix[] {
  return edit ? [{ title, safe, edits: [edit] }] : [];
}

function addType({ resource, policyTypesPair, policyTypes }: Policy, direction: Direction): Edit | null {
  const list = asSeq(policyTypesPair?.value);
  if (!list || !policyTypesPair) return null;
  // The API server takes no more than two.
  return (policyTypes?.length ?? 0) < DIRECTIONS.length
    ? appendItem(resource.document, list, direction)
    : replaceValue(resource.document, policyTypesPair.value, [...DIRECTIONS]);
}
