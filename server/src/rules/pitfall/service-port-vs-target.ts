/** Rule service-port-vs-target: a policy names a Service's port where the port of the pods behind it is meant. */
import { nameNode, podLabels, type Resource } from '../../core/resource.ts';
import type { Finding, Fix, NamespaceContext, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { get } from '../../core/yaml/nodes.ts';
import { replaceNumber } from '../../core/yaml/reshape.ts';
import type { DeclaredPorts } from '../../engine/declared-ports.ts';
import { isBroad } from '../../engine/destinations.ts';
import { isDnsServer } from '../../engine/dns-servers.ts';
import { includes } from '../../engine/intervals.ts';
import { type ContainerPort, podsOf } from '../../engine/pods.ts';
import { knownDestinations, type PortPlace, portsIn, workloadsAt } from './ports-at-workloads.ts';
import { SERVICE_PORT_EXAMPLES } from './service-port-vs-target-examples.ts';
import { type Way, waysTo } from './ways-to-pods.ts';

export const servicePortVsTarget: Rule = {
  on: 'placed-policy',
  meta: {
    id: 'service-port-vs-target',
    family: 'pitfall',
    severity: 'warning',
    sees: 'workspace',
    title: "A rule names a Service's port, and the pods behind it listen on another.",
    why: `A Service's address and port exist only on the way: before a packet reaches a pod they are replaced by the pod's own address and by the Service's \`targetPort\`, and it is that packet which policies judge. With \`port: 80\` and \`targetPort: 8080\` in the Service, a rule for port 80 matches nothing that clients of the Service send, so the connections it was written for time out, while everything looks right.

Write the port that the container listens on, by number or by the name it has in the container's \`ports\`.`,
    refs: [
      {
        title: 'Kubernetes: Services, port definitions and `targetPort`',
        url: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
      },
      {
        title: 'Kubernetes API: NetworkPolicyPort',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
    ],
    examples: SERVICE_PORT_EXAMPLES,
  },
  check: function* (resource, scope, context): Iterable<Finding> {
    for (const place of portsIn(resource)) {
      const finding = typeof place.port === 'number' ? judge(place, scope, context) : null;
      if (finding) yield finding;
    }
  },
};

function judge(place: PortPlace, scope: NamespaceScope, { namespaces }: NamespaceContext): Finding | null {
  const { policy, protocol, port, node, rule } = place;
  if (isBroad(policy, rule)) return null;
  const isDeclared = (ports: DeclaredPorts) => ports.has(protocol, port);
  const destinations = knownDestinations(place, scope, namespaces, isDeclared);
  // What misses the cluster's DNS is for the rules about DNS to say.
  if (!destinations || destinations.every(({ workloads }) => workloads.every(isDns))) return null;
  const found = destinations.map((group) => mappingsOf(waysTo(group, protocol, port)));
  const mappings = found.flatMap(({ few }) => few);
  const targets = [...new Set(found.flatMap((each) => each.targets))];
  const [first] = mappings;
  if (!first || targets.includes(Number(port))) return null;
  const declared = workloadsAt(destinations).flatMap((workload) => podsOf(workload).ports);
  if (targets.every((target) => allows(rule, target, place, declared))) return null;
  const { document } = policy.resource;
  return {
    at: { document, span: node.span },
    resource: policy.resource,
    message: messageFor(place, first),
    related: mappings.slice(0, FEW).map(related),
    fixes: targets.slice(0, 3).flatMap((target): Fix[] => {
      const edit = replaceNumber(document, node, target);
      return edit
        ? [{ title: `Allow port ${target}, where the pods listen`, safe: false, edits: [edit] }]
        : [];
    }),
  };
}

interface Mappings {
  /** As many as a message has use for. */
  readonly few: readonly Way[];
  /** The ports that all of them lead to. */
  readonly targets: readonly number[];
}

const cache = new WeakMap<readonly Way[], Mappings>();

/** Where Services take the port; a headless one takes it nowhere. A thousand of them may do the same. */
function mappingsOf(ways: readonly Way[]): Mappings {
  const known = cache.get(ways);
  if (known) return known;
  const taking = ways.filter(({ service }) => !service.headless);
  const mappings = { few: taking.slice(0, FEW), targets: [...new Set(taking.map(({ target }) => target))] };
  cache.set(ways, mappings);
  return mappings;
}

const FEW = 5;

function isDns(workload: Resource): boolean {
  return isDnsServer(workload.namespace, podLabels(workload));
}

/** Whether the rule lets the port in by another item, so that the connections work all the same. */
function allows(
  { ports }: PortPlace['rule'],
  target: number,
  { protocol }: PortPlace,
  declared: readonly ContainerPort[],
): boolean {
  if (ports.kind !== 'some') return true;
  const names = declared.filter((d) => d.number === target && d.protocol === protocol).map((d) => d.name);
  return (
    includes(ports.set.numbers[protocol], target) ||
    names.some((name) => ports.set.names.has(`${protocol}/${name}`))
  );
}

function messageFor({ port, direction }: PortPlace, { service, target }: Way): string {
  const name = service.resource.name ?? '(no name)';
  const effect =
    direction === 'Ingress'
      ? 'so nothing that comes through the Service is let in'
      : 'so nothing that goes through the Service is let out';
  return `${port} is the port of Service ${name}, whose pods listen on ${target}. Policies see the packet after the Service has changed its port, ${effect} by this. Write ${target}.`;
}

function related({ service: { resource }, port, target }: Way) {
  const node = get(port.node, 'port') ?? nameNode(resource);
  return {
    at: { document: resource.document, span: node.span },
    message: `Service ${resource.name ?? '(no name)'} takes port ${port.port} to port ${target} of its pods.`,
  };
}
