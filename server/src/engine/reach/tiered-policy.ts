/**
 * Owns reading the policies of policy.networking.k8s.io: ClusterNetworkPolicy (v1alpha2), AdminNetworkPolicy and
 * BaselineAdminNetworkPolicy (v1alpha1). What they do to connections is decided elsewhere.
 */
import { groupOf } from '../../core/kinds.ts';
import type { Resource } from '../../core/resource.ts';
import {
  asMap,
  asScalar,
  asSeq,
  asString,
  get,
  isNull,
  type YamlMap,
  type YamlNode,
} from '../../core/yaml/nodes.ts';
import { type AddressSet, NO_ADDRESSES, parseCidr, unionAddresses } from '../cidr.ts';
import { type Direction, PEERS_FIELD, RULES_FIELD } from '../direction.ts';
import {
  ALL_PORTS,
  NO_PORTS,
  namedPort,
  type PortSet,
  PROTOCOLS,
  type Protocol,
  portRange,
  unionPorts,
} from '../ports.ts';
import { EVERYTHING, readSelector } from '../selector.ts';
import type { Action, PeerFacts, PodsPeerFacts, Tier, TieredPolicyFacts, TieredRuleFacts } from './facts.ts';

const KINDS = new Map<string, Tier | null>([
  ['ClusterNetworkPolicy', null],
  ['AdminNetworkPolicy', 'Admin'],
  ['BaselineAdminNetworkPolicy', 'Baseline'],
]);

/** The priority of what says none: the last of its tier. */
const LAST_PRIORITY = 1000;

/** Reads a resource of role `other-policy`; null when it is of another API, or its tier cannot be read. */
export function tieredPolicyOf(resource: Resource): TieredPolicyFacts | null {
  const { apiVersion, kind, name, root, document } = resource;
  const known = groupOf(apiVersion) === 'policy.networking.k8s.io' ? KINDS.get(kind) : undefined;
  const spec = asMap(get(root, 'spec'));
  if (known === undefined || !spec) return null;
  const tier = known ?? tierNamed(asString(get(spec, 'tier')));
  if (!tier) return null;
  const priority = asScalar(get(spec, 'priority'))?.value;
  const rulesOf = (direction: Direction) =>
    (asSeq(get(spec, RULES_FIELD[direction]))?.items ?? []).map((node) =>
      readRule(node, direction, document.text),
    );
  return {
    ...{ kind, tier, origin: resource },
    name: name ?? '(no name)',
    priority: typeof priority === 'number' ? priority : LAST_PRIORITY,
    subject: readPods(get(spec, 'subject'), document.text),
    rules: { Ingress: rulesOf('Ingress'), Egress: rulesOf('Egress') },
  };
}

function tierNamed(text: string | null): Tier | null {
  return text === 'Admin' || text === 'Baseline' ? text : null;
}

function readRule(node: YamlNode, direction: Direction, text: string): TieredRuleFacts {
  const peers = asSeq(get(node, PEERS_FIELD[direction]));
  return {
    name: asString(get(node, 'name')),
    action: actionNamed(asString(get(node, 'action'))),
    peers: peers ? peers.items.flatMap((peer) => readPeer(peer, text)) : 'unknown',
    ports: readPorts(node),
  };
}

/** v1alpha1 says Allow for what v1alpha2 calls Accept. */
function actionNamed(text: string | null): Action | null {
  if (text === 'Allow' || text === 'Accept') return 'Accept';
  return text === 'Deny' || text === 'Pass' ? text : null;
}

function readPeer(node: YamlNode, text: string): PeerFacts[] {
  const map = asMap(node);
  const given = (field: string) => map !== null && !isNull(get(map, field));
  if (given('nodes')) return [{ kind: 'nodes' }];
  if (given('domainNames')) return [{ kind: 'domains' }];
  if (given('networks')) return [{ kind: 'addresses', addresses: readNetworks(get(map, 'networks')) }];
  const pods = readPods(node, text);
  return [pods ?? { kind: 'unknown' }];
}

