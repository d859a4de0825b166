/** Rule invalid-label: the key or value of a label, or the key of an annotation, in a form that the API server refuses. */

import { labelKeyProblem, labelValueProblem } from '../../core/names.ts';
import type { Resource } from '../../core/resource.ts';
import type { Finding, Rule } from '../../core/rule.ts';
import {
  asMap,
  asScalar,
  asSeq,
  asString,
  get,
  isNull,
  pairOf,
  type YamlNode,
} from '../../core/yaml/nodes.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { policyYaml } from '../example-yaml.ts';
import { hasOtherKeys, isSure, selectorsOf } from './places.ts';
import { fixes, REFUSED } from './violations.ts';

/** A policy for the pods with these labels. */
function withLabels(labels: string): string {
  return policyYaml(`
    podSelector:
      matchLabels:
        ${labels.replaceAll('\n', '\n        ')}
    policyTypes: [Ingress]
  `);
}

/** A policy for the pods that satisfy one expression. */
function withExpression(expression: string): string {
  return policyYaml(`
    podSelector:
      matchExpressions:
        - ${expression}
    policyTypes: [Ingress]
  `);
}

export const invalidLabel: Rule = {
  on: 'policy',
  meta: {
    id: 'invalid-label',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'A label or an annotation has a key or a value that the API server refuses.',
    why: `The key of a label is a name, or a domain, a slash and a name. A name consists of letters, digits, dashes, dots and underscores, begins and ends with a letter or digit, and has at most 63 characters. The value of a label has the same form, or is empty. The API server refuses a policy that selects by anything else, and nothing of it takes effect; no pod could have such a label either.

Free text belongs in annotations: their values may be anything, their keys have the form above.`,
    refs: [
      {
        title: 'Kubernetes: syntax and character set of labels',
        url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set',
      },
    ],
    examples: [
      {
        title: 'A blank in a value',
        yaml: withLabels('app: ⟦web shop⟧'),
        message: 'The label value "web shop" must consist of',
        fixes: [{ title: 'Write web-shop', safe: false, fixed: withLabels('app: web-shop') }],
      },
      {
        title: 'Two slashes in a key',
        yaml: withLabels('⟦shop.example/team/app⟧: web'),
        message: 'more than one slash',
      },
      {
        title: 'Nothing behind the slash',
        yaml: withLabels('⟦shop.example/⟧: web'),
        message: 'nothing behind its slash',
      },
      {
        title: 'A prefix with capitals',
        yaml: withLabels('⟦"Shop.example/app"⟧: web'),
        message: 'a prefix that is no domain name',
        fixes: [
          { title: 'Write shop.example/app', safe: false, fixed: withLabels('"shop.example/app": web') },
        ],
      },
      {
        title: 'A dash at the end',
        yaml: withExpression('{ key: app, operator: In, values: [web, ⟦"shop-"⟧] }'),
        message: 'begin and end with a letter or digit',
        fixes: [
          {
            title: 'Write shop',
            safe: false,
            fixed: withExpression('{ key: app, operator: In, values: [web, "shop"] }'),
          },
        ],
      },
      {
        title: 'A key of 64 characters',
        yaml: withExpression(`{ key: ⟦${'a'.repeat(64)}⟧, operator: Exists }`),
        message: 'longer than 63 characters',
      },
      {
        title: 'An expression without a key',
        yaml: withExpression('⟦operator: Exists⟧'),
        message: 'This expression has no `key`',
      },
      {
        title: "The policy's own labels",
        yaml: policyYaml(
          'podSelector: {}\npolicyTypes: [Ingress]',
          'name: web\nlabels:\n  owner: ⟦jane@example.com⟧',
        ),
        message: 'The label value "jane@example.com"',
        fixes: [
          {
            title: 'Write jane-example.com',
            safe: false,
            fixed: policyYaml(
              'podSelector: {}\npolicyTypes: [Ingress]',
              'name: web\nlabels:\n  owner: jane-example.com',
            ),
          },
        ],
      },
      {
        title: 'The key of an annotation',
        yaml: policyYaml(
          'podSelector: {}\npolicyTypes: [Ingress]',
          'name: web\nannotations:\n  ⟦why not⟧: see the ticket',
        ),
        message: 'The annotation key "why not"',
        fixes: [
          {
            title: 'Write why-not',
            safe: false,
            fixed: policyYaml(
              'podSelector: {}\npolicyTypes: [Ingress]',
              'name: web\nannotations:\n  why-not: see the ticket',
            ),
          },
        ],
      },
      {
        title: 'Everything that is allowed',
        yaml: policyYaml(
          `
          podSelector:
            matchLabels:
              app.kubernetes.io/part-of: web_Shop.v2
              1: ""
              ${'a'.repeat(63)}: ${'B'.repeat(63)}
              empty:
          policyTypes: [Ingress]
        `,
          'name: web\nannotations:\n  Shop.example/Note: any text, of any length',
        ),
      },
      { title: 'Template text', yaml: withLabels('app: "{{ .Release.Name }} web"\ntier: $TIER') },
    ],
  },
  *check(policy): Iterable<Finding> {
    const { metadata } = policy;
    yield* judgeMap(policy, get(metadata, 'labels'), 'label');
    yield* judgeMap(policy, get(metadata, 'annotations'), 'annotation');
    for (const { map, expressions } of selectorsOf(policy)) {
      yield* judgeMap(policy, get(map, 'matchLabels'), 'label');
      for (const item of expressions) yield* judgeExpression(policy, item);
    }
  },
};

