/**
 * Owns which ports the containers of several workloads declare between them. What is said of those ports elsewhere is not its
 * business.
 */
import type { Resource } from '../core/resource.ts';
import { podsOf } from './pods.ts';
import type { Protocol } from './ports.ts';

export interface DeclaredPorts {
  /** Whether they are surely all that the manifests declare. */
  readonly known: boolean;
  /** Whether some workload declares none at all. */
  readonly someWithout: boolean;
  /** Whether some workload declares this port: by its number, or by its name. */
  has(protocol: Protocol, port: number | string): boolean;
}

const cache = new WeakMap<readonly Resource[], DeclaredPorts>();

/** Remembered by the list: many policies select the same workloads. */
export function declaredPorts(workloads: readonly Resource[]): DeclaredPorts {
  const known = cache.get(workloads) ?? read(workloads);
  cache.set(workloads, known);
  return known;
}

function read(workloads: readonly Resource[]): DeclaredPorts {
  const all = workloads.map(podsOf);
  const keys = new Set<string>();
  for (const { ports } of all)
    for (const { protocol, number, name } of ports) {
      keys.add(keyOf(protocol, number));
      if (name !== null) keys.add(keyOf(protocol, name));
    }
  return {
    known: all.every(({ portsKnown }) => portsKnown),
    someWithout: all.some(({ ports }) => ports.length === 0),
    has: (protocol, port) => keys.has(keyOf(protocol, port)),
  };
}

function keyOf(protocol: Protocol, port: number | string): string {
  return `${protocol} ${JSON.stringify(port)}`;
}
