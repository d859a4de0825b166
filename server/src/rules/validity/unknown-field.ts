/** Rule unknown-field: a key that the API server does not know at its place. */
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule, RuleContext } from '../../core/rule.ts';
import type { Violation } from '../../core/schema/violation.ts';
import { removePair } from '../../core/yaml/edit.ts';
import { asMap, deref, pairOf, type YamlMap, type YamlPair } from '../../core/yaml/nodes.ts';
import { fieldsAt, homeOf, nearestField, objectName } from './field-names.ts';
import { isSure } from './places.ts';
import { UNKNOWN_FIELD_EXAMPLES } from './unknown-field-examples.ts';
import { labelFixes, movesHome, removal, renameFixes } from './unknown-field-fixes.ts';
import { fixes, pathOf, violationsFor } from './violations.ts';

export const unknownField: Rule = {
  on: 'policy',
  meta: {
    id: 'unknown-field',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'A field that a NetworkPolicy does not have at this place.',
    why: `Field names are case-sensitive, and each belongs to one kind of object: \`from\` to ingress rules, \`to\` to egress rules, \`ports\` to a rule and not to a peer. \`kubectl\` refuses a policy with an unknown field. Anything that applies it less strictly (\`--validate=false\`, an older client, a controller) **drops the field without a word**, and a policy that has lost a selector, a peer list or a port list allows more than it says.

Rename the field or move it to where it belongs. Keys of patches (\`$patch\`) are left alone. \`status\` was part of the API from Kubernetes 1.24 to 1.27 only.`,
    refs: [
      {
        title: 'Kubernetes API: NetworkPolicy',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
      {
        title: 'Kubernetes: field validation',
        url: 'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
      },
    ],
    examples: UNKNOWN_FIELD_EXAMPLES,
  },
  *check(policy, context): Iterable<Finding> {
    for (const violation of violationsFor(policy, 'unknown-field')) {
      const { pair } = violation;
      if (pair && !pair.name.startsWith('$')) yield finding(policy, violation, pair);
    }
    yield* statusFindings(policy, context);
  },
};

/** What there is to say about one unknown field. */
interface Advice {
  readonly text: string;
  /** The field that was probably meant. */
  readonly meant?: string;
  /** Made when somebody looks: a text may have thousands of unknown fields. */
  readonly fixes: () => Fix[];
}

function finding(policy: Resource, { instancePath, node, span }: Violation, pair: YamlPair): Finding {
  const path = pathOf(instancePath);
  const map = asMap(node);
  const advice = adviceOn(policy, path, map, pair);
  const loss = path[0] === 'metadata' ? null : lossOf(path, map, pair.name, advice.meant);
  const message = `\`${pair.name}\` is not a field of ${objectName(path)}${advice.text} kubectl refuses the policy; where it is applied less strictly, the field is dropped${loss ? `, and ${loss}` : ''}.`;
  return {
    at: { document: policy.document, span },
    message,
    get fixes() {
      return advice.fixes();
    },
  };
}

function adviceOn(policy: Resource, path: readonly string[], map: YamlMap | null, pair: YamlPair): Advice {
  const { name, value } = pair;
  const swapped =
    path.length === 3 && (name === 'from' || name === 'to') ? (name === 'from' ? 'to' : 'from') : null;
  if (swapped) {
    const text = `: there the peers are in \`${swapped}\`.`;
    return { text, meant: swapped, fixes: () => renameFixes(policy, map, pair, swapped) };
  }
  if (isSelector(path) && deref(value)?.kind === 'scalar' && nearestField(path, name, value) === null) {
    const text = '. Labels to match stand below `matchLabels`.';
    return { text, meant: 'matchLabels', fixes: () => labelFixes(policy, map) };
  }
  const near = nearestField(path, name, value);
  if (near && map && pairOf(map, near))
    return {
      text: `, and \`${near}\` is already there.`,
      meant: near,
      fixes: () => removal(policy, map, pair),
    };
  if (near)
    return {
      text: `; did you mean \`${near}\`?`,
      meant: near,
      fixes: () => renameFixes(policy, map, pair, near),
    };
  const home = homeOf(path, name);
  if (home)
    return { text: `. It belongs ${home}.`, meant: name, fixes: () => movesHome(policy, path, map, pair) };
  const known = Object.keys(fieldsAt(path)).filter(
    (field) => !/^(?:status|managedFields|selfLink)$/.test(field),
  );
  const list =
    path[0] === 'metadata' ? '.' : `, which has ${known.map((field) => `\`${field}\``).join(', ')}.`;
  return { text: list, fixes: () => removal(policy, map, pair) };
}

function isSelector(path: readonly string[]): boolean {
  return path.at(-1) === 'podSelector' || path.at(-1) === 'namespaceSelector';
}

/** What the policy means without the field, in a clause; null when that cannot be said. */
function lossOf(
  path: readonly string[],
  map: YamlMap | null,
  name: string,
  meant: string | undefined,
): string | null {
  if (meant === undefined) return null;
  const isMisplaced = meant === name;
  if (!isMisplaced && map && pairOf(map, meant)) return null;
  const losses = path.length === 1 ? SPEC_LOSSES : path.length === 3 ? RULE_LOSSES : LOSSES;
  return (!isMisplaced && losses[meant]) || 'the policy means something else than it says';
}

type Losses = Readonly<Record<string, string>>;
const SPEC_LOSSES: Losses = {
  podSelector: 'the policy applies to every pod of its namespace',
  policyTypes: 'the server guesses from the rules which directions the policy isolates',
  ingress: 'the policy allows none of these connections',
  egress: 'the policy allows none of these connections, or does not isolate egress at all',
};
const RULE_LOSSES: Losses = {
  from: 'the rule allows every source',
  to: 'the rule allows every destination',
  ports: 'the rule allows every port',
};
const LOSSES: Losses = {
  podSelector: 'the peer is not narrowed to these pods',
  namespaceSelector: 'the peer is not narrowed to these namespaces',
  matchLabels: 'the selector matches everything',
  except: 'the exceptions are allowed too',
  endPort: 'only the first port of the range is meant',
  port: 'every port of the protocol is meant',
  protocol: 'TCP is meant',
};

const STATUS_MINORS = { first: 24, last: 27 };

function* statusFindings(policy: Resource, { config }: RuleContext): Iterable<Finding> {
  const pair = pairOf(policy.root, 'status');
  const minor = config.kubernetesMinor;
  if (!pair || !isSure(policy, pair.key)) return;
  if (minor !== null && minor >= STATUS_MINORS.first && minor <= STATUS_MINORS.last) return;
  const { document } = policy;
  const target = minor === null ? 'From Kubernetes 1.28 on, kubectl' : `For Kubernetes 1.${minor}, kubectl`;
  const message = `A NetworkPolicy has no \`status\`: only Kubernetes 1.24 to 1.27 knew the field, and the server wrote it. ${target} refuses the policy. Remove the field.`;
  yield {
    at: { document, span: pair.key.span },
    message,
    ...(minor === null && { severity: 'warning' as const }),
    fixes: fixes('Remove `status`', true, removePair(document, policy.root, pair)),
  };
}
