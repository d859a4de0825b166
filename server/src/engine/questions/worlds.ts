/**
 * Owns which worlds of a workspace can be asked what reaches what: the plain files, and each kustomization that stands for
 * itself, never two of them together. Templates of charts are not among them, since what they render to is not known.
 */
import type { Platform } from '../../core/platform.ts';
import type { Resource } from '../../core/resource.ts';
import type { NamespaceScope } from '../../core/scope.ts';
import type { Workspace } from '../../core/workspace.ts';
import { type AddressSet, NO_ADDRESSES, parseCidr, unionAddresses } from '../cidr.ts';
import { factsOf } from '../reach/from-manifests.ts';
import { type Reach, reachOf } from '../reach/reach.ts';

export interface ReachWorld {
  /** The URI of the kustomization at the root of the world; empty for the plain files. */
  readonly key: string;
  readonly reach: Reach;
  /** The namespaces it is made of. */
  readonly scopes: readonly NamespaceScope[];
}

export interface ReachWorlds {
  /** Those with a workload or a policy in them; the plain files first, then by their keys. */
  readonly worlds: readonly ReachWorld[];
  /** The URIs of the charts that are left out. */
  readonly charts: readonly string[];
}

/** Which objects of which worlds are looked at. */
export interface Within {
  /** Whether a file counts among the plain ones. */
  readonly file: (uri: string) => boolean;
  /** Whether a kustomization counts, by its URI. */
  readonly root: (uri: string) => boolean;
}

const EVERYTHING: Within = { file: () => true, root: () => true };

export function reachWorldsOf(
  workspace: Workspace,
  platform: Platform,
  within: Within = EVERYTHING,
): ReachWorlds {
  const byWorld = Map.groupBy(workspace.scopes, ({ world }) => world);
  const keys = [...byWorld.keys()].sort();
  const worlds: ReachWorld[] = [];
  const charts: string[] = [];
  const podAddresses = podAddressesOf(platform);
  for (const key of keys) {
    const scopes = inOrder(byWorld.get(key) as NamespaceScope[]);
    if (key !== '' && !within.root(key)) continue;
    if (scopes.some(({ rendered }) => rendered)) {
      charts.push(key);
      continue;
    }
    const seen = key === '' ? scopes.map((scope) => partOf(scope, within.file)) : scopes;
    if (seen.every(({ workloads, policies }) => workloads.length + policies.length === 0)) continue;
    worlds.push({ key, reach: reachOf(factsOf(seen, { podAddresses })), scopes: seen });
  }
  return { worlds, charts };
}

function inOrder(scopes: readonly NamespaceScope[]): NamespaceScope[] {
  return scopes.filter(({ isCluster }) => !isCluster).sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Where pods have their addresses; null where the config does not say. */
export function podAddressesOf({ podCidrs }: Platform): AddressSet | null {
  const sets = podCidrs.flatMap((text) => parseCidr(text)?.set ?? []);
  return sets.length === 0 ? null : sets.reduce(unionAddresses, NO_ADDRESSES);
}

/** A namespace as far as it is in some files. Its labels count wherever its Namespace object is. */
function partOf(scope: NamespaceScope, isIn: (uri: string) => boolean): NamespaceScope {
  const only = (resources: readonly Resource[]) => resources.filter(({ document }) => isIn(document.uri));
  const own = [...scope.members].find(({ role, document }) => role === 'namespace' && isIn(document.uri));
  return {
    key: scope.key,
    world: scope.world,
    name: scope.name,
    isCluster: scope.isCluster,
    namespace: own ?? scope.namespace,
    policies: only(scope.policies),
    workloads: only(scope.workloads),
    services: only(scope.services),
    routes: only(scope.routes),
    accessRoles: only(scope.accessRoles),
    accessBindings: only(scope.accessBindings),
    otherPolicies: only(scope.otherPolicies),
    unseen: scope.unseen,
    rendered: scope.rendered,
    members: new Set(only([...scope.members])),
  };
}
