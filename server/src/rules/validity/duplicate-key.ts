/** Rule duplicate-key: a key that is given twice in one mapping of a policy. */
import type { YamlDocument } from '../../core/document.ts';
import { type Resource, resourcesOf } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { contains } from '../../core/span.ts';
import { removePair } from '../../core/yaml/edit.ts';
import { type Json, toJson } from '../../core/yaml/json.ts';
import { isMergeKey, type YamlMap, type YamlNode, type YamlPair } from '../../core/yaml/nodes.ts';
import type { YamlProblem } from '../../core/yaml/problem.ts';
import { isTemplate } from '../../core/yaml/template.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';
import { fixes } from './violations.ts';

const TITLE = 'Remove the earlier one';

export const duplicateKey: Rule = {
  on: 'document',
  meta: {
    id: 'duplicate-key',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'A key is given twice in one mapping.',
    why: `A mapping holds each key once. \`kubectl\` and most other tools keep the **last** value and drop the one before without a word: half of the rules, ports or labels that a reviewer reads are not there. The API server refuses such a document when it reads the text itself.

Merge the two, or remove the one that you do not mean. A merge key (\`<<\`) stands in front of the keys that override it; behind them, it overwrites them.`,
    refs: [
      { title: 'YAML 1.2.2: mappings', url: 'https://yaml.org/spec/1.2.2/#3211-nodes' },
      {
        title: 'Kubernetes: field validation',
        url: 'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
      },
    ],
    examples: [
      {
        title: 'Two lists of rules',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: { matchLabels: { app: gateway } }
          # monitoring
          ⟦ingress⟧:
            - from:
                - podSelector: { matchLabels: { app: prometheus } }
              ports:
                - port: 9090
        `),
        message: 'Only this last one counts',
        fixes: [
          {
            title: TITLE,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              # monitoring
              ingress:
                - from:
                    - podSelector: { matchLabels: { app: prometheus } }
                  ports:
                    - port: 9090
            `),
          },
        ],
      },
      {
        title: 'Two labels',
        yaml: policyYaml(`
          podSelector: { matchLabels: { app: web, ⟦app⟧: api } }
          policyTypes: [Ingress]
        `),
        fixes: [
          {
            title: TITLE,
            safe: false,
            fixed: policyYaml(`
              podSelector: { matchLabels: { app: api } }
              policyTypes: [Ingress]
            `),
          },
        ],
      },
      {
        title: 'The same twice',
        yaml: webPolicy(`
          policyTypes:
            - Ingress
          ⟦policyTypes⟧: ["Ingress"] # once more
        `),
        fixes: [{ title: TITLE, safe: true, fixed: webPolicy('policyTypes: ["Ingress"] # once more') }],
      },
      {
        title: 'A merge behind the key it brings in',
        yaml: policyYaml(
          `
          podSelector:
            matchLabels:
              app: web
              ⟦<<⟧: *common
          policyTypes: [Ingress]
        `,
          'name: web\nlabels: &common\n  app: api\n  team: shop',
        ),
        message: 'This merge overwrites "app"',
        fixes: [
          {
            title: TITLE,
            safe: false,
            fixed: policyYaml(
              `
              podSelector:
                matchLabels:
                  <<: *common
              policyTypes: [Ingress]
            `,
              'name: web\nlabels: &common\n  app: api\n  team: shop',
            ),
          },
        ],
      },
      {
        title: 'A key that overrides what was merged in front of it',
        yaml: policyYaml(
          `
          podSelector:
            matchLabels:
              <<: *common
              app: web
          policyTypes: [Ingress]
        `,
          'name: web\nlabels: &common\n  app: api\n  team: shop',
        ),
      },
      {
        title: 'The branches of a template',
        yaml: webPolicy(`
          # {{- if .Values.strict }}
          policyTypes: [Ingress, Egress]
          # {{- else }}
          policyTypes: [Ingress]
          # {{- end }}
        `),
      },
      {
        title: 'A document without a policy',
        yaml: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  name: shop\n',
      },
    ],
  },
  *check(document): Iterable<Finding> {
    const problems = document.yaml.problems.filter((problem) => problem.kind === 'duplicate-key');
    if (problems.length === 0) return;
    const policies = resourcesOf(document).filter((resource) => resource.role === 'policy');
    for (const problem of problems) {
      const resource = policies.find((policy) => concerns(problem, policy));
      const { first, pair } = problem;
      if (!resource || !first || !pair || !isSure(document, first, pair)) continue;
      yield finding(resource, first, pair);
    }
  },
};

/** Whether a key is repeated inside the policy, or around it, so that one of the two hides the policy or holds it. */
function concerns({ span, first, pair }: YamlProblem, { root }: Resource): boolean {
  return (
    contains(root.span, span) ||
    [first, pair].some((p) => p !== undefined && contains(p.value.span, root.span))
  );
}

/** Template text between the two may let only one of them through. */
function isSure(document: YamlDocument, first: YamlPair, pair: YamlPair): boolean {
  if (pair.key.span.end > document.soundUntil) return false;
  return !isTemplate(document.text.slice(first.key.span.start, pair.key.span.start));
}

function finding(resource: Resource, first: YamlPair, pair: YamlPair): Finding {
  const { document } = resource;
  const overwritten = isMergeKey(pair)
    ? `This merge overwrites "${first.name}", which stands in front of it`
    : `"${first.name}" is given twice in one mapping. Only this last one counts`;
  const message = `${overwritten}: kubectl drops the earlier one without a word, and the API server refuses the text as it stands. Keep the one that you mean.`;
  return {
    at: { document, span: pair.key.span },
    resource,
    message,
    related: [{ at: { document, span: first.key.span }, message: 'The earlier one.' }],
    get fixes() {
      return removal(document, first, pair);
    },
  };
}

/** Without the earlier one, the text says what was in effect. What its author meant is clear only where both say the same. */
function removal(document: YamlDocument, first: YamlPair, pair: YamlPair): Fix[] {
  const map = holderOf(document.yaml.root, first);
  const isSame = !isMergeKey(pair) && sameJson(toJson(first.value), toJson(pair.value));
  return map ? fixes(TITLE, isSame, removePair(document, map, first)) : [];
}

function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

/** The mapping that `pair` stands in. */
function holderOf(node: YamlNode | null, pair: YamlPair): YamlMap | null {
  if (!node || node.kind === 'scalar' || node.kind === 'alias' || !contains(node.span, pair.key.span))
    return null;
  if (node.kind === 'map' && node.pairs.includes(pair)) return node;
  const children = node.kind === 'seq' ? node.items : node.pairs.flatMap((p) => [p.key, p.value]);
  for (const child of children) {
    const found = holderOf(child, pair);
    if (found) return found;
  }
  return null;
}
