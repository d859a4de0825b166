/**
 * Owns saying what may not be read of a cluster, and which right would be needed.
 */

/** A request that was refused. `namespace` is null where it was about all of them. */
export interface Refusal {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string | null;
}

/** `list pods in every namespace`, `get namespace acme`: what is needed, in the words of RBAC. */
export function neededRight({ verb, resource, namespace }: Refusal): string {
  if (resource === 'namespaces')
    return namespace === null ? `${verb} namespaces` : `${verb} namespace ${namespace}`;
  if (isClusterWide(resource)) return `${verb} ${resource}`;
  return `${verb} ${resource} in ${namespace === null ? 'every namespace' : namespace}`;
}

function isClusterWide(resource: string): boolean {
  return /^(?:clusternetworkpolicies|(?:baseline)?adminnetworkpolicies|policy\.networking\.k8s\.io)$/.test(
    resource,
  );
}