function* judgeMap(
  policy: Resource,
  node: YamlNode | undefined,
  kind: 'label' | 'annotation',
): Iterable<Finding> {
  const map = asMap(node);
  if (!map) return;
  for (const { name, key, value } of map.effective) {
    if (!asScalar(key)) continue;
    // Annotation keys are compared in lower case, which only matters for the prefix.
    const problem = labelKeyProblem(kind === 'annotation' ? name.toLowerCase() : name);
    if (problem) {
      const fixed = likeKey(name);
      const isFree = fixed !== null && !pairOf(map, fixed);
      yield* finding(policy, key, `The ${kind} key "${name}" ${problem}`, isFree ? fixed : null);
    }
    if (kind === 'label') yield* judgeValue(policy, value);
  }
}

const FIELDS = ['key', 'operator', 'values'];

function* judgeExpression(policy: Resource, item: YamlNode): Iterable<Finding> {
  const map = asMap(item);
  if (!map || hasOtherKeys(map, FIELDS)) return;
  const key = pairOf(map, 'key');
  const text = asString(key?.value);
  const isMissing = !key || isNull(key.value);
  // An expression without anything is reported for its operator.
  if (isMissing && pairOf(map, 'operator'))
    yield* finding(policy, key?.key ?? item, 'This expression has no `key`', null);
  const problem = text === null ? null : labelKeyProblem(text);
  if (key && text !== null && problem)
    yield* finding(policy, key.value, `The label key "${text}" ${problem}`, likeKey(text));
  for (const value of asSeq(get(map, 'values'))?.items ?? []) yield* judgeValue(policy, value);
}

function* judgeValue(policy: Resource, node: YamlNode): Iterable<Finding> {
  const text = asString(node);
  const problem = text === null ? null : labelValueProblem(text);
  if (text !== null && problem)
    yield* finding(policy, node, `The label value "${text}" ${problem}`, likeName(text));
}

/** What a key may have been meant to be; null where that is anybody's guess. */
function likeKey(text: string): string | null {
  const [prefix = '', name, more] = text.split('/');
  if (name === undefined) return likeName(prefix);
  const domain = prefix.toLowerCase().replace(/[^a-z0-9.-]+/g, '-');
  const fixed = `${domain}/${likeName(name) ?? name}`;
  return more === undefined && labelKeyProblem(fixed) === null ? fixed : null;
}

/** The text with a dash in place of what a label may not have, and none at its ends. */
function likeName(text: string): string | null {
  const fixed = text.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[-_.]+|[-_.]+$/g, '');
  return fixed !== '' && labelValueProblem(fixed) === null ? fixed : null;
}

/** `fixed` is what to write instead; null where there is nothing to propose. */
function* finding(
  policy: Resource,
  node: YamlNode,
  problem: string,
  fixed: string | null,
): Iterable<Finding> {
  const { document } = policy;
  if (!isSure(policy, node)) return;
  const edit = fixed === null ? null : replaceString(document, node, fixed);
  yield {
    at: { document, span: node.span },
    message: `${problem}. ${REFUSED}`,
    fixes: fixes(`Write ${fixed}`, false, edit),
  };
}
