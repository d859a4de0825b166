/**
 * Owns what a Service selects and how it maps its ports to those of the pods behind it. What a policy says of either is not
 * its business. Semantics: https://kubernetes.io/docs/concepts/services-networking/service/.
 */
import type { Resource } from '../core/resource.ts';
import { asMap, asScalar, asSeq, asString, get, isNull, type YamlNode } from '../core/yaml/nodes.ts';
import { isTemplated } from '../core/yaml/template.ts';
import type { Pods } from './pods.ts';
import { PROTOCOLS, type Protocol } from './ports.ts';
import type { Requirement, Selector } from './selector.ts';

export interface ServicePort {
  /** The item of the Service's `ports`. */
  readonly node: YamlNode;
  readonly name: string | null;
  readonly protocol: Protocol;
  readonly port: number;
  /** The pod's port: a number, or the name of a container port. */
  readonly target: number | string;
}

/** A Service that picks its pods by their labels. */
export interface Service {
  readonly resource: Resource;
  readonly selector: Selector;
  /** Only those that could be read. */
  readonly ports: readonly ServicePort[];
  /** Whether its name resolves to the pods themselves, so that no port is translated on the way. */
  readonly headless: boolean;
}

const cache = new WeakMap<Resource, Service | null>();

/** Reads a resource of role `service`; null for one without a selector (ExternalName included), or one that is not known. */
export function serviceOf(resource: Resource): Service | null {
  const known = cache.get(resource);
  if (known !== undefined) return known;
  const service = read(resource);
  cache.set(resource, service);
  return service;
}

function read(resource: Resource): Service | null {
  const spec = asMap(get(resource.root, 'spec'));
  // Of a Service that a patch has changed, nothing is known but that it is there.
  if (resource.partial) return null;
  const selector = readSelector(get(spec, 'selector'), resource);
  if (!selector || asString(get(spec, 'type')) === 'ExternalName') return null;
  const items = asSeq(get(spec, 'ports'))?.items ?? [];
  return {
    resource,
    selector,
    ports: items.map(readPort).filter((port) => port !== null),
    headless: asString(get(spec, 'clusterIP')) === 'None',
  };
}

/** A Service's selector is a plain map of labels; an empty one selects nothing. */
function readSelector(node: YamlNode | undefined, { document, derived }: Resource): Selector | null {
  const map = asMap(node);
  if (!node || !map || map.effective.length === 0 || isTemplated(node, document.text)) return null;
  // Labels that kustomize writes into it.
  const added = [...(derived?.selectorLabels ?? [])];
  const requirements: Requirement[] = added.map(([key, value]) => ({ key, operator: 'In', values: [value] }));
  for (const { name: key, value } of map.effective) {
    if (derived?.selectorLabels.has(key)) continue;
    const wanted = asString(value);
    if (wanted === null) return null;
    requirements.push({ key, operator: 'In', values: [wanted] });
  }
  return { requirements };
}

function readPort(node: YamlNode): ServicePort | null {
  const port = asScalar(get(node, 'port'))?.value;
  const protocolNode = get(node, 'protocol');
  const protocol = isNull(protocolNode) ? 'TCP' : PROTOCOLS.find((p) => p === asString(protocolNode));
  const targetNode = get(node, 'targetPort');
  // The server takes zero for a targetPort that is not given.
  const target = isNull(targetNode) ? port : asScalar(targetNode)?.value || port;
  if (typeof port !== 'number' || !protocol) return null;
  if (typeof target !== 'number' && typeof target !== 'string') return null;
  return { node, name: asString(get(node, 'name')), protocol, port, target };
}

/** The number of the pod's port that a port of a Service leads to; null when no container declares a port of that name. */
export function targetOn(pods: Pods, { target, protocol }: ServicePort): number | null {
  if (typeof target === 'number') return target;
  return pods.ports.find((port) => port.name === target && port.protocol === protocol)?.number ?? null;
}
