/** Rule hostnetwork-workload: a contractor's workload shares with the node what policies cannot hold. */
import type { Resource } from '../../core/resource.ts';
import type { Edit, Finding, Rule } from '../../core/rule.ts';
import { removePair, replaceValue } from '../../core/yaml/edit.ts';
import {
  asMap,
  asScalar,
  asSeq,
  get,
  pairOf,
  type YamlMap,
  type YamlNode,
  type YamlPair,
} from '../../core/yaml/nodes.ts';
import { HOSTNETWORK_WORKLOAD_EXAMPLES } from './hostnetwork-workload-examples.ts';

export const hostnetworkWorkload: Rule = {
  on: 'namespace',
  meta: {
    id: 'hostnetwork-workload',
    family: 'rbac',
    severity: 'error',
    sees: 'workspace',
    title: "A contractor's workload has the node's network, its devices or its files.",
    why: `A pod with \`hostNetwork: true\` has the address of its node: most network plugins apply no policy to it, and peers that let nodes in let it in. A **privileged** container can get there by itself: it reaches the node's network and the other pods of the node. A \`hostPath\` volume may hold the credentials of the kubelet or the socket of the container runtime. A \`hostPort\` opens a port of the node itself, which is reached from wherever the node is.

Take them away, and have the Namespace enforce \`baseline\` of the Pod Security Standards, which forbids all four. Agents of the platform that need them do not belong into a contractor's namespace.`,
    refs: [
      {
        title: 'Kubernetes: NetworkPolicy and hostNetwork pods',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods',
      },
      {
        title: 'Kubernetes: Pod Security Standards, baseline',
        url: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
      },
      { title: 'CIS Kubernetes Benchmark 5.2: Pod Security Standards' },
    ],
    examples: HOSTNETWORK_WORKLOAD_EXAMPLES,
  },
  check: function* (scope, { contractors }): Iterable<Finding> {
    if (scope.workloads.length === 0 || contractors.ofNamespace(scope.name, scope.namespace) === null) return;
    for (const workload of scope.workloads) {
      if (workload.partial || workload.derived?.patchedBy) continue;
      for (const share of sharesOf(workload)) yield finding(workload, share);
    }
  },
};

/** A field by which pods share something with their node. */
interface Share {
  readonly map: YamlMap;
  readonly pair: YamlPair;
  readonly message: string;
  readonly mild: boolean;
  /** What the field is set to in its place; undefined where it is taken away, null where only a person can tell. */
  readonly instead: false | undefined | null;
}

const NETWORK =
  "have the node's network, where most network plugins apply no policy to them. Take `hostNetwork` away.";
const PRIVILEGED =
  "are privileged: they can enter the node's network, where no policy holds them. Grant single capabilities instead.";
const PORT =
  'open a port of the node itself, which is reached from wherever the node is. Use a Service, and take `hostPort` away.';
const PATH =
  'have files of the node, which may hold what the kubelet or the container runtime are trusted by. Use another kind of volume.';

function* sharesOf({ pod }: Resource): Iterable<Share> {
  const spec = asMap(get(pod, 'spec'));
  yield* trueAt(spec, 'hostNetwork', NETWORK, undefined);
  for (const list of ['containers', 'initContainers', 'ephemeralContainers'])
    for (const container of asSeq(get(spec, list))?.items ?? []) {
      yield* trueAt(asMap(get(container, 'securityContext')), 'privileged', PRIVILEGED, false);
      for (const port of asSeq(get(container, 'ports'))?.items ?? []) yield* hostPortOf(port);
    }
  for (const volume of asSeq(get(spec, 'volumes'))?.items ?? []) {
    const map = asMap(volume);
    const pair = pairOf(map, 'hostPath');
    if (map && pair && asMap(pair.value)) yield { map, pair, message: PATH, mild: true, instead: null };
  }
}

function* trueAt(
  map: YamlMap | null,
  name: string,
  message: string,
  instead: false | undefined,
): Iterable<Share> {
  const pair = pairOf(map, name);
  if (map && pair && asScalar(pair.value)?.value === true) yield { map, pair, message, mild: false, instead };
}

function* hostPortOf(port: YamlNode): Iterable<Share> {
  const map = asMap(port);
  const pair = pairOf(map, 'hostPort');
  const value = asScalar(pair?.value)?.value;
  if (map && pair && typeof value === 'number' && value > 0)
    yield { map, pair, message: PORT, mild: true, instead: undefined };
}

function finding(workload: Resource, { map, pair, message, mild, instead }: Share): Finding {
  const { document, kind, name } = workload;
  return {
    at: { document, span: { start: pair.key.span.start, end: pair.value.span.end } },
    resource: workload,
    message: `The contractor's pods of ${kind} ${name ?? '(no name)'} ${message}`,
    ...(mild && { severity: 'warning' as const }),
    get fixes() {
      const edit = editFor();
      const title = instead === false ? `Set ${pair.name} to false` : `Take ${pair.name} away`;
      return edit ? [{ title, safe: false, edits: [edit] }] : [];
    },
  };
  function editFor(): Edit | null {
    // What a merge or an alias brings in is written for others, too.
    if (instead === null || !map.pairs.includes(pair) || pair.value.kind === 'alias') return null;
    return instead === false ? replaceValue(document, pair.value, false) : removePair(document, map, pair);
  }
}
