/**
 * Owns what one ingress or egress rule says: its peers and its ports, each with the node it came from.
 */

import type { JsonScalar, YamlMap, YamlNode, YamlPair } from '../core/yaml/nodes.ts';
import { asMap, asScalar, asSeq, asString, deref, get, isNull, pairOf } from '../core/yaml/nodes.ts';
import { isTemplated } from '../core/yaml/template.ts';
import {
  type AddressSet,
  type Cidr,
  NO_ADDRESSES,
  parseCidr,
  subtractAddresses,
  unionAddresses,
} from './cidr.ts';
import { type Direction, PEERS_FIELD } from './direction.ts';
import {
  ALL_PORTS,
  NO_PORTS,
  namedPort,
  type PortSet,
  PROTOCOLS,
  type Protocol,
  portRange,
  unionPorts,
} from './ports.ts';
import { type Labels, readSelector, type Selector } from './selector.ts';

export interface PolicyRule {
  readonly direction: Direction;
  /** The list item. For `-` with nothing behind it, an empty node. */
  readonly node: YamlNode;
  readonly peers: Peers;
  readonly ports: Ports;
}

/** `any` when the field is missing, null or empty: every source or destination, inside and outside the cluster. */
export type Peers =
  | { readonly kind: 'any'; readonly pair: YamlPair | null }
  | { readonly kind: 'some'; readonly pair: YamlPair; readonly items: readonly Peer[] }
  | { readonly kind: 'unknown'; readonly pair: YamlPair | null };

/** Pods: those matching `podSelector` (null: not given) in the namespaces matching `namespaceSelector` (null: not given). */
export interface PodsPeer {
  readonly kind: 'pods';
  readonly node: YamlNode;
  readonly podSelector: Selector | null;
  readonly podSelectorPair: YamlPair | null;
  readonly namespaceSelector: Selector | null;
  readonly namespaceSelectorPair: YamlPair | null;
}

export interface CidrField {
  readonly node: YamlNode;
  /** Null when it is not a CIDR or not known. */
  readonly cidr: Cidr | null;
}

export interface CidrPeer {
  readonly kind: 'cidr';
  readonly node: YamlNode;
  readonly block: YamlMap;
  /** Null when the field is missing. */
  readonly cidr: CidrField | null;
  readonly excepts: readonly CidrField[];
  /** The addresses, exceptions taken out; null when any part of it is not known. */
  readonly addresses: AddressSet | null;
}

export type Peer = PodsPeer | CidrPeer | { readonly kind: 'unknown'; readonly node: YamlNode };

/** `any` when the field is missing, null or empty: every port of every protocol. */
export type Ports =
  | { readonly kind: 'any'; readonly pair: YamlPair | null; readonly set: PortSet }
  | {
      readonly kind: 'some';
      readonly pair: YamlPair;
      readonly items: readonly PortItem[];
      readonly set: PortSet;
    }
  | { readonly kind: 'unknown'; readonly pair: YamlPair | null };

export interface PortItem {
  readonly node: YamlNode;
  /** The ports; null when not well-formed or not known. */
  readonly set: PortSet | null;
}

const PEER_FIELDS = new Set(['podSelector', 'namespaceSelector', 'ipBlock']);

/** Reads one item of an ingress or egress list. `added` are labels that kustomize writes into the podSelectors of peers. */
export function readRule(node: YamlNode, direction: Direction, text: string, added?: Labels): PolicyRule {
  const field = PEERS_FIELD[direction];
  if (isNull(node)) {
    return {
      direction,
      node,
      peers: { kind: 'any', pair: null },
      ports: { kind: 'any', pair: null, set: ALL_PORTS },
    };
  }
  const map = asMap(node);
  const unknownKey = map === null || map.effective.some(({ name }) => name !== field && name !== 'ports');
  return {
    direction,
    node,
    peers: readPeers(pairOf(map, field) ?? null, text, unknownKey, added),
    ports: readPorts(pairOf(map, 'ports') ?? null, text, unknownKey),
  };
}

function readPeers(pair: YamlPair | null, text: string, doubtful: boolean, added?: Labels): Peers {
  if (pair === null) return doubtful ? { kind: 'unknown', pair } : { kind: 'any', pair };
  const value = deref(pair.value);
  if (isNull(value)) return { kind: 'any', pair };
  if (value?.kind !== 'seq') return { kind: 'unknown', pair };
  if (value.items.length === 0) return { kind: 'any', pair };
  return { kind: 'some', pair, items: value.items.map((item) => readPeer(item, text, added)) };
}

