/**
 * Owns the way from the ports that policies name to the workloads they are ports of, for the rules that compare the two.
 */
import type { Namespaces } from '../../core/neighbours.ts';
import type { Resource } from '../../core/resource.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { get, type YamlNode } from '../../core/yaml/nodes.ts';
import { type DeclaredPorts, declaredPorts } from '../../engine/declared-ports.ts';
import { destinationsOf, type WorkloadsOfNamespace } from '../../engine/destinations.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { PolicyRule, PortItem } from '../../engine/policy-rule.ts';
import { PROTOCOLS, type Protocol } from '../../engine/ports.ts';
import { workloadsMatching } from '../../engine/selected.ts';

/** One port of a rule, by name or by number; ranges are none. */
export interface PortPlace {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly rule: PolicyRule;
  readonly item: PortItem;
  /** The value of its `port`. */
  readonly node: YamlNode;
  readonly protocol: Protocol;
  readonly port: number | string;
}

/** The ports of all rules of a policy that are in effect. */
export function portsIn(resource: Resource): readonly PortPlace[] {
  const policy = soundPolicyOf(resource);
  return policy ? placesIn(policy) : [];
}

const cache = new WeakMap<Policy, readonly PortPlace[]>();

/** Several rules look at the ports of a policy, again whenever workloads change. */
function placesIn(policy: Policy): readonly PortPlace[] {
  const known = cache.get(policy);
  if (known) return known;
  const places = DIRECTIONS.filter((direction) => policy.isolates[direction] === true).flatMap((direction) =>
    rulesOf(policy, direction).rules.flatMap((rule) => [...portsOf(policy, direction, rule)]),
  );
  cache.set(policy, places);
  return places;
}

function* portsOf(policy: Policy, direction: Direction, rule: PolicyRule): Iterable<PortPlace> {
  if (rule.ports.kind !== 'some') return;
  for (const item of rule.ports.items) {
    const node = get(item.node, 'port');
    const port = singlePort(item);
    if (port && node) yield { policy, direction, rule, item, node, ...port };
  }
}

function singlePort({ set }: PortItem): Pick<PortPlace, 'protocol' | 'port'> | null {
  if (!set) return null;
  for (const name of set.names) {
    const slash = name.indexOf('/');
    return { protocol: name.slice(0, slash) as Protocol, port: name.slice(slash + 1) };
  }
  for (const protocol of PROTOCOLS)
    for (const [from, to] of set.numbers[protocol]) return to === from + 1 ? { protocol, port: from } : null;
  return null;
}

/**
 * Where the connections of a port end, if all that may be meant is known, down to the ports that containers declare. Null, too,
 * as soon as there is a group for which `isFine`: no more is looked at than it takes to acquit.
 */
export function knownDestinations(
  { policy, rule }: PortPlace,
  scope: NamespaceScope,
  namespaces: Namespaces,
  isFine: (declared: DeclaredPorts) => boolean,
): readonly WorkloadsOfNamespace[] | null {
  const known: WorkloadsOfNamespace[] = [];
  for (const group of destinationsOf(policy, rule, scope, namespaces)) {
    const declared = group && declaredPorts(group.workloads);
    if (!declared?.known || isFine(declared)) return null;
    known.push(group as WorkloadsOfNamespace);
  }
  return rule.direction === 'Ingress' && selectsBeside(policy, namespaces) ? null : known;
}

/** Whether another kustomization, which may be applied beside the policy's own, has pods that it selects. */
function selectsBeside({ podSelector: { selector } }: Policy, namespaces: Namespaces): boolean {
  return namespaces.beside().some((scope) => {
    const { sure, maybe } = workloadsMatching(selector, scope);
    return sure.length > 0 || maybe.length > 0;
  });
}

export function workloadsAt(destinations: readonly WorkloadsOfNamespace[]): readonly Resource[] {
  return destinations.flatMap(({ workloads }) => workloads);
}
