/** Rule invalid-name: a policy without a name, or a name that no object can have. */

import { dnsLabelProblem, subdomainProblem } from '../../core/names.ts';
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { asMap, asString, get, isNull, pairOf, type YamlNode } from '../../core/yaml/nodes.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { policyYaml } from '../example-yaml.ts';
import { isSure } from './places.ts';
import { fixes, REFUSED } from './violations.ts';

const SPEC = 'podSelector: { matchLabels: { app: web } }\npolicyTypes: [Ingress]';
const named = (metadata: string) => policyYaml(SPEC, metadata);

export const invalidName: Rule = {
  on: 'policy',
  meta: {
    id: 'invalid-name',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'The policy has no name, or its name or namespace is not one that the API server accepts.',
    why: `A policy's name consists of lower-case letters, digits, dashes and dots, begins and ends with a letter or digit, and has at most 253 characters. The name of a namespace has no dots and at most 63 characters. The API server refuses a policy with any other name or with none, and nothing of it takes effect.

\`generateName\` takes the place of \`name\` where objects are created and never updated.`,
    refs: [
      {
        title: 'Kubernetes: object names and IDs',
        url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/',
      },
    ],
    examples: [
      {
        title: 'Capitals, a blank and an underscore',
        yaml: named('name: ⟦Allow web_in⟧ # from the edge\nnamespace: shop'),
        message: 'must consist of lower-case letters',
        fixes: [
          {
            title: 'Name it "allow-web-in"',
            safe: false,
            fixed: named('name: allow-web-in # from the edge\nnamespace: shop'),
          },
        ],
      },
      {
        title: 'A dot in a namespace',
        yaml: named('name: web\nnamespace: ⟦"shop.example"⟧'),
        message: 'The namespace "shop.example" must consist of lower-case letters, digits and dashes',
        fixes: [
          {
            title: 'Name it "shop-example"',
            safe: false,
            fixed: named('name: web\nnamespace: "shop-example"'),
          },
        ],
      },
      {
        title: 'A prefix with a capital',
        yaml: named('generateName: ⟦Web-⟧\nnamespace: shop'),
        message: 'The prefix "Web-" must consist of lower-case letters',
        fixes: [
          { title: 'Name it "web-"', safe: false, fixed: named('generateName: web-\nnamespace: shop') },
        ],
      },
      {
        title: 'No name',
        yaml: named('namespace: shop').replace('metadata', '⟦metadata⟧'),
        message: 'has no name',
      },
      {
        title: 'An empty name',
        yaml: named('⟦name⟧:\nnamespace: shop'),
        message: 'has no name',
      },
      { title: 'Dots and digits', yaml: named('name: 10.web.v2\nnamespace: shop') },
      { title: 'A prefix, from which the server makes a name', yaml: named('generateName: web-') },
      { title: 'Template text', yaml: named('name: {{ .Release.Name }}-web\nnamespace: $NAMESPACE') },
      {
        title: 'An expression of a test tool',
        yaml: named(`name: web\nnamespace: (join('-', [$team, 'shop']))`),
      },
      {
        title: 'What looks like a placeholder, in capitals',
        yaml: named('name: ⟦TEMP_NAME⟧\nnamespace: shop'),
        severity: 'hint',
        message: 'looks like a placeholder',
        fixes: [
          { title: 'Name it "temp-name"', safe: false, fixed: named('name: temp-name\nnamespace: shop') },
        ],
      },
      {
        title: 'A patch, whose target may be named elsewhere',
        yaml: policyYaml('policyTypes: [Ingress, Egress]', 'labels: { team: shop }'),
      },
    ],
  },
  *check(policy): Iterable<Finding> {
    const { metadata } = policy;
    yield* missing(policy);
    yield* judge(policy, get(metadata, 'name'), 'The name', subdomainProblem);
    yield* judge(policy, get(metadata, 'generateName'), 'The prefix', (text) =>
      subdomainProblem(withoutDash(text)),
    );
    yield* judge(policy, get(metadata, 'namespace'), 'The namespace', dnsLabelProblem);
  },
};

/** A generated name goes on behind the prefix, so the prefix may end with a dash. */
function withoutDash(prefix: string): string {
  return prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
}

/** Only an object that selects pods is surely a whole one: patches may leave out the name too. */
function* missing(policy: Resource): Iterable<Finding> {
  const { document, root, metadata } = policy;
  const isWhole = !policy.partial && pairOf(asMap(get(root, 'spec')), 'podSelector') !== undefined;
  if (!isWhole || document.isTemplate || !isSure(policy, root)) return;
  // Metadata that are no mapping are of the wrong type, which another rule reports.
  if (!metadata && !isNull(get(root, 'metadata'))) return;
  if (!isBlank(get(metadata, 'name')) || !isBlank(get(metadata, 'generateName'))) return;
  const key = pairOf(metadata, 'name')?.key ?? pairOf(root, 'metadata')?.key ?? pairOf(root, 'kind')?.key;
  const message = `This policy has no name. ${REFUSED} Write one in \`metadata.name\`.`;
  if (key) yield { at: { document, span: key.span }, message };
}

function isBlank(node: YamlNode | undefined): boolean {
  return isNull(node) || asString(node) === '';
}

function* judge(
  policy: Resource,
  node: YamlNode | undefined,
  subject: string,
  problemOf: (text: string) => string | null,
): Iterable<Finding> {
  const { document } = policy;
  const text = asString(node);
  if (!node || text === null || text === '' || !isSure(policy, node)) return;
  const problem = problemOf(text);
  if (!problem) return;
  const isPlaceholder = PLACEHOLDER.test(text);
  yield {
    at: { document, span: node.span },
    message: isPlaceholder
      ? `${subject} "${text}" looks like a placeholder. If nothing takes its place, the API server refuses the policy: a name ${problem}.`
      : `${subject} "${text}" ${problem}. ${REFUSED}`,
    ...(isPlaceholder && { unknown: 'whether something takes its place' }),
    fixes: slugFixes(policy, node, text, problemOf),
  };
}

/** Words in capitals, joined by underscores: what scripts put a name in place of. */
const PLACEHOLDER = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

function slugFixes(
  { document }: Resource,
  node: YamlNode,
  text: string,
  problemOf: (text: string) => string | null,
): Fix[] {
  const isNamespace = problemOf === dnsLabelProblem;
  const slug = text
    .toLowerCase()
    .replace(isNamespace ? /[^a-z0-9]+/g : /[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  const wanted = text.endsWith('-') && problemOf(`${slug}-`) === null ? `${slug}-` : slug;
  if (wanted === '' || problemOf(wanted) !== null) return [];
  return fixes(`Name it "${wanted}"`, false, replaceString(document, node, wanted));
}
