/**
 * Owns what is kept of the objects the API server sends: the few fields that policies are judged by. Everything else, such as
 * environment variables and annotations, is dropped as soon as it arrives.
 */
import type { LiveNamespace, LivePod, Owner } from '../engine/live-pods.ts';
import { PROTOCOLS, type Protocol } from '../engine/ports.ts';

/** An object as JSON.parse gives it. The server has validated it; fields may still be absent. */
export interface ApiObject {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly resourceVersion?: string;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly containers?: readonly ApiContainer[];
    readonly initContainers?: readonly ApiContainer[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
  };
}

interface ApiContainer {
  readonly ports?: readonly {
    readonly name?: string;
    readonly containerPort?: number;
    readonly protocol?: string;
  }[];
}

export function readNamespace({ metadata }: ApiObject): LiveNamespace {
  return { name: metadata?.name ?? '', labels: labelsOf(metadata?.labels) };
}

export function readPod({ metadata, spec, status }: ApiObject): LivePod {
  const name = metadata?.name ?? '';
  const labels = labelsOf(metadata?.labels);
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  return {
    namespace: metadata?.namespace ?? '',
    name,
    labels,
    owner: ownerOf(name, labels, metadata),
    phase: status?.phase ?? 'Unknown',
    node: spec?.nodeName ?? null,
    hostNetwork: spec?.hostNetwork === true,
    addresses: status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : []),
    namedPorts: containers.flatMap(({ ports = [] }) => ports.flatMap(readPort)),
  };
}

function readPort(port: NonNullable<ApiContainer['ports']>[number]): LivePod['namedPorts'][number][] {
  const protocol = PROTOCOLS.find((p): p is Protocol => p === (port.protocol ?? 'TCP'));
  if (port.name === undefined || port.containerPort === undefined || !protocol) return [];
  return [{ name: port.name, protocol, number: port.containerPort }];
}

function labelsOf(labels: Readonly<Record<string, string>> | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(labels ?? {}));
}

/** The Deployment behind a ReplicaSet is known by the hash that both of them name; reading ReplicaSets is not needed for that. */
function ownerOf(name: string, labels: ReadonlyMap<string, string>, metadata: ApiObject['metadata']): Owner {
  const references = metadata?.ownerReferences ?? [];
  const controller = references.find((reference) => reference.controller) ?? references[0];
  if (!controller) return { kind: 'Pod', name };
  const hash = labels.get('pod-template-hash');
  if (controller.kind === 'ReplicaSet' && hash !== undefined && controller.name.endsWith(`-${hash}`))
    return { kind: 'Deployment', name: controller.name.slice(0, -hash.length - 1) };
  return { kind: controller.kind, name: controller.name };
}
