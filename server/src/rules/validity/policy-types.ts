/** Rule policy-types: an entry of `policyTypes` that is no direction, or is there twice. */
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { nearestName } from '../../core/spelling.ts';
import { appendItem, removeItem, replaceValue } from '../../core/yaml/edit.ts';
import { asSeq, asString, get, type YamlNode, type YamlSeq } from '../../core/yaml/nodes.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { DIRECTIONS } from '../../engine/direction.ts';
import { policyYaml } from '../example-yaml.ts';
import { isSure } from './places.ts';
import { fixes, REFUSED, spanOf, violationsFor } from './violations.ts';

const REPETITION = 'Remove the repetition';

/** A policy with this list of types. */
function withTypes(list: string): string {
  return policyYaml(`
    podSelector: { matchLabels: { app: web } }
    policyTypes: ${list.replaceAll('\n', '\n    ')}
  `);
}

export const policyTypes: Rule = {
  on: 'policy',
  meta: {
    id: 'policy-types',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'An entry of `policyTypes` is no direction, or is there twice.',
    why: `\`policyTypes\` lists the directions for which the policy isolates its pods: \`Ingress\`, \`Egress\` or both, written exactly so. The API server refuses a policy with any other entry, or with more than two, and nothing of it takes effect.

The same direction twice is accepted and means it once; often the other direction was meant, and that one then stays **open**.`,
    refs: [
      {
        title: 'Kubernetes: the NetworkPolicy resource',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource',
      },
    ],
    examples: [
      {
        title: 'Lower case',
        yaml: withTypes('\n  - ⟦ingress⟧ # both ways\n  - Egress'),
        message: 'is written `Ingress`',
        fixes: [
          { title: 'Write Ingress', safe: true, fixed: withTypes('\n  - Ingress # both ways\n  - Egress') },
        ],
      },
      {
        title: 'The same direction in two spellings',
        yaml: withTypes('[Ingress, ⟦ingress⟧, Egress]'),
        fixes: [{ title: REPETITION, safe: true, fixed: withTypes('[Ingress, Egress]') }],
      },
      {
        title: 'A letter missing',
        yaml: withTypes('[⟦"Egres"⟧]'),
        fixes: [{ title: 'Write Egress', safe: false, fixed: withTypes('["Egress"]') }],
      },
      {
        title: 'Another word',
        yaml: withTypes('[⟦Both⟧]'),
        message: 'list `Ingress` and `Egress`',
        fixes: [
          { title: 'Write Ingress and Egress', safe: false, fixed: withTypes('[Ingress, Egress]') },
          { title: 'Write Ingress', safe: false, fixed: withTypes('[Ingress]') },
          { title: 'Write Egress', safe: false, fixed: withTypes('[Egress]') },
        ],
      },
      {
        title: 'Nothing behind the dash',
        yaml: withTypes('\n  - Ingress\n  ⟦-⟧'),
        message: 'is empty',
        fixes: [{ title: 'Write Egress', safe: false, fixed: withTypes('\n  - Ingress\n  - Egress') }],
      },
      {
        title: 'The same direction twice',
        yaml: withTypes('[Ingress, ⟦Ingress⟧]'),
        message: '`Egress` is not listed',
        severity: 'warning',
        fixes: [{ title: REPETITION, safe: true, fixed: withTypes('[Ingress]') }],
      },
      {
        title: 'Three entries',
        yaml: withTypes('\n  - Ingress\n  - Egress\n  - ⟦Ingress⟧'),
        message: 'more than two entries',
        severity: 'error',
        fixes: [{ title: REPETITION, safe: true, fixed: withTypes('\n  - Ingress\n  - Egress') }],
      },
      { title: 'Both directions', yaml: withTypes('[Egress, Ingress]') },
      { title: 'Template text', yaml: withTypes('["{{ .Values.type }}"]') },
    ],
  },
  *check(policy): Iterable<Finding> {
    const { document } = policy;
    const list = asSeq(get(get(policy.root, 'spec'), 'policyTypes'));
    for (const violation of violationsFor(policy, 'policy-types')) {
      const at = { document, span: spanOf(policy, violation) };
      const text = asString(violation.node) ?? '';
      yield {
        at,
        message: `${messageOf(text)} ${REFUSED}`,
        fixes: fixesFor(policy, list, violation.node, text),
      };
    }
    if (list) yield* repetitions(policy, list);
  },
};

function messageOf(text: string): string {
  const same = respelt(text);
  if (same) return `The direction "${text}" is written \`${same}\`.`;
  if (text === '') return 'This entry of `policyTypes` is empty: write `Ingress` or `Egress`.';
  return `"${text}" is no direction: list \`Ingress\` and \`Egress\`, or the one that you mean.`;
}

function respelt(text: string): string | undefined {
  return DIRECTIONS.find((direction) => direction.toLowerCase() === text.trim().toLowerCase());
}

function fixesFor({ document }: Resource, list: YamlSeq | null, node: YamlNode, text: string): Fix[] {
  const same = respelt(text);
  if (same && list?.items.some((item) => asString(item) === same))
    return fixes(REPETITION, true, removeItem(document, list, node));
  const wanted = same ?? nearestName(text, DIRECTIONS);
  if (wanted) return fixes(`Write ${wanted}`, same !== undefined, replaceString(document, node, wanted));
  const both = list && EVERY.test(text) ? replaceString(document, node, 'Ingress') : null;
  const second = both && list && appendItem(document, list, 'Egress', node);
  const missing = DIRECTIONS.filter((direction) => !list?.items.some((item) => asString(item) === direction));
  return [
    ...(missing.length === 2 ? fixes('Write Ingress and Egress', false, both, second) : []),
    ...missing.flatMap((direction) =>
      fixes(`Write ${direction}`, false, replaceValue(document, node, direction)),
    ),
  ];
}

/** Words for both directions, in other APIs or in none. */
const EVERY = /^(?:both|all|any|\*)$/i;

/** Directions that are listed again. More than two entries that are all directions hold at least one of these. */
function* repetitions(policy: Resource, list: YamlSeq): Iterable<Finding> {
  const { document } = policy;
  const values = list.items.map(asString);
  for (const [index, item] of list.items.entries()) {
    const value = values[index];
    if (!DIRECTIONS.some((d) => d === value) || values.indexOf(value as string) === index) continue;
    if (!isSure(policy, item)) continue;
    const other = DIRECTIONS.find((d) => d !== value && !values.includes(d));
    const tooMany = list.items.length > 2;
    const rest = tooMany
      ? `\`policyTypes\` may not have more than two entries. ${REFUSED}`
      : other
        ? `\`${other}\` is not listed: if you meant it, that direction stays open.`
        : '';
    yield {
      at: { document, span: item.span },
      message: `\`${value}\` is listed twice. ${rest}`,
      ...(!tooMany && { severity: 'warning' as const }),
      fixes: fixes(REPETITION, true, removeItem(document, list, item)),
    };
  }
}
