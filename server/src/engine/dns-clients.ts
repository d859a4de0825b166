/**
 * Owns which workloads depend on the cluster's DNS and are subject to policies when they ask it.
 */
import { podLabels, type Resource } from '../core/resource.ts';
import { asMap, asScalar, get, isNull, type YamlNode } from '../core/yaml/nodes.ts';
import { isDnsServer } from './dns-servers.ts';
import { podsOf } from './pods.ts';
import { allOf, not, type Verdict } from './verdict.ts';

/**
 * Whether a workload's pods look names up in the cluster's DNS through the pod network. Not so for pods in the node's
 * network, which most network plugins exempt from policies; for pods with another `dnsPolicy`; for pods that are done;
 * and for the DNS pods themselves.
 */
export function needsClusterDns(workload: Resource): Verdict {
  const known = cache.get(workload);
  if (known !== undefined) return known;
  const needs = judge(workload);
  cache.set(workload, needs);
  return needs;
}

const cache = new WeakMap<Resource, Verdict>();

function judge(workload: Resource): Verdict {
  const spec = asMap(get(workload.pod, 'spec'));
  if (!spec) return null;
  const { hostNetwork, isDone } = podsOf(workload);
  if (isDone || isDnsServer(workload.namespace, podLabels(workload))) return false;
  return allOf([not(hostNetwork), asksCluster(get(spec, 'dnsPolicy'))]);
}

function asksCluster(dnsPolicy: YamlNode | undefined): Verdict {
  if (isNull(dnsPolicy)) return true;
  switch (asScalar(dnsPolicy)?.value) {
    case 'ClusterFirst':
    case 'ClusterFirstWithHostNet':
      return true;
    case 'Default':
    case 'None':
      return false;
    default:
      return null;
  }
}
