/**
 * Owns which Services lead to some workloads by one of their ports, named by its number or its name. What follows for a policy
 * that names the same is not its business.
 */
import type { Resource } from '../../core/resource.ts';
import type { WorkloadsOfNamespace } from '../../engine/destinations.ts';
import { podsOf } from '../../engine/pods.ts';
import type { Protocol } from '../../engine/ports.ts';
import { workloadsMatching } from '../../engine/selected.ts';
import { selectorKey } from '../../engine/selector.ts';
import { type Service, type ServicePort, serviceOf, targetOn } from '../../engine/services.ts';

export interface Way {
  readonly service: Service;
  readonly port: ServicePort;
  /** The first of the workloads that the Service surely leads to. */
  readonly behind: Resource;
  /** The number of the port there. */
  readonly target: number;
}

type Offer = Pick<Way, 'service' | 'port'>;

interface Known {
  readonly services: readonly Resource[];
  readonly ways: Map<string, readonly Way[]>;
}

const known = new WeakMap<readonly Resource[], Known>();

/**
 * The ways to workloads of a namespace by the Services that have this port, in the order of the Services. Remembered by the
 * list of workloads: many policies select the same.
 */
export function waysTo(
  group: WorkloadsOfNamespace,
  protocol: Protocol,
  port: number | string,
): readonly Way[] {
  const { services } = group.scope;
  let before = known.get(group.workloads);
  if (before?.services !== services) before = { services, ways: new Map() };
  known.set(group.workloads, before);
  const key = keyOf(protocol, port);
  const ways = before.ways.get(key) ?? findWays(group, offersOf(services).get(key) ?? []);
  before.ways.set(key, ways);
  return ways;
}

function findWays({ scope, workloads }: WorkloadsOfNamespace, offers: readonly Offer[]): Way[] {
  const firstBehind = new Map<string, Resource | undefined>();
  return offers.flatMap((offer) => {
    const key = selectorKey(offer.service.selector);
    // Many Services of a large namespace select the same.
    if (!firstBehind.has(key)) {
      const behind = new Set(workloadsMatching(offer.service.selector, scope).sure);
      firstBehind.set(
        key,
        workloads.find((workload) => behind.has(workload)),
      );
    }
    const behind = firstBehind.get(key);
    const target = behind ? targetOn(podsOf(behind), offer.port) : null;
    return behind && target !== null ? [{ ...offer, behind, target }] : [];
  });
}

const cache = new WeakMap<readonly Resource[], ReadonlyMap<string, readonly Offer[]>>();

/** The ports of the Services by number and by name; of several alike that one Service has, the first. */
function offersOf(services: readonly Resource[]): ReadonlyMap<string, readonly Offer[]> {
  const before = cache.get(services);
  if (before) return before;
  const offers = new Map<string, Offer[]>();
  for (const service of services.map(serviceOf))
    for (const port of service?.ports ?? [])
      for (const by of port.name === null ? [port.port] : [port.port, port.name]) {
        const key = keyOf(port.protocol, by);
        const list = offers.get(key) ?? [];
        offers.set(key, list);
        if (service && list.at(-1)?.service !== service) list.push({ service, port });
      }
  cache.set(services, offers);
  return offers;
}

function keyOf(protocol: Protocol, port: number | string): string {
  return `${protocol} ${JSON.stringify(port)}`;
}
