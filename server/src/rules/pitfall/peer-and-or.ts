/** Rule peer-and-or: a namespaceSelector and a podSelector as two list items, where one with both was probably meant. */
import type { YamlDocument } from '../../core/document.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { insertCommentAbove } from '../../core/yaml/edit.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { NAMESPACE_NAME_LABEL } from '../../engine/dns-servers.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { describeSelector } from '../../engine/selector.ts';
import { webPolicy } from '../example-yaml.ts';
import { mergePeers, type PeerPair, peerPairsOf } from './peer-pairs.ts';

const MERGE = 'Merge into one peer, so that both selectors must match';
const COMMENT = 'Say with a comment that either is meant';

export const peerAndOr: Rule = {
  on: 'policy',
  meta: {
    id: 'peer-and-or',
    family: 'pitfall',
    severity: 'warning',
    sees: 'document',
    title: 'Two list items mean "or" where "and" was probably meant.',
    why: `Every item of \`from\` and \`to\` is an alternative. A \`namespaceSelector\` and a \`podSelector\` in two items allow **all** pods of those namespaces, and besides them the labelled pods of the policy's own namespace. In one item, they allow the labelled pods of those namespaces. Only a dash tells the two apart.

Put both selectors into one item, without a dash in front of the second. If both are meant as alternatives, say so in a comment between them that has a word such as "or", "either" or "also".`,
    refs: [
      {
        title: 'Kubernetes: Behavior of `to` and `from` selectors',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors',
      },
    ],
    examples: [
      {
        title: 'Two items',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      team: portal
                - ⟦podSelector:
                    matchLabels:
                      app: gateway⟧
        `),
        message: 'all pods of the namespaces with team=portal',
        fixes: [
          {
            title: MERGE,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from:
                    - namespaceSelector:
                        matchLabels:
                          team: portal
                      podSelector:
                        matchLabels:
                          app: gateway
            `),
          },
          {
            title: COMMENT,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from:
                    - namespaceSelector:
                        matchLabels:
                          team: portal
                    # or
                    - podSelector:
                        matchLabels:
                          app: gateway
            `),
          },
        ],
      },
      {
        title: 'The other way round, in flow style',
        yaml: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to: [{ podSelector: { matchLabels: { app: db } } }, ⟦{ namespaceSelector: { matchLabels: { team: data } } }⟧]
        `),
        fixes: [
          {
            title: MERGE,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Egress]
              egress:
                - to: [{ podSelector: { matchLabels: { app: db } }, namespaceSelector: { matchLabels: { team: data } } }]
            `),
          },
        ],
      },
      {
        title: 'The namespace is the own one: the second item adds nothing to the first',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                # Pods of the shop.
                - namespaceSelector:
                    matchLabels:
                      kubernetes.io/metadata.name: shop
                # The gateway.
                -   ⟦podSelector:
                      matchLabels:
                        app: gateway⟧
        `),
        severity: 'info',
        message: 'adds nothing',
        fixes: [
          {
            title: MERGE,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from:
                    # Pods of the shop.
                    - namespaceSelector:
                        matchLabels:
                          kubernetes.io/metadata.name: shop
                      # The gateway.
                      podSelector:
                        matchLabels:
                          app: gateway
            `),
          },
          {
            title: COMMENT,
            safe: false,
            leaves: ['redundant-rule'],
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from:
                    # Pods of the shop.
                    - namespaceSelector:
                        matchLabels:
                          kubernetes.io/metadata.name: shop
                    # The gateway.
                    # or
                    -   podSelector:
                          matchLabels:
                            app: gateway
            `),
          },
        ],
      },
      {
        title: 'One item with both selectors',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      team: portal
                  podSelector:
                    matchLabels:
                      app: gateway
        `),
      },
      {
        title: 'A comment says that either is meant',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      team: portal
                - podSelector: # or our own gateway
                    matchLabels:
                      app: gateway
        `),
      },
      {
        title: 'All pods of the own namespace cannot be meant as a restriction',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      team: portal
                - podSelector: {}
        `),
      },
      {
        title: 'A list of alternatives, since it has several of each',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector: { matchLabels: { team: portal } }
                - namespaceSelector: { matchLabels: { team: search } }
                - podSelector: { matchLabels: { app: gateway } }
                - podSelector: { matchLabels: { app: cron } }
        `),
      },
      {
        title: 'A list of alternatives, since addresses are among them',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - ipBlock: { cidr: 192.0.2.0/24 }
                - namespaceSelector: { matchLabels: { team: portal } }
                - podSelector: { matchLabels: { app: gateway } }
        `),
      },
      {
        title: 'Not the same list',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector: { matchLabels: { team: portal } }
            - from:
                - podSelector: { matchLabels: { app: gateway } }
        `),
      },
    ],
  },
  check: function* (resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    for (const direction of DIRECTIONS) {
      if (policy.isolates[direction] === false) continue;
      for (const rule of rulesOf(policy, direction).rules)
        for (const pair of peerPairsOf(resource.document, rule)) yield findingFor(policy, rule, pair);
    }
  },
};

function findingFor(policy: Policy, rule: PolicyRule, pair: PeerPair): Finding {
  const { document, namespace } = policy.resource;
  const { first, second } = pair;
  const isOwn = isOwnNamespace(pair, namespace);
  return {
    at: { document, span: second.node.span },
    message: messageFor(rule.direction, pair, isOwn),
    related: [{ at: { document, span: first.node.span }, message: 'The other alternative.' }],
    ...(isOwn && { severity: 'info' }),
    fixes: [...mergeFix(document, pair), ...commentFix(document, pair)],
  };
}

function mergeFix(document: YamlDocument, pair: PeerPair): Fix[] {
  const edits = mergePeers(document, pair);
  return edits ? [{ title: MERGE, safe: false, edits }] : [];
}

/** Changes no connection, but it states what only the author can know: not for a run over everything. */
function commentFix(document: YamlDocument, { second }: PeerPair): Fix[] {
  const edit = insertCommentAbove(document, second.node, 'or');
  return edit ? [{ title: COMMENT, safe: false, edits: [edit] }] : [];
}

function messageFor(direction: Direction, { namespaces, pods }: PeerPair, isOwn: boolean): string {
  const verb = direction === 'Ingress' ? 'may connect' : 'may be reached';
  const [ns, labels] = [describeSelector(namespaces), describeSelector(pods)];
  if (isOwn)
    return `Two list items mean "or": all pods of the policy's own namespace ${verb}, so that the item for those with ${labels} adds nothing. If only those are meant, put both selectors into one item.`;
  const all = namespaces.requirements.length === 0 ? 'all namespaces' : `the namespaces with ${ns}`;
  return `Two list items mean "or": all pods of ${all} ${verb}, and so may all pods with ${labels} of the policy's own namespace. If only pods with ${labels} in those namespaces are meant, put both selectors into one item; if either is, say so in a comment.`;
}

/** Whether the namespaceSelector can only match the namespace the policy is in. */
function isOwnNamespace({ namespaces }: PeerPair, own: string | null): boolean {
  const [requirement] = namespaces.requirements;
  return (
    own !== null &&
    namespaces.requirements.length === 1 &&
    requirement?.key === NAMESPACE_NAME_LABEL &&
    requirement.operator === 'In' &&
    requirement.values.every((value) => value === own)
  );
}
