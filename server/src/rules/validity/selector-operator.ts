/** Rule selector-operator: an expression of a selector whose operator is missing, or is none. */
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { nearestName } from '../../core/spelling.ts';
import { insertPair } from '../../core/yaml/edit.ts';
import {
  asMap,
  asSeq,
  asString,
  isNull,
  pairOf,
  type YamlMap,
  type YamlNode,
} from '../../core/yaml/nodes.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { policyYaml, withExpression } from '../example-yaml.ts';
import { itemSpan } from '../spans.ts';
import { hasOtherKeys, isSure, selectorsOf } from './places.ts';
import { fixes, REFUSED, spanOf, violationsFor } from './violations.ts';

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];
const FIELDS = ['key', 'operator', 'values'];

export const selectorOperator: Rule = {
  on: 'policy',
  meta: {
    id: 'selector-operator',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'The operator of a selector expression is missing, or is none that a label selector has.',
    why: `Label selectors have four operators: \`In\`, \`NotIn\`, \`Exists\` and \`DoesNotExist\`, written exactly so. The API server refuses a policy with any other, and nothing of it takes effect.

\`Gt\` and \`Lt\` belong to the node affinity of pods. \`NotIn\` and \`DoesNotExist\` also match objects that have no such label at all.`,
    refs: [
      {
        title: 'Kubernetes: resources that support set-based requirements',
        url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements',
      },
    ],
    examples: [
      {
        title: 'Lower case',
        yaml: withExpression('key: tier\noperator: ⟦notin⟧ # of these\nvalues: [db]'),
        message: 'is written `NotIn`',
        fixes: [
          {
            title: 'Write NotIn',
            safe: true,
            fixed: withExpression('key: tier\noperator: NotIn # of these\nvalues: [db]'),
          },
        ],
      },
      {
        title: 'A sign',
        yaml: withExpression('{ key: tier, operator: ⟦"!="⟧, values: [db] }'),
        message: '"!=" is no operator',
        fixes: [
          {
            title: 'Write NotIn',
            safe: false,
            fixed: withExpression('{ key: tier, operator: "NotIn", values: [db] }'),
          },
        ],
      },
      {
        title: 'A letter missing',
        yaml: withExpression('key: tier\noperator: ⟦Exist⟧'),
        fixes: [{ title: 'Write Exists', safe: false, fixed: withExpression('key: tier\noperator: Exists') }],
      },
      {
        title: 'An operator of node affinity',
        yaml: withExpression('key: generation\noperator: ⟦Gt⟧\nvalues: ["3"]'),
        message: 'belongs to node affinity',
      },
      {
        title: 'No operator',
        yaml: withExpression('⟦key: tier\nvalues: [db]⟧'),
        message: 'has no `operator`',
        fixes: [
          {
            title: 'Add `operator: In`',
            safe: false,
            fixed: withExpression('key: tier\noperator: In\nvalues: [db]'),
          },
          {
            title: 'Add `operator: NotIn`',
            safe: false,
            fixed: withExpression('key: tier\noperator: NotIn\nvalues: [db]'),
          },
        ],
      },
      {
        title: 'The four operators',
        yaml: policyYaml(`
          podSelector:
            matchExpressions:
              - { key: tier, operator: In, values: [web, api] }
              - { key: tier, operator: NotIn, values: [api] }
              - { key: app, operator: Exists }
              - { key: legacy, operator: DoesNotExist, values: [] }
          policyTypes: [Ingress]
        `),
      },
    ],
  },
  *check(policy): Iterable<Finding> {
    const { document } = policy;
    for (const violation of violationsFor(policy, 'selector-operator')) {
      const text = asString(violation.node) ?? '';
      const at = { document, span: spanOf(policy, violation) };
      yield { at, message: `${messageOf(text)} ${REFUSED}`, fixes: fixesFor(policy, violation.node, text) };
    }
    for (const { expressions } of selectorsOf(policy))
      for (const item of expressions) {
        const map = asMap(item);
        if (!(map || isNull(item)) || !isSure(policy, item)) continue;
        if (map && (pairOf(map, 'operator') || hasOtherKeys(map, FIELDS))) continue;
        const span = itemSpan(document, item) ?? item.span;
        const message = `This expression has no \`operator\`. ${REFUSED} Write In, NotIn, Exists or DoesNotExist.`;
        yield { at: { document, span }, message, fixes: map ? operatorsFor(policy, map) : [] };
      }
  },
};

/** The operators that go with the values that are there, or with none. */
function operatorsFor({ document }: Resource, map: YamlMap): Fix[] {
  const hasValues = (asSeq(pairOf(map, 'values')?.value)?.items.length ?? 0) > 0;
  return (hasValues ? ['In', 'NotIn'] : ['Exists', 'DoesNotExist']).flatMap((operator) =>
    fixes(`Add \`operator: ${operator}\``, false, insertPair(document, map, 'operator', operator, 'key')),
  );
}

const SIGNS: Readonly<Record<string, string>> = {
  '=': 'In',
  '==': 'In',
  equals: 'In',
  equal: 'In',
  eq: 'In',
  '!=': 'NotIn',
  notequals: 'NotIn',
  notequal: 'NotIn',
  ne: 'NotIn',
  '!': 'DoesNotExist',
  notexists: 'DoesNotExist',
};

/** The operator that differs from `text` only in case, blanks, dashes and underscores. */
function respelt(text: string): string | undefined {
  const letters = text.toLowerCase().replace(/[-_ ]/g, '');
  return OPERATORS.find((operator) => operator.toLowerCase() === letters);
}

function messageOf(text: string): string {
  const same = respelt(text);
  if (same) return `The operator "${text}" is written \`${same}\`.`;
  if (text === '') return 'The operator is empty: write In, NotIn, Exists or DoesNotExist.';
  if (/^(?:gt|lt)$/i.test(text))
    return `"${text}" belongs to node affinity; a label selector has In, NotIn, Exists and DoesNotExist.`;
  return `"${text}" is no operator of a label selector: write In, NotIn, Exists or DoesNotExist.`;
}

function fixesFor({ document }: Resource, node: YamlNode, text: string): Fix[] {
  const same = respelt(text);
  const wanted =
    same ??
    SIGNS[text.toLowerCase().replace(/[-_ ]/g, '')] ??
    (text.length > 2 ? nearestName(text, OPERATORS) : null);
  return wanted ? fixes(`Write ${wanted}`, same !== undefined, replaceString(document, node, wanted)) : [];
}
