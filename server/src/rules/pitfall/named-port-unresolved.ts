/** Rule named-port-unresolved: a rule names a port by a name that none of the pods it is about has. */
import type { YamlDocument } from '../../core/document.ts';
import type { Resource } from '../../core/resource.ts';
import type { Edit, Finding, Fix, NamespaceContext, Related, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { insertPair } from '../../core/yaml/edit.ts';
import { get, isNull, type YamlNode } from '../../core/yaml/nodes.ts';
import { replaceNumber, replaceString } from '../../core/yaml/reshape.ts';
import { isBroad } from '../../engine/destinations.ts';
import type { PortItem } from '../../engine/policy-rule.ts';
import { declaredBy, meantBy, type PodPort } from './meant-ports.ts';
import { NAMED_PORT_EXAMPLES } from './named-port-unresolved-examples.ts';
import { knownDestinations, type PortPlace, portsIn, workloadsAt } from './ports-at-workloads.ts';

export const namedPortUnresolved: Rule = {
  on: 'placed-policy',
  meta: {
    id: 'named-port-unresolved',
    family: 'pitfall',
    severity: 'warning',
    sees: 'workspace',
    title: 'A port is named by a name that no container of the pods in question declares.',
    why: `A port's name stands for the number that the **container** gives it in its \`ports\`: on the pods that the policy selects for ingress, on the pods that the peers match for egress. A pod that declares no port of that name and protocol is not matched, so the connections the rule was written for are dropped. The names of a Service's ports are of no use here, and an IP address has no names at all.

Use the name that the container declares, or the number.`,
    refs: [
      {
        title: 'Kubernetes API: NetworkPolicyPort, `port`',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
    ],
    examples: NAMED_PORT_EXAMPLES,
  },
  check: function* (resource, scope, context): Iterable<Finding> {
    for (const place of portsIn(resource)) {
      if (typeof place.port !== 'string') continue;
      const finding = isToAddresses(place) ? addressFinding(place) : podFinding(place, scope, context);
      if (finding) yield finding;
    }
  },
};

/** Whether a rule leads to addresses and nowhere else. */
function isToAddresses({ direction, rule: { peers } }: PortPlace): boolean {
  return direction === 'Egress' && peers.kind === 'some' && peers.items.every((p) => p.kind === 'cidr');
}

/** What the names of well-known services stand for in IANA's registry. */
const WELL_KNOWN: ReadonlyMap<string, number> = new Map([
  ['domain', 53],
  ['dns', 53],
  ['http', 80],
  ['https', 443],
  ['kerberos', 88],
  ['ldap', 389],
  ['ldaps', 636],
  ['mysql', 3306],
  ['nfs', 2049],
  ['ntp', 123],
  ['postgresql', 5432],
  ['smtp', 25],
  ['ssh', 22],
]);

function addressFinding(place: PortPlace): Finding {
  const { policy, node, port } = place;
  const { document } = policy.resource;
  const number = WELL_KNOWN.get(String(port));
  return {
    at: { document, span: node.span },
    resource: policy.resource,
    message: `\`${port}\` is looked up in the ports of the pod that a connection goes to, and an address outside the cluster has none: this rule allows nothing there. Write the number.`,
    fixes: number === undefined ? [] : toFix(`Write ${number}`, replaceNumber(document, node, number)),
  };
}

/** What sidecars are injected with: pods have such ports though no manifest declares them. */
const INJECTED = /envoy|istio|linkerd|dapr|consul|proxy/;

function podFinding(place: PortPlace, scope: NamespaceScope, context: NamespaceContext): Finding | null {
  if (INJECTED.test(String(place.port))) return null;
  const destinations = knownDestinations(
    place,
    scope,
    context.namespaces,
    (declared) => declared.someWithout || declared.has(place.protocol, place.port),
  );
  if (!destinations) return null;
  const workloads = workloadsAt(destinations);
  const declared = workloads.flatMap(declaredBy);
  const meant = meantBy(place, destinations, declared);
  // With a selector that demands no label, pods that are not in the workspace may well have the port.
  if (meant.length === 0 && isBroad(place.policy, place.rule)) return null;
  const { policy, node } = place;
  const choices = meant.length > 0 ? meant : declared;
  return {
    at: { document: policy.resource.document, span: node.span },
    resource: policy.resource,
    message: `${subject(workloads)} no ${place.protocol} port named \`${place.port}\`, so this allows nothing${remedy(place, meant, declared)}`,
    related: choices.slice(0, 5).map(relatedTo),
    fixes: fixesFor(place, choices),
  };
}

function subject(workloads: readonly Resource[]): string {
  const [first] = workloads;
  return first && workloads.length === 1
    ? `${titleOf(first)} declares`
    : `The ${workloads.length} workloads that this is about declare`;
}

function remedy({ port }: PortPlace, [meant]: readonly PodPort[], declared: readonly PodPort[]): string {
  if (!meant) return `. Declared: ${[...new Set(declared.map(describePort))].slice(0, 4).join(', ')}.`;
  if (meant.owner.role === 'service')
    return `. ${titleOf(meant.owner)} has one, but policies look at the containers, where it is ${describePort(meant)}.`;
  return meant.name === port
    ? `: the port of that name is a ${meant.protocol} port. Say so with \`protocol\`.`
    : `. Did you mean ${describePort(meant)}?`;
}

function describePort({ name, number, protocol }: PodPort): string {
  return name === null ? `${number}/${protocol} (no name)` : `\`${name}\` (${number}/${protocol})`;
}

function titleOf({ kind, name }: Resource): string {
  return `${kind} ${name ?? '(no name)'}`;
}

function relatedTo(port: PodPort): Related {
  const message =
    port.owner.role === 'service'
      ? `${titleOf(port.owner)} has a port of this name, which leads to port ${port.number} of its pods.`
      : `${titleOf(port.owner)} declares ${describePort(port)}.`;
  return { at: port.at, message };
}

/** One choice for each port, at most three; by name where the container gives it one. */
function fixesFor(place: PortPlace, choices: readonly PodPort[]): Fix[] {
  const fixes = new Map<string, Fix>();
  for (const choice of choices) {
    const title = fixTitle(place, choice);
    if (fixes.has(title) || fixes.size === 3) continue;
    const edits = editsFor(place, choice);
    if (edits.every((edit) => edit !== null)) fixes.set(title, { title, safe: false, edits });
  }
  return [...fixes.values()];
}

function fixTitle(place: PortPlace, { name, number, protocol }: PodPort): string {
  if (name === place.port) return `Make it a ${protocol} port`;
  return `Write ${name ?? number}${protocol === place.protocol ? '' : ` as a ${protocol} port`}`;
}

function editsFor({ policy, node, port, item, protocol }: PortPlace, choice: PodPort): (Edit | null)[] {
  const { document } = policy.resource;
  const edits: (Edit | null)[] = [];
  if (choice.name === null) edits.push(replaceNumber(document, node, choice.number));
  else if (choice.name !== port) edits.push(replaceString(document, node, choice.name));
  if (choice.protocol !== protocol) edits.push(protocolEdit(document, item, choice.protocol));
  return edits;
}

function protocolEdit(document: YamlDocument, { node }: PortItem, protocol: string): Edit | null {
  if (node.kind !== 'map') return null;
  const written = get(node, 'protocol');
  return isNull(written)
    ? insertPair(document, node, 'protocol', protocol)
    : replaceString(document, written as YamlNode, protocol);
}

function toFix(title: string, edit: Edit | null): Fix[] {
  return edit ? [{ title, safe: false, edits: [edit] }] : [];
}
