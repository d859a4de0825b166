// Two peers made one and one made two, wherever the cursor is in them: the text that comes out, and what it then allows.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { YamlDocument } from '../../server/src/core/document.ts';
import { resourcesOf } from '../../server/src/core/resource.ts';
import { applyEdits } from '../../server/src/core/safe-fixes.ts';
import { soundPolicyOf } from '../../server/src/engine/policy.ts';
import { describeSelector } from '../../server/src/engine/selector.ts';
import { type Matched, peerRefactorings } from '../../server/src/refactor/peers.ts';
import { firstDifference, policiesIn } from '../support/allowed.ts';
import { unmark } from '../support/example.ts';

const HEAD = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from:
`;

interface Offer {
  readonly kind: string;
  readonly text: string;
  readonly result: readonly string[];
}

/** What is offered for the selection between the marks ⟦ ⟧. */
function offersAt(marked: string): Offer[] {
  const { text, spans } = unmark(marked);
  const [selection] = spans;
  assert.ok(selection);
  const document = new YamlDocument('file:///a.yaml', text);
  const [resource] = resourcesOf(document);
  const policy = resource && soundPolicyOf(resource);
  if (!policy) return [];
  return peerRefactorings(policy, selection).map(({ kind, edits, result }) => {
    const after = applyEdits(text, edits);
    assert.deepEqual(new YamlDocument('file:///a.yaml', after).yaml.problems, []);
    return { kind, text: after, result: result.map(inWords) };
  });
}

function inWords({ namespaceSelector, podSelector }: Matched): string {
  const parts = [
    namespaceSelector && `namespaces ${describeSelector(namespaceSelector)}`,
    podSelector && `pods ${describeSelector(podSelector)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

const kinds = (marked: string) => offersAt(marked).map(({ kind }) => kind);

const TWO = `${HEAD}      # from the portal
      - namespaceSelector:
          matchLabels: { team: "portal" } # theirs
      # the gateway
      - podSelector:
          matchLabels: &labels
            app: gateway
`;
const ONE = `${HEAD}      # from the portal
      - namespaceSelector:
          matchLabels: { team: "portal" } # theirs
        # the gateway
        podSelector:
          matchLabels: &labels
            app: gateway
`;

suite('merge', () => {
  test('with the next', () => {
    const [offer, ...others] = offersAt(TWO.replace('namespaceSelector', 'name⟦⟧spaceSelector'));
    assert.deepEqual(others, []);
    assert.equal(offer?.kind, 'merge-with-next');
    assert.equal(offer.text, ONE);
    assert.deepEqual(offer.result, ['namespaces team=portal, pods app=gateway']);
  });

  test('with the previous', () => {
    const [offer, ...others] = offersAt(TWO.replace('app: gateway', 'app: ⟦gateway⟧'));
    assert.deepEqual(others, []);
    assert.equal(offer?.kind, 'merge-with-previous');
    assert.equal(offer.text, ONE);
  });

  test('with either', () => {
    const marked = TWO.replace('- podSelector', '- ⟦⟧podSelector').concat('      - namespaceSelector: {}\n');
    assert.deepEqual(kinds(marked), ['merge-with-next', 'merge-with-previous']);
  });

  test('narrows and nothing else', () => {
    const policies = (text: string) => policiesIn(text).filter((p) => p !== null);
    const [offer] = offersAt(TWO.replace('- podSelector', '- ⟦⟧podSelector'));
    const difference = firstDifference(policies(TWO), policies(offer?.text ?? ''));
    assert.match(difference ?? '', /true → false$/);
    assert.match(firstDifference(policies(ONE), policies(TWO)) ?? '', /false → true$/);
  });

  test('flow style stays flow style', () => {
    const list = '        [{podSelector: {}}, {namespaceSelector: ⟦{}⟧}]\n';
    assert.equal(
      offersAt(HEAD + list)[0]?.text,
      `${HEAD}        [{podSelector: {}, namespaceSelector: {}}]\n`,
    );
  });

  test('is not offered for two of a kind, nor with addresses', () => {
    const peers = [
      'podSelector: {}',
      'podSelector: { matchLabels: { a: b } }',
      'ipBlock: { cidr: 10.0.0.0/8 }',
    ];
    const list = peers.map((peer) => `      - ⟦⟧${peer}\n`);
    for (const at of list.keys())
      assert.deepEqual(
        kinds(HEAD + list.map((line, i) => (i === at ? line : unmark(line).text)).join('')),
        [],
      );
  });
});

suite('split', () => {
  test('turns the merge round', () => {
    const [offer, ...others] = offersAt(ONE.replace('team: "portal"', 'team: ⟦⟧"portal"'));
    assert.deepEqual(others, []);
    assert.equal(offer?.kind, 'split');
    assert.equal(offer.text, TWO.replace('      # the gateway', '        # the gateway'));
    assert.deepEqual(offer.result, ['namespaces team=portal', 'pods app=gateway']);
  });

  test('names the peers in their order', () => {
    const [offer] = offersAt(
      `${HEAD}      - { podSelector: {}, namespaceSelector⟦⟧: { matchLabels: { a: b } } }\n`,
    );
    assert.deepEqual(offer?.result, ['pods everything', 'namespaces a=b']);
    assert.equal(
      offer.text,
      `${HEAD}      - { podSelector: {} }\n      - { namespaceSelector: { matchLabels: { a: b } } }\n`,
    );
  });

  test('is not offered for one selector, or for an anchored peer', () => {
    assert.deepEqual(kinds(`${HEAD}      - podSelector: ⟦⟧{}\n`), []);
    assert.deepEqual(
      kinds(`${HEAD}      - &peer\n        podSelector: ⟦⟧{}\n        namespaceSelector: {}\n`),
      [],
    );
    assert.deepEqual(kinds(`${HEAD}      - podSelector: ⟦⟧{}\n        namespaceSelector:\n`), []);
  });
});

suite('nothing is offered', () => {
  const cases: Readonly<Record<string, string>> = {
    'outside of the peers': TWO.replace('- from', '- ⟦⟧from'),
    'for more than one peer': TWO.replace('- namespaceSelector', '- ⟦namespaceSelector').replace(
      '- podSelector',
      '- ⟧podSelector',
    ),
    'in template text': TWO.replace('team: "portal"', 'team: "{{ .Values.⟦⟧team }}"'),
    'where the YAML is broken': `${TWO.replace('team: "portal"', 'team: ⟦⟧"portal"')}  egress: [\n`,
    'for a list behind an alias': TWO.replace('- from:\n', '- from: &peers\n').concat(
      '    - from: *peers⟦⟧\n',
    ),
  };
  for (const [name, marked] of Object.entries(cases)) test(name, () => assert.deepEqual(kinds(marked), []));
});