function readPeer(node: YamlNode, text: string, added?: Labels): Peer {
  const map = asMap(node);
  if (!map || map.effective.some(({ name }) => !PEER_FIELDS.has(name))) return { kind: 'unknown', node };
  const podSelectorPair = given(map, 'podSelector');
  const namespaceSelectorPair = given(map, 'namespaceSelector');
  const blockPair = given(map, 'ipBlock');
  if (blockPair) {
    const block = asMap(blockPair.value);
    return !block || podSelectorPair || namespaceSelectorPair
      ? { kind: 'unknown', node }
      : readBlock(node, block, text);
  }
  if (!podSelectorPair && !namespaceSelectorPair) return { kind: 'unknown', node };
  const podSelector = podSelectorPair && readSelector(podSelectorPair.value, text, added);
  const namespaceSelector = namespaceSelectorPair && readSelector(namespaceSelectorPair.value, text);
  if ((podSelectorPair && !podSelector) || (namespaceSelectorPair && !namespaceSelector))
    return { kind: 'unknown', node };
  return { kind: 'pods', node, podSelector, podSelectorPair, namespaceSelector, namespaceSelectorPair };
}

/** The pair of `name` unless it is missing or null, which are the same to the server. */
function given(map: YamlMap, name: string): YamlPair | null {
  const pair = pairOf(map, name);
  return pair && !isNull(pair.value) ? pair : null;
}

const BLOCK_FIELDS = new Set(['cidr', 'except']);

function readBlock(node: YamlNode, block: YamlMap, text: string): CidrPeer {
  const cidrNode = get(block, 'cidr');
  const cidr = cidrNode ? readCidr(cidrNode) : null;
  const exceptNode = get(block, 'except');
  const excepts = (asSeq(exceptNode)?.items ?? []).map(readCidr);
  const readable =
    isNull(exceptNode) || (asSeq(exceptNode) !== null && !isTemplated(exceptNode as YamlNode, text));
  const spelt = block.effective.every(({ name }) => BLOCK_FIELDS.has(name));
  const known = cidr?.cidr && readable && spelt && excepts.every((e) => e.cidr !== null);
  const out = excepts.reduce((set, e) => (e.cidr ? unionAddresses(set, e.cidr.set) : set), NO_ADDRESSES);
  const addresses = known && cidr.cidr ? subtractAddresses(cidr.cidr.set, out) : null;
  return { kind: 'cidr', node, block, cidr, excepts, addresses };
}

function readCidr(node: YamlNode): CidrField {
  const value = asString(node);
  return { node, cidr: value === null ? null : parseCidr(value) };
}

function readPorts(pair: YamlPair | null, text: string, doubtful: boolean): Ports {
  if (pair === null) return doubtful ? { kind: 'unknown', pair } : { kind: 'any', pair, set: ALL_PORTS };
  const value = deref(pair.value);
  if (isNull(value)) return { kind: 'any', pair, set: ALL_PORTS };
  if (value?.kind !== 'seq') return { kind: 'unknown', pair };
  if (value.items.length === 0) return { kind: 'any', pair, set: ALL_PORTS };
  const items = value.items.map((item) => ({ node: item, set: readPort(item, text) }));
  const set = items.reduce((all, item) => (item.set ? unionPorts(all, item.set) : all), NO_PORTS);
  return items.every((i) => i.set) ? { kind: 'some', pair, items, set } : { kind: 'unknown', pair };
}

const PORT_FIELDS = new Set(['protocol', 'port', 'endPort']);

function readPort(node: YamlNode, text: string): PortSet | null {
  if (isNull(node)) return portRange('TCP', 1, 65535);
  const map = asMap(node);
  if (!map || isTemplated(node, text) || map.effective.some(({ name }) => !PORT_FIELDS.has(name)))
    return null;
  const protocolNode = get(map, 'protocol');
  const protocol = isNull(protocolNode) ? 'TCP' : asString(protocolNode);
  if (!isProtocol(protocol)) return null;
  const port = fieldValue(map, 'port');
  const endPort = fieldValue(map, 'endPort');
  if (endPort === null) {
    if (port === null) return portRange(protocol, 1, 65535);
    if (typeof port === 'string') return isPortName(port) ? namedPort(protocol, port) : null;
    return isPort(port) ? portRange(protocol, port) : null;
  }
  return isPort(port) && isPort(endPort) && endPort >= port ? portRange(protocol, port, endPort) : null;
}

/** The scalar value of a field: null when it is missing or null, undefined when it is no scalar. */
function fieldValue(map: YamlMap, name: string): JsonScalar | undefined {
  const node = get(map, name);
  return isNull(node) ? null : asScalar(node)?.value;
}

/** Whether the server takes a string for a port's name; digits in quotes are none. */
function isPortName(name: string): boolean {
  return /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
}

function isProtocol(value: string | null): value is Protocol {
  return PROTOCOLS.some((p) => p === value);
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}
