/**
 * Owns looking for the workloads of a policy in the manifests of its workspace, where there is no cluster to ask.
 */
import { nameNode, type Resource } from '../core/resource.ts';
import type { NamespaceScope, Workspace } from '../core/workspace.ts';
import { podsOf } from '../engine/pods.ts';
import { matchedBy, type NamespaceLookup, type Selection, selectedBy } from '../engine/selected.ts';
import type { Answer, Found, PodSource } from './affected-pods.ts';

export function workspaceSource(workspace: Workspace): PodSource {
  return {
    noun: 'workload',
    namespaceOf: ({ namespace }) => namespace,
    selectedBy(policy) {
      const scope = workspace.scopeOf(policy.resource);
      if (!scope || scope.workloads.length === 0) return NOTHING_KNOWN;
      return answer(scope, selectedBy(policy, scope));
    },
    matchedBy(policy, peer) {
      const scope = workspace.scopeOf(policy.resource);
      if (peer.kind === 'cidr')
        return { found: null, open: false, notes: ['Manifests hold no addresses of pods.'] };
      if (!scope) return NOTHING_KNOWN;
      const source = workspace.namespacesBeside(scope);
      const lookup: NamespaceLookup = {
        named: (name) => source.get(source.keyOf(name)),
        all: () => source.inOrder(),
      };
      return answer(scope, matchedBy(peer, scope, lookup));
    },
  };
}

const NOTHING_KNOWN: Answer = {
  found: null,
  open: false,
  notes: ['The workspace has no workload of this namespace. With --context, a cluster is asked instead.'],
};

function answer({ unseen }: NamespaceScope, { sure, maybe }: Selection<Resource>): Answer {
  const notes = [
    ...(maybe.length > 0
      ? ['Whether some of these are meant depends on labels that no manifest tells.']
      : []),
    ...(unseen === null ? [] : ['There may be more: not all that is applied here is in the workspace.']),
  ];
  return {
    found: { sure: sure.map(foundWorkload), maybe: maybe.map(foundWorkload) },
    open: unseen !== null,
    notes,
  };
}

function foundWorkload(workload: Resource): Found {
  const { document, namespace, kind, name } = workload;
  const at = { uri: document.uri, range: document.rangeOf(nameNode(workload).span) };
  const hostNetwork = podsOf(workload).hostNetwork === true;
  return { namespace: namespace ?? '', kind, name: name ?? '', hostNetwork, pod: null, at };
}
