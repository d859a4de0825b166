/**
 * Owns what a workload's pods are beyond their labels: the ports that their containers declare, whose network they live in,
 * and whether they are done. Which policies or Services select them is not its business.
 */
import type { Resource } from '../core/resource.ts';
import { asMap, asScalar, asSeq, asString, get, isNull, type YamlNode } from '../core/yaml/nodes.ts';
import { isTemplate, isTemplated } from '../core/yaml/template.ts';
import { PROTOCOLS, type Protocol } from './ports.ts';
import type { Verdict } from './verdict.ts';

/** One item of a container's `ports`. */
export interface ContainerPort {
  readonly node: YamlNode;
  readonly name: string | null;
  readonly number: number;
  readonly protocol: Protocol;
}

export interface Pods {
  readonly workload: Resource;
  /** Whether they share the node's network, from which most network plugins apply no policy to them. */
  readonly hostNetwork: Verdict;
  /** Whether the manifest was read back from a cluster after its pods had ended: nothing has their addresses any more. */
  readonly isDone: boolean;
  /**
   * The ports that containers declare, sidecars and init containers included. Others may be open all the same, but only a
   * declared one has a name.
   */
  readonly ports: readonly ContainerPort[];
  /** Whether `ports` is surely all that the manifest declares, and nothing is known to add containers. */
  readonly portsKnown: boolean;
}

const cache = new WeakMap<Resource, Pods>();

/** Reads a resource of role `workload`. */
export function podsOf(workload: Resource): Pods {
  const known = cache.get(workload);
  if (known) return known;
  const pods = read(workload);
  cache.set(workload, pods);
  return pods;
}

function read(workload: Resource): Pods {
  const spec = asMap(get(workload.pod, 'spec'));
  const ports: ContainerPort[] = [];
  // What a patch that is not followed does to the pods may be anything.
  const isAsWritten = !workload.derived?.patchedBy;
  let portsKnown = spec !== null && isAsWritten && !addsContainers(workload);
  for (const field of ['containers', 'initContainers']) {
    const list = get(spec, field);
    if (isNull(list)) portsKnown &&= field === 'initContainers';
    else portsKnown = readContainers(list as YamlNode, workload.document.text, ports) && portsKnown;
  }
  return {
    workload,
    hostNetwork: spec && isAsWritten ? flag(get(spec, 'hostNetwork')) : null,
    isDone: isDone(workload),
    ports,
    portsKnown,
  };
}

/** Knative puts a proxy with ports of its own beside the containers, and gives the user's port a name of its own. */
function addsContainers({ apiVersion }: Resource): boolean {
  return apiVersion.startsWith('serving.knative.dev/');
}

/** Adds the ports that the containers of a list declare; answers whether all of them could be read. */
function readContainers(list: YamlNode, text: string, ports: ContainerPort[]): boolean {
  const containers = asSeq(list);
  if (!containers || (containers.items.length === 0 && isTemplated(list, text))) return false;
  let complete = true;
  for (const item of containers.items) {
    const container = asMap(item);
    const declared = get(container, 'ports');
    if (!container || container.effective.some(({ name }) => isTemplate(name))) complete = false;
    if (isNull(declared)) continue;
    const items = asSeq(declared)?.items;
    if (!items || isTemplated(declared as YamlNode, text)) complete = false;
    for (const node of items ?? []) {
      const port = readPort(node);
      if (port) ports.push(port);
      else complete = false;
    }
  }
  return complete;
}

function readPort(node: YamlNode): ContainerPort | null {
  const number = asScalar(get(node, 'containerPort'))?.value;
  const protocolNode = get(node, 'protocol');
  const protocol = isNull(protocolNode) ? 'TCP' : PROTOCOLS.find((p) => p === asString(protocolNode));
  if (typeof number !== 'number' || !protocol) return null;
  return { node, name: asString(get(node, 'name')), number, protocol };
}

function flag(node: YamlNode | undefined): Verdict {
  if (isNull(node)) return false;
  const value = asScalar(node)?.value;
  return typeof value === 'boolean' ? value : null;
}

function isDone(workload: Resource): boolean {
  const status = get(workload.root, 'status');
  const phase = asScalar(get(status, 'phase'))?.value;
  return phase === 'Succeeded' || phase === 'Failed' || !isNull(get(status, 'completionTime'));
}
