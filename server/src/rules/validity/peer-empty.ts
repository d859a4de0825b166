/** Rule peer-empty: an item of `from` or `to` that names no peer. */
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { replaceValue } from '../../core/yaml/edit.ts';
import { pairOf, type YamlMap, type YamlNode } from '../../core/yaml/nodes.ts';
import { PEERS_FIELD } from '../../engine/direction.ts';
import { webPolicy } from '../example-yaml.ts';
import { itemSpan } from '../spans.ts';
import { given, hasOtherKeys, isSure, peersOf } from './places.ts';
import { fixes, REFUSED } from './violations.ts';

const FIELDS = ['podSelector', 'namespaceSelector', 'ipBlock'];

const OWN_PODS = {
  title: "Select the pods of the policy's own namespace",
  safe: false,
  fixed: webPolicy(`
    policyTypes:
      - Ingress
    ingress:
      - from:
          - podSelector: {}
  `),
};

const EVERY_NAMESPACE = 'Select the pods of every namespace';

export const peerEmpty: Rule = {
  on: 'policy',
  meta: {
    id: 'peer-empty',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'A peer names neither pods, nor namespaces, nor an IP block.',
    why: `Every item of \`from\` and \`to\` needs a \`podSelector\`, a \`namespaceSelector\` or an \`ipBlock\`. The API server refuses \`- {}\`, and so it does a selector without a value, because null is the same as leaving it out. Nothing of the policy takes effect then.

An empty selector must be written as \`{}\`: \`podSelector: {}\` is every pod of the policy's own namespace, \`namespaceSelector: {}\` every pod of every namespace. To allow every peer, leave out \`from\` or \`to\`; to allow none, leave out the rule.`,
    refs: [
      {
        title: 'Kubernetes: behavior of to and from selectors',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors',
      },
    ],
    examples: [
      {
        title: 'An empty mapping',
        yaml: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                - ⟦{}⟧
        `),
        message: 'This peer is empty',
        fixes: [OWN_PODS],
      },
      {
        title: 'Nothing behind the dash',
        yaml: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                ⟦-⟧
        `),
        fixes: [OWN_PODS],
      },
      {
        title: 'A selector without a value',
        yaml: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                - ⟦podSelector:⟧
        `),
        message: '`podSelector` has no value here',
        fixes: [OWN_PODS],
      },
      {
        title: 'A namespace selector that is null: no namespace, or all of them?',
        yaml: webPolicy(`
          policyTypes:
            - Egress
          egress:
            - to:
                - ⟦namespaceSelector: null⟧
              ports:
                - port: 5432
        `),
        message: '`namespaceSelector` has no value here',
        fixes: [
          {
            title: EVERY_NAMESPACE,
            safe: false,
            leaves: ['all-namespaces-peer'],
            fixed: webPolicy(`
              policyTypes:
                - Egress
              egress:
                - to:
                    - namespaceSelector: {}
                  ports:
                    - port: 5432
            `),
          },
          {
            title: OWN_PODS.title,
            safe: false,
            fixed: webPolicy(`
              policyTypes:
                - Egress
              egress:
                - to:
                    - podSelector: {}
                  ports:
                    - port: 5432
            `),
          },
        ],
      },
      {
        title: 'An empty selector is a peer',
        yaml: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                - podSelector: {}
                - podSelector:
                  namespaceSelector:
                    matchLabels:
                      team: shop
        `),
      },
      {
        title: 'Template text',
        yaml: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                - {{ .Values.peer }}
        `),
      },
    ],
  },
  *check(policy): Iterable<Finding> {
    const { document } = policy;
    for (const { direction, node, map } of peersOf(policy)) {
      if (!map || !isSure(policy, node) || hasOtherKeys(map, FIELDS)) continue;
      if (FIELDS.some((field) => given(map, field))) continue;
      const span = itemSpan(document, node) ?? document.yaml.root?.span ?? node.span;
      const message = messageOf(map, PEERS_FIELD[direction]);
      yield { at: { document, span }, message, fixes: fixesFor(policy, node, map) };
    }
  },
};

function messageOf(map: YamlMap, field: string): string {
  const empty = FIELDS.filter((name) => pairOf(map, name));
  const what =
    empty.length === 0
      ? 'This peer is empty'
      : `${empty.map((name) => `\`${name}\``).join(' and ')} ${empty.length > 1 ? 'have' : 'has'} no value here, so the peer is empty`;
  return `${what}. ${REFUSED} Write \`podSelector: {}\` for every pod of this namespace, \`namespaceSelector: {}\` for every namespace; to allow every peer, leave out \`${field}\`.`;
}

function fixesFor({ document }: Resource, node: YamlNode, map: YamlMap): Fix[] {
  const [pair] = map.pairs;
  if (map.pairs.length > 1 || (pair && !/^(?:pod|namespace)Selector$/.test(pair.name))) return [];
  const peer = replaceValue(document, node, { podSelector: {} });
  if (pair?.name !== 'namespaceSelector')
    return fixes(OWN_PODS.title, OWN_PODS.safe, pair ? replaceValue(document, pair.value, {}) : peer);
  return [
    ...fixes(EVERY_NAMESPACE, false, replaceValue(document, pair.value, {})),
    ...fixes(OWN_PODS.title, OWN_PODS.safe, peer),
  ];
}
