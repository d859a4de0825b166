/** Rule selector-values: an expression of a selector with too few values for its operator, or too many. */
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { removeItem, removePair } from '../../core/yaml/edit.ts';
import {
  asMap,
  asSeq,
  asString,
  get,
  isNull,
  pairOf,
  type YamlMap,
  type YamlNode,
} from '../../core/yaml/nodes.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { policyYaml, withExpression } from '../example-yaml.ts';
import { hasOtherKeys, isSure, selectorsOf } from './places.ts';
import { fixes, REFUSED } from './violations.ts';

const FIELDS = ['key', 'operator', 'values'];

export const selectorValues: Rule = {
  on: 'policy',
  meta: {
    id: 'selector-values',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'A selector expression has no values where its operator needs some, or some where it takes none.',
    why: `\`In\` and \`NotIn\` compare a label with \`values\`, so there must be at least one. \`Exists\` and \`DoesNotExist\` only ask whether the label is there, so there must be none. The API server refuses the policy otherwise, and nothing of it takes effect.

Add the values, remove them, or take the operator that says what you mean.`,
    refs: [
      {
        title: 'Kubernetes: resources that support set-based requirements',
        url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements',
      },
    ],
    examples: [
      {
        title: 'One of no values',
        yaml: withExpression('key: tier\noperator: ⟦In⟧'),
        message: '`In` needs at least one value',
        fixes: [
          {
            title: 'Ask only whether the label is there: Exists',
            safe: false,
            fixed: withExpression('key: tier\noperator: Exists'),
          },
        ],
      },
      {
        title: 'None of an empty list',
        yaml: withExpression('{ key: tier, operator: ⟦NotIn⟧, values: [] }'),
        message: '`NotIn` needs at least one value',
        fixes: [
          {
            title: 'Remove the expression, which leaves nothing out',
            safe: false,
            fixed: policyYaml(`
              podSelector: {}
              policyTypes: [Ingress]
            `),
          },
        ],
      },
      {
        title: 'Whether a label is there, and what it says',
        yaml: withExpression('key: tier\noperator: Exists\n⟦values⟧: [web]'),
        message: '`Exists` takes no values',
        fixes: [
          { title: 'Remove the values', safe: false, fixed: withExpression('key: tier\noperator: Exists') },
          {
            title: 'Compare with the values: In',
            safe: false,
            fixed: withExpression('key: tier\noperator: In\nvalues: [web]'),
          },
        ],
      },
      {
        title: 'Whether a label is missing, and what it says',
        yaml: withExpression('operator: DoesNotExist\n⟦values⟧:\n  - web\n  - api\nkey: tier'),
        fixes: [
          {
            title: 'Remove the values',
            safe: false,
            fixed: withExpression('operator: DoesNotExist\nkey: tier'),
          },
          {
            title: 'Compare with the values: NotIn',
            safe: false,
            fixed: withExpression('operator: NotIn\nvalues:\n  - web\n  - api\nkey: tier'),
          },
        ],
      },
      {
        title: 'Values where they are needed',
        yaml: policyYaml(`
          podSelector:
            matchExpressions:
              - { key: tier, operator: In, values: [web, ""] }
              - { key: app, operator: Exists, values: [] }
              - { key: legacy, operator: DoesNotExist }
          policyTypes: [Ingress]
        `),
      },
      {
        title: 'Template text',
        yaml: withExpression('key: tier\noperator: In\nvalues: {{ .Values.tiers }}'),
      },
    ],
  },
  *check(policy): Iterable<Finding> {
    for (const { map: selector, expressions } of selectorsOf(policy))
      for (const item of expressions) {
        const map = asMap(item);
        if (map && isSure(policy, item) && !hasOtherKeys(map, FIELDS))
          yield* judge(policy, selector, item, map);
      }
  },
};

function* judge(policy: Resource, selector: YamlMap, item: YamlNode, map: YamlMap): Iterable<Finding> {
  const { document } = policy;
  const node = get(map, 'operator');
  const operator = asString(node);
  const values = pairOf(map, 'values');
  const list = asSeq(values?.value);
  if (!node || (values && !list && !isNull(values.value))) return;
  const count = list?.items.length ?? 0;
  if ((operator === 'In' || operator === 'NotIn') && count === 0) {
    const message = `\`${operator}\` needs at least one value in \`values\` to compare the label with. ${REFUSED}`;
    const found = operator === 'In' ? asExists(policy, map) : withoutExpression(policy, selector, item);
    yield { at: { document, span: node.span }, message, fixes: found };
  } else if (values && count > 0 && (operator === 'Exists' || operator === 'DoesNotExist')) {
    const message = `\`${operator}\` takes no values: it only asks whether the label is ${operator === 'Exists' ? 'there' : 'missing'}. ${REFUSED}`;
    const compare = operator === 'Exists' ? 'In' : 'NotIn';
    const found = [
      ...fixes('Remove the values', false, removePair(document, map, values)),
      ...fixes(`Compare with the values: ${compare}`, false, replaceString(document, node, compare)),
    ];
    yield { at: { document, span: values.key.span }, message, fixes: found };
  }
}

function asExists({ document }: Resource, map: YamlMap): Fix[] {
  const node = get(map, 'operator');
  const edit = node ? replaceString(document, node, 'Exists') : null;
  return fixes('Ask only whether the label is there: Exists', false, edit);
}

/** "None of no values" holds for everything: the expression might as well not be there. */
function withoutExpression({ document }: Resource, selector: YamlMap, item: YamlNode): Fix[] {
  const pair = pairOf(selector, 'matchExpressions');
  const list = asSeq(pair?.value);
  if (!pair || !list) return [];
  const edit =
    list.items.length > 1 ? removeItem(document, list, item) : removePair(document, selector, pair);
  return fixes('Remove the expression, which leaves nothing out', false, edit);
}
