/** Rule api-version: an object that is meant as a NetworkPolicy, under an apiVersion or kind that no API server knows it by. */
import type { YamlDocument } from '../../core/document.ts';
import { groupOf, kindOf } from '../../core/kinds.ts';
import type { Finding, Rule } from '../../core/rule.ts';
import { editDistance, nearestName } from '../../core/spelling.ts';
import { prependPair, replaceValue } from '../../core/yaml/edit.ts';
import {
  asMap,
  asSeq,
  asString,
  get,
  isNull,
  pairOf,
  type YamlMap,
  type YamlNode,
  type YamlPair,
} from '../../core/yaml/nodes.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { API_VERSION_EXAMPLES } from './api-version-examples.ts';
import { isSure } from './places.ts';
import { fixes } from './violations.ts';

const GROUP = 'networking.k8s.io';
const API_VERSION = `${GROUP}/v1`;
const KIND = 'NetworkPolicy';

export const apiVersion: Rule = {
  on: 'document',
  meta: {
    id: 'api-version',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'A NetworkPolicy has an apiVersion or a kind that no API server knows it by.',
    why: `A NetworkPolicy is \`kind: NetworkPolicy\` of \`apiVersion: networking.k8s.io/v1\`, and of nothing else. \`extensions/v1beta1\`, its first home, was removed in Kubernetes 1.16; \`networking.k8s.io\` never had another version of it. Under any other name the API server refuses the object, so that it isolates no pod, and no other rule here judges it.

NetworkPolicies of other APIs, such as Calico's \`projectcalico.org/v3\`, are left alone.`,
    refs: [
      {
        title: 'Kubernetes: Deprecated API migration guide, NetworkPolicy',
        url: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/#v1-16',
      },
      {
        title: 'Kubernetes API: NetworkPolicy',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
    ],
    examples: API_VERSION_EXAMPLES,
  },
  *check(document): Iterable<Finding> {
    if (!mayHoldPolicy(document.text)) return;
    for (const { map, isTyped } of objectsIn(document.yaml.root, 0)) {
      const finding = judge(document, map, isTyped);
      if (finding) yield finding;
    }
  },
};

/** A cheap look at `text`: false only where nothing in it is meant as a NetworkPolicy. */
function mayHoldPolicy(text: string): boolean {
  return /NetworkPolicy\b/.test(text) || text.includes(GROUP);
}

interface ObjectPlace {
  readonly map: YamlMap;
  /** Whether it is an item of a list whose own type says that of its items, such as NetworkPolicyList. */
  readonly isTyped: boolean;
}

/** The object at `node`, or the items where it is a list. */
function* objectsIn(node: YamlNode | null, depth: number, isTyped = false): Iterable<ObjectPlace> {
  const map = asMap(node);
  if (!map || depth > 3) return;
  const kind = asString(get(map, 'kind')) ?? '';
  const items = kind.endsWith('List') ? asSeq(get(map, 'items')) : null;
  if (!items) yield { map, isTyped };
  for (const item of items?.items ?? []) yield* objectsIn(item, depth + 1, kind !== 'List');
}

function judge(document: YamlDocument, map: YamlMap, isTyped: boolean): Finding | null {
  const version = pairOf(map, 'apiVersion');
  const kind = pairOf(map, 'kind');
  const isKind = asString(kind?.value) === KIND;
  if (isKind && kind && isAbsent(version))
    return isTyped ? null : missing(document, map, kind, 'apiVersion', API_VERSION);
  if (isKind && version) return wrongVersion(document, version.value);
  const apiVersion = asString(version?.value);
  if (!version || apiVersion === null || groupOf(apiVersion) !== GROUP) return null;
  if (kind && !isAbsent(kind)) return wrongKind(document, kind.value, version.value);
  return isTyped || apiVersion !== API_VERSION ? null : missing(document, map, version, 'kind', KIND);
}

function isAbsent(pair: YamlPair | undefined): boolean {
  return !pair || isNull(pair.value) || asString(pair.value) === '';
}

/** What becomes of an object whose type is not known. */
const UNKNOWN = 'The API server refuses the object, and it isolates no pod.';

function wrongVersion(document: YamlDocument, node: YamlNode): Finding | null {
  const text = asString(node);
  if (text === null || text === API_VERSION || !isSure({ document }, node) || !isMeant(text)) return null;
  return {
    at: { document, span: node.span },
    message: `${versionProblem(text)} ${UNKNOWN} Write \`${API_VERSION}\`.`,
    fixes: fixes(`Write ${API_VERSION}`, true, replaceString(document, node, API_VERSION)),
  };
}

function versionProblem(text: string): string {
  if (text === 'extensions/v1beta1')
    return 'Kubernetes 1.16 removed NetworkPolicy from `extensions/v1beta1`; the same fields are in `networking.k8s.io/v1`.';
  return `There is no NetworkPolicy in \`${text}\`.`;
}

/** Whether Kubernetes' own API was meant. Groups without a dot are its own, and of others only near misses count. */
function isMeant(text: string): boolean {
  const group = groupOf(text).toLowerCase();
  if (!group.includes('.')) return true;
  return editDistance(group, GROUP) <= 2 || /^network(?:ing)?\.(?:k8s|kubernetes)\.io$/.test(group);
}

/** The version goes with the kind: a policy has to have both right before anything more is said of it. */
function wrongKind(document: YamlDocument, node: YamlNode, version: YamlNode): Finding | null {
  const text = asString(node);
  if (text === null || text === KIND || kindOf(GROUP, text) || !isSure({ document }, node)) return null;
  if (nearestName(text, [KIND]) === null) return null;
  const edits = [replaceString(document, node, KIND)];
  const isRight = asString(version) === API_VERSION;
  if (!isRight) edits.unshift(replaceString(document, version, API_VERSION));
  const written = isRight ? KIND : `${API_VERSION}, ${KIND}`;
  return {
    at: { document, span: node.span },
    message: `There is no kind \`${text}\` in \`${GROUP}\`. ${UNKNOWN} Write \`${written}\`.`,
    fixes: fixes(`Write ${written}`, true, ...edits),
  };
}

/** One of the two is missing, on an object that has the other and the spec of a NetworkPolicy. */
function missing(
  document: YamlDocument,
  map: YamlMap,
  other: YamlPair,
  name: 'apiVersion' | 'kind',
  value: string,
): Finding | null {
  // Kustomize's patches may do without, and as a rule they leave the podSelector alone.
  const isWhole = pairOf(asMap(get(map, 'spec')), 'podSelector') !== undefined;
  if (!isWhole || !isSure({ document }, map)) return null;
  const misspelt = map.pairs.find((pair) => nearestName(pair.name, [name]) !== null && pair.name !== name);
  const empty = pairOf(map, name);
  const problem = misspelt
    ? `\`${misspelt.name}\` is not \`${name}\`${misspelt.name.toLowerCase() === name.toLowerCase() ? ': names of fields are case-sensitive' : ''}.`
    : `\`${name}\` ${empty ? 'has no value' : 'is missing'}, so nothing knows this object for a NetworkPolicy.`;
  const edit = misspelt
    ? replaceString(document, misspelt.key, name)
    : empty
      ? replaceValue(document, empty.value, value)
      : prependPair(document, map, name, value);
  const title = misspelt ? `Rename to \`${name}\`` : `Add ${name}: ${value}`;
  return {
    at: { document, span: (misspelt ?? empty)?.key.span ?? other.value.span },
    message: `${problem} kubectl refuses it, and it isolates no pod. Write \`${name}: ${value}\`.`,
    fixes: fixes(title, true, edit),
  };
}
