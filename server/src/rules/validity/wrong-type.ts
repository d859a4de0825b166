/** Rule wrong-type: a value of a type that its field does not take. */

import { dnsLabelProblem, labelKeyProblem, labelValueProblem, subdomainProblem } from '../../core/names.ts';
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { typeNames, type Violation } from '../../core/schema/violation.ts';
import { replaceValue } from '../../core/yaml/edit.ts';
import type { YamlNode, YamlScalar } from '../../core/yaml/nodes.ts';
import { replaceNumber, replaceString, wrapInList } from '../../core/yaml/reshape.ts';
import { parseCidr } from '../../engine/cidr.ts';
import { fixes, pathOf, REFUSED, spanOf, violationsFor } from './violations.ts';
import { WRONG_TYPE_EXAMPLES } from './wrong-type-examples.ts';

export const wrongType: Rule = {
  on: 'policy',
  meta: {
    id: 'wrong-type',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'A value has a type that its field does not take.',
    why: `The API server decodes a manifest field by field, and a list where a mapping belongs, or a number where a string belongs, fails the **whole** object: nothing of the policy takes effect, and the pods stay as open as they were.

YAML decides about types before Kubernetes does. Without quotes, \`true\`, \`yes\`, \`on\` and \`n\` are booleans and \`1.0\`, \`010\` and \`1e3\` are numbers, while labels and annotations must be strings: put such values in quotes. Numbers such as \`endPort\` must not be in quotes. Lists begin their items with \`- \`.`,
    refs: [
      {
        title: 'Kubernetes API: NetworkPolicy',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
      {
        title: 'Kubernetes: syntax of labels and annotations',
        url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set',
      },
    ],
    examples: WRONG_TYPE_EXAMPLES,
  },
  *check(policy): Iterable<Finding> {
    for (const violation of violationsFor(policy, 'wrong-type')) {
      const at = { document: policy.document, span: spanOf(policy, violation) };
      yield { at, message: messageOf(violation), fixes: fixesFor(policy, violation) };
    }
  },
};

function messageOf(violation: Violation): string {
  const path = pathOf(violation.instancePath);
  const subject = subjectOf(path);
  if (violation.keyword === 'pattern')
    return `${subject} must be a time such as 2026-01-31T12:00:00Z. ${REFUSED}`;
  const { node, params } = violation;
  const types = [params.type].flat().filter((type) => type !== 'null');
  const wanted = isPort(path) ? 'a whole number or the name of a port' : typeNames(types);
  return `${subject} must be ${wanted}, and ${isPort(path) && node.kind === 'scalar' ? `${node.text} is neither` : actual(node, types)}. ${REFUSED}${remedy(path, node, types)}`;
}

function isPort(path: readonly string[]): boolean {
  return path.at(-1) === 'port' && path.includes('ports');
}

const STRING_MAPS = /^(?:labels|annotations|matchLabels)$/;

function subjectOf(path: readonly string[]): string {
  const last = path.at(-1) ?? 'the object';
  const holder = path.at(-2) ?? '';
  if (last === '[]') return `An item of \`${holder}\``;
  if (!STRING_MAPS.test(holder)) return `\`${last}\``;
  return `The ${holder === 'annotations' ? 'annotation' : 'label'} \`${last}\``;
}

function actual(node: YamlNode, types: readonly unknown[]): string {
  if (node.kind === 'map') return 'this is a mapping';
  if (node.kind === 'seq') return 'this is a list';
  if (node.kind === 'alias') return `*${node.name} is something else`;
  const text = node.text.length > 40 ? `${node.text.slice(0, 40)}…` : node.text;
  if (typeof node.value === 'string') return `${node.style === 'plain' ? text : `"${text}"`} is a string`;
  const bare = types.includes('string') ? `${text} without quotes` : text;
  return `${bare} is a ${typeof node.value}`;
}

/** What to do about it, where that can be said in a sentence. */
function remedy(path: readonly string[], node: YamlNode, types: readonly unknown[]): string {
  const last = path.at(-1) ?? '';
  const isEmpty =
    (node.kind === 'map' && node.pairs.length === 0) || (node.kind === 'seq' && node.items.length === 0);
  if (isEmpty && (last === 'ingress' || last === 'egress'))
    return ` Write \`[]\` to allow nothing, or \`[{}]\` to allow everything.`;
  if (isEmpty && last === 'podSelector') return ' Write `{}` for every pod.';
  if (types.includes('array') && node.kind === 'map') return ' Begin every item with a dash.';
  if (types.includes('array')) return ' Put it in a list, in brackets or behind a dash.';
  if (types.includes('integer') && node.kind === 'scalar' && typeof node.value === 'string' && !isPort(path))
    return ' Write a number, without quotes.';
  if (types.includes('string') && node.kind === 'scalar' && !isPort(path))
    return isQuotable(path, node.text) ? ' Put it in quotes.' : (STRING_REMEDIES[lastField(path)] ?? '');
  return types.includes('object') && node.kind === 'scalar' ? (OBJECT_REMEDIES[lastField(path)] ?? '') : '';
}

function lastField(path: readonly string[]): string {
  return path.findLast((step) => step !== '[]') ?? '';
}

const STRING_REMEDIES: Readonly<Record<string, string>> = {
  cidr: ' Write a range such as 203.0.113.0/24.',
  except: ' Write a range such as 203.0.113.16/28.',
  protocol: ' Write TCP, UDP or SCTP.',
  operator: ' Write In, NotIn, Exists or DoesNotExist.',
  policyTypes: ' Write `Ingress` or `Egress`.',
};

const OBJECT_REMEDIES: Readonly<Record<string, string>> = {
  ports: ' Write it behind `port:`.',
  ipBlock: ' Write the range behind `cidr:`.',
  from: ' A peer is a `podSelector`, a `namespaceSelector` or an `ipBlock`.',
  to: ' A peer is a `podSelector`, a `namespaceSelector` or an `ipBlock`.',
  podSelector: ' Write the labels to match below `matchLabels`.',
  namespaceSelector: ' Write the labels to match below `matchLabels`.',
  matchLabels: ' Write each label as `key: value`.',
  labels: ' Write each label as `key: value`.',
};

function fixesFor({ document }: Resource, { instancePath, params, node, keyword }: Violation): Fix[] {
  if (keyword === 'pattern') return [];
  const path = pathOf(instancePath);
  const types = [params.type].flat();
  if (node.kind === 'scalar' && types.includes('string') && typeof node.value !== 'string')
    return quoteFixes({ document }, path, node);
  if (types.includes('integer') && node.kind === 'scalar' && /^[1-9]\d{0,9}$/.test(node.text))
    return fixes('Write the number without quotes', true, replaceNumber(document, node, Number(node.text)));
  if (types.includes('array')) return listFixes({ document }, path, node);
  if (path.at(-1) === 'podSelector' && node.kind === 'seq' && node.items.length === 0)
    return fixes('Write `{}`: every pod', false, replaceValue(document, node, {}));
  return node.kind === 'scalar' && types.includes('object') ? objectFixes({ document }, path, node) : [];
}

type InDocument = Pick<Resource, 'document'>;

function quoteFixes({ document }: InDocument, path: readonly string[], node: YamlScalar): Fix[] {
  if (node.style !== 'plain' || !isQuotable(path, node.text)) return [];
  return fixes('Put it in quotes', true, replaceString(document, node, node.text));
}

/** Whether the text, read as a string, is what its field takes. A number in quotes is no port, no range and no direction. */
function isQuotable(path: readonly string[], text: string): boolean {
  const field = lastField(path);
  if (field === 'key') return labelKeyProblem(text) === null;
  if (field === 'namespace') return dnsLabelProblem(text) === null;
  if (field === 'name' || field === 'generateName') return subdomainProblem(text) === null;
  const isLabel =
    /^(?:labels|matchLabels)$/.test(path.at(-2) ?? '') || (field === 'values' && path.at(-1) === '[]');
  if (isLabel) return labelValueProblem(text) === null;
  return path[0] === 'metadata';
}

/** One value becomes a list of one. Two selectors in one mapping may have been meant as one peer or as two. */
function listFixes({ document }: InDocument, path: readonly string[], node: YamlNode): Fix[] {
  if (node.kind !== 'map' && node.kind !== 'scalar') return [];
  const entries = node.kind === 'map' ? node.pairs.length : 1;
  if (entries === 0 && /^(?:ingress|egress)$/.test(path.at(-1) ?? ''))
    return [
      ...fixes('Write `[]`: allow nothing', false, replaceValue(document, node, [])),
      ...fixes('Write `[{}]`: allow everything', false, replaceValue(document, node, [{}])),
    ];
  const wantsMaps = /^(?:ingress|egress|from|to|ports|matchExpressions)$/.test(path.at(-1) ?? '');
  if (entries === 0 || wantsMaps !== (node.kind === 'map')) return [];
  if (node.kind === 'scalar' && typeof node.value !== 'string') return [];
  const isOne = entries === 1 || path.at(-1) === 'ports';
  return fixes('Make it a list of one item', isOne, wrapInList(document, node));
}

/** A bare number among ports, or a bare CIDR among peers, can only be one thing. */
function objectFixes({ document }: InDocument, path: readonly string[], node: YamlScalar): Fix[] {
  const { value } = node;
  const isItem = path.at(-1) === '[]';
  if (isItem && path.at(-2) === 'ports' && typeof value === 'number' && Number.isInteger(value))
    return fixes('Write it as `port`', true, replaceValue(document, node, { port: value }));
  if (typeof value !== 'string' || !parseCidr(value)) return [];
  if (path.at(-1) === 'ipBlock')
    return fixes('Write it as `cidr`', true, replaceValue(document, node, { cidr: value }));
  if (isItem && /^(?:from|to)$/.test(path.at(-2) ?? ''))
    return fixes('Write it as `ipBlock`', true, replaceValue(document, node, { ipBlock: { cidr: value } }));
  return [];
}
