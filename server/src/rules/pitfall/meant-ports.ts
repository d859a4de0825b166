/**
 * Owns which port was probably meant by a name that no container declares. How to say so is not its business.
 */

import type { Place } from '../../core/document.ts';
import { nameNode, type Resource } from '../../core/resource.ts';
import { nearestName } from '../../core/spelling.ts';
import { get } from '../../core/yaml/nodes.ts';
import type { WorkloadsOfNamespace } from '../../engine/destinations.ts';
import { podsOf } from '../../engine/pods.ts';
import type { Protocol } from '../../engine/ports.ts';
import type { PortPlace } from './ports-at-workloads.ts';
import { waysTo } from './ways-to-pods.ts';

/** A port of a container, or the one that a Service's port leads to. */
export interface PodPort {
  readonly number: number;
  /** The name that the container gives it; null for none. */
  readonly name: string | null;
  readonly protocol: Protocol;
  readonly at: Place;
  /** The workload that declares it, or the Service that leads to it. */
  readonly owner: Resource;
}

const cache = new WeakMap<Resource, readonly PodPort[]>();

/** The ports that the containers of a workload's pods declare. */
export function declaredBy(workload: Resource): readonly PodPort[] {
  const known = cache.get(workload) ?? readPorts(workload);
  cache.set(workload, known);
  return known;
}

function readPorts(workload: Resource): PodPort[] {
  const { document } = workload;
  return podsOf(workload).ports.map(({ name, number, protocol, node }) => ({
    name,
    number,
    protocol,
    at: { document, span: node.span },
    owner: workload,
  }));
}

/**
 * What the name was probably meant to be, best first: the port of that name over another protocol, the port behind a Service's
 * port of that name, a port with a name like it. Empty when none of these is there.
 */
export function meantBy(
  { port, protocol }: PortPlace,
  destinations: readonly WorkloadsOfNamespace[],
  declared: readonly PodPort[],
): readonly PodPort[] {
  const wanted = String(port);
  const sameName = declared.filter(({ name }) => name === wanted);
  if (sameName.length > 0) return sameName;
  const behind = destinations.flatMap((group) => behindServices(wanted, protocol, group));
  if (behind.length > 0) return behind;
  const ofProtocol = declared.filter((d) => d.protocol === protocol);
  const names = ofProtocol.map(({ name }) => name).filter((name) => name !== null);
  const near = nearestName(wanted, new Set(names));
  return near === null ? [] : ofProtocol.filter((d) => d.name === near);
}

function behindServices(name: string, protocol: Protocol, group: WorkloadsOfNamespace): PodPort[] {
  return waysTo(group, protocol, name).map(({ service: { resource }, port, behind, target }) => {
    const declared = podsOf(behind).ports.find((p) => p.number === target && p.protocol === protocol);
    const { span } = get(port.node, 'name') ?? nameNode(resource);
    const at = { document: resource.document, span };
    return { number: target, name: declared?.name ?? null, protocol, at, owner: resource };
  });
}
