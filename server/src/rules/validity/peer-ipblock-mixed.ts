/** Rule peer-ipblock-mixed: an item of `from` or `to` that has an `ipBlock` and a selector. */
import type { YamlDocument } from '../../core/document.ts';
import type { Edit, Finding, Rule } from '../../core/rule.ts';
import { commentsIn } from '../../core/yaml/comments.ts';
import { appendItem, endOfLine, removePair } from '../../core/yaml/edit.ts';
import { splitItem } from '../../core/yaml/items.ts';
import { toJson } from '../../core/yaml/json.ts';
import type { YamlMap, YamlPair, YamlSeq } from '../../core/yaml/nodes.ts';
import { PEERS_FIELD } from '../../engine/direction.ts';
import { webPolicy } from '../example-yaml.ts';
import { given, isSure, peersOf } from './places.ts';
import { fixes, REFUSED } from './violations.ts';

const TITLE = 'Make them two items: either one is enough';

export const peerIpblockMixed: Rule = {
  on: 'policy',
  meta: {
    id: 'peer-ipblock-mixed',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'A peer has an IP block and a selector at once.',
    why: `A peer is either pods, found by their labels, or addresses. The API server refuses an item of \`from\` or \`to\` that has an \`ipBlock\` beside a \`podSelector\` or \`namespaceSelector\`, and nothing of the policy takes effect.

There is no way to say "these pods, but only at these addresses". Two items of the list mean that *either* is enough; decide whether that is what you want, and otherwise keep the one that you mean.`,
    refs: [
      {
        title: 'Kubernetes: behavior of to and from selectors',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors',
      },
    ],
    examples: [
      {
        title: 'Pods and addresses in one item',
        yaml: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                - podSelector:
                    matchLabels:
                      app: gateway
                  ⟦ipBlock⟧:
                    cidr: 203.0.113.0/24 # the office
              ports:
                - port: 443
        `),
        message: 'beside `podSelector`',
        fixes: [
          {
            title: TITLE,
            safe: false,
            fixed: webPolicy(`
              policyTypes:
                - Ingress
              ingress:
                - from:
                    - podSelector:
                        matchLabels:
                          app: gateway
                    - ipBlock:
                        cidr: 203.0.113.0/24 # the office
                  ports:
                    - port: 443
            `),
          },
        ],
      },
      {
        title: 'In brackets',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from: [{ ⟦ipBlock⟧: { cidr: 203.0.113.0/24 }, namespaceSelector: { matchLabels: { team: shop } } }]
              ports: [{ port: 443 }]
        `),
        message: 'beside `namespaceSelector`',
        fixes: [
          {
            title: TITLE,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from: [{ ipBlock: { cidr: 203.0.113.0/24 } }, { namespaceSelector: { matchLabels: { team: shop } } }]
                  ports: [{ port: 443 }]
            `),
          },
        ],
      },
      {
        title: 'Between two selectors',
        yaml: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      team: shop
                  ⟦ipBlock⟧:
                    cidr: 203.0.113.0/24
                  podSelector: {}
              ports: [{ port: 443 }]
        `),
        message: 'beside `podSelector` and `namespaceSelector`',
        fixes: [
          {
            title: TITLE,
            safe: false,
            fixed: webPolicy(`
              policyTypes:
                - Ingress
              ingress:
                - from:
                    - namespaceSelector:
                        matchLabels:
                          team: shop
                      podSelector: {}
                    - ipBlock:
                        cidr: 203.0.113.0/24
                  ports: [{ port: 443 }]
            `),
          },
        ],
      },
      {
        title: 'Two items',
        yaml: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                - podSelector:
                    matchLabels:
                      app: gateway
                - ipBlock:
                    cidr: 203.0.113.0/24
                  podSelector:
        `),
      },
    ],
  },
  *check(policy): Iterable<Finding> {
    const { document } = policy;
    for (const { direction, list, map } of peersOf(policy)) {
      const block = map && given(map, 'ipBlock');
      if (!map || !block || !isSure(policy, block.key)) continue;
      const selectors = ['podSelector', 'namespaceSelector'].filter((name) => given(map, name));
      if (selectors.length === 0) continue;
      const beside = selectors.map((name) => `\`${name}\``).join(' and ');
      const message = `\`ipBlock\` stands beside ${beside} in one item of \`${PEERS_FIELD[direction]}\`. A peer is either pods or addresses. ${REFUSED} Make them items of their own, either of which is enough, or keep the one you mean.`;
      yield {
        at: { document, span: block.key.span },
        message,
        fixes: fixes(TITLE, false, apart(document, list, map, block)),
      };
    }
  },
};

/** The edits that make the block an item of its own. Between two selectors it must be written anew, and has no comments then. */
function apart(document: YamlDocument, list: YamlSeq, peer: YamlMap, block: YamlPair): Edit[] | null {
  const split = splitItem(document, list, peer, block);
  const value = toJson(block.value);
  const span = { start: block.key.span.start, end: endOfLine(document.text, block.value.span.end) };
  if (split || value === undefined || commentsIn(document, span).length > 0) return split;
  const remove = removePair(document, peer, block);
  const append = appendItem(document, list, { ipBlock: value }, peer);
  return remove && append && [remove, append];
}