/** `namespaces` selects all pods of some namespaces, `pods` some of them. */
function readPods(node: YamlNode | undefined, text: string): PodsPeerFacts | null {
  const namespaces = get(node, 'namespaces');
  if (namespaces && asMap(namespaces)) {
    const namespaceSelector = readSelector(namespaces, text);
    return namespaceSelector && { kind: 'pods', podSelector: EVERYTHING, namespaceSelector };
  }
  const pods = asMap(get(node, 'pods'));
  if (!pods) return null;
  const namespaceSelector = readSelector(get(pods, 'namespaceSelector'), text);
  const podSelector = readSelector(get(pods, 'podSelector'), text);
  return podSelector && namespaceSelector && { kind: 'pods', podSelector, namespaceSelector };
}

function readNetworks(node: YamlNode | undefined): AddressSet | null {
  let all: AddressSet = NO_ADDRESSES;
  for (const item of asSeq(node)?.items ?? []) {
    const cidr = parseCidr(asString(item) ?? '');
    if (!cidr) return null;
    all = unionAddresses(all, cidr.set);
  }
  return all;
}

/** v1alpha1 has `ports`, v1alpha2 `protocols`; a rule with neither is about every port. */
function readPorts(rule: YamlNode): PortSet | null {
  const [ports, protocols] = [get(rule, 'ports'), get(rule, 'protocols')];
  if (isNull(ports) && isNull(protocols)) return ALL_PORTS;
  let all: PortSet = NO_PORTS;
  for (const [list, read] of [
    [ports, readPort],
    [protocols, readProtocol],
  ] as const)
    for (const item of asSeq(list)?.items ?? []) {
      const set = read(asMap(item));
      if (!set) return null;
      all = unionPorts(all, set);
    }
  return all;
}

function readPort(item: YamlMap | null): PortSet | null {
  const [number, range] = [asMap(get(item, 'portNumber')), asMap(get(item, 'portRange'))];
  const name = asString(get(item, 'namedPort'));
  if (name !== null) return withName(name);
  if (number) return portsBetween(get(number, 'protocol'), get(number, 'port'), get(number, 'port'));
  return range ? portsBetween(get(range, 'protocol'), get(range, 'start'), get(range, 'end')) : null;
}

function portsBetween(
  protocolNode: YamlNode | undefined,
  fromNode: YamlNode | undefined,
  toNode: YamlNode | undefined,
): PortSet | null {
  const protocol = isNull(protocolNode) ? 'TCP' : PROTOCOLS.find((p) => p === asString(protocolNode));
  return protocol ? numbered(protocol, fromNode, toNode) : null;
}

function numbered(
  protocol: Protocol,
  fromNode: YamlNode | undefined,
  toNode: YamlNode | undefined,
): PortSet | null {
  const [from, to] = [asScalar(fromNode)?.value, asScalar(toNode)?.value];
  return typeof from === 'number' && typeof to === 'number' && from <= to
    ? portRange(protocol, from, to)
    : null;
}

/** A name stands for a port of whatever protocol. */
function withName(name: string): PortSet {
  return PROTOCOLS.map((protocol) => namedPort(protocol, name)).reduce(unionPorts);
}

function readProtocol(item: YamlMap | null): PortSet | null {
  const name = asString(get(item, 'destinationNamedPort'));
  if (name !== null) return withName(name);
  for (const protocol of PROTOCOLS) {
    const field = get(item, protocol.toLowerCase());
    if (field === undefined) continue;
    const port = asMap(get(field, 'destinationPort'));
    if (!port)
      return asMap(field) && isNull(get(field, 'destinationPort')) ? portRange(protocol, 1, 65535) : null;
    const range = asMap(get(port, 'range'));
    return range
      ? numbered(protocol, get(range, 'start'), get(range, 'end'))
      : numbered(protocol, get(port, 'number'), get(port, 'number'));
  }
  return null;
}
