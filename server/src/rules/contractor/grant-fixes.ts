/**
 * Owns the edits around a grant: the entry in the root config that a person has to complete, its mention in the policy, and a peer
 * made as narrow as what has been granted.
 */
import type { YamlDocument } from '../../core/document.ts';
import { matchesGlob } from '../../core/glob.ts';
import type { Dependency } from '../../core/grants.ts';
import type { Resource } from '../../core/resource.ts';
import type { Edit, Fix, NamespaceContext } from '../../core/rule.ts';
import { appendItem, insertPair, replaceValue } from '../../core/yaml/edit.ts';
import type { Json } from '../../core/yaml/json.ts';
import { asMap, asSeq, asString, get, isNull, pairOf, type YamlMap } from '../../core/yaml/nodes.ts';
import { isAddressSubset, parseCidr } from '../../engine/cidr.ts';
import { NAMESPACE_NAME_LABEL } from '../../engine/dns-servers.ts';
import { isPortSubset, type PortSet, PROTOCOLS } from '../../engine/ports.ts';
import { EVERYTHING, isSelectorSubset, type Selector } from '../../engine/selector.ts';
import { describeGrant, grantedPorts, selectorOf } from './cover.ts';
import { type Crossing, namesAskedFor } from './crossing.ts';

/** What a grant would have to be for: one end and the ports. */
export interface Wanted {
  readonly contractor: string;
  readonly direction: Dependency['direction'];
  readonly end: Json;
  readonly ports: PortSet;
}

/** The end of a grant for the pods of a namespace: their labels, where the selector asks for nothing but labels. */
export function endOf(namespace: string, selector: Selector | null): Json {
  const labels = (selector?.requirements ?? []).map(
    ({ key, operator, values }) =>
      operator === 'In' && values.length === 1 && ([key, values[0] as string] as const),
  );
  const plain = labels.filter((label) => label !== false);
  return plain.length > 0 && plain.length === labels.length
    ? { namespace, podSelector: Object.fromEntries(plain) }
    : { namespace };
}

/**
 * A new entry in the root config whose approver, ticket and date are empty: the config is refused until a person has filled
 * them in. Nothing where there is no root config with this contractor.
 */
export function scaffoldGrant(policy: Resource | null, wanted: Wanted, { config }: NamespaceContext): Fix[] {
  const { source } = config;
  const entry = source && contractorEntry(source, wanted.contractor);
  if (!source || !entry) return [];
  const grant: Json = {
    [wanted.direction === 'Egress' ? 'to' : 'from']: wanted.end,
    ports: portTexts(wanted.ports),
    approvedBy: '',
    ticket: '',
    expires: '',
  };
  const list = asSeq(get(entry, 'dependencies'));
  const edit = list ? appendItem(source, list, grant) : insertPair(source, entry, 'dependencies', [grant]);
  const mention =
    policy && annotationOf(policy, config.annotations.grant) === null
      ? annotate(policy, config.annotations.grant, '')
      : null;
  if (!edit) return [];
  return [
    {
      title: 'Prepare a grant in the root config: approver, ticket and date are to be filled in',
      safe: false,
      edits: mention ? [mention, edit] : [edit],
    },
  ];
}

function contractorEntry({ yaml }: YamlDocument, name: string): YamlMap | null {
  const items = asSeq(get(yaml.root, 'contractors'))?.items ?? [];
  return asMap(items.find((item) => asString(get(item, 'name')) === name));
}

function portTexts({ numbers, names }: PortSet): string[] {
  return [
    ...PROTOCOLS.flatMap((protocol) =>
      numbers[protocol].map(([from, end]) => `${from === end - 1 ? from : `${from}-${end - 1}`}/${protocol}`),
    ),
    ...[...names].map((name) => name.split('/').reverse().join('/')),
  ];
}

/** The tickets that a policy names; null when it has no such annotation. */
export function annotationOf({ annotations }: Resource, key: string): readonly string[] | null {
  const text = annotations.get(key);
  return text === undefined
    ? null
    : text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
}

/** Gives a policy an annotation, in the place of the one it has. */
export function annotate({ document, metadata }: Resource, key: string, value: string): Edit | null {
  if (!metadata) return null;
  const pair = pairOf(metadata, 'annotations');
  const map = asMap(pair?.value);
  if (!pair) return insertPair(document, metadata, 'annotations', { [key]: value });
  if (!map) return isNull(pair.value) ? replaceValue(document, pair.value, { [key]: value }) : null;
  const own = pairOf(map, key);
  return own ? replaceValue(document, own.value, value) : insertPair(document, map, key, value);
}

/** Makes a rule that has one peer as narrow as a grant; nothing where it has several, or its text is shared. */
export function narrowToGrant({ policy, rule, peer }: Crossing, grant: Dependency): Fix[] {
  const { document } = policy.resource;
  const { peers, ports } = rule;
  const map = rule.node.kind === 'map' ? rule.node : null;
  if (!map || peers.kind !== 'some' || peers.items.length !== 1 || !map.pairs.includes(peers.pair)) return [];
  const edits: (Edit | null)[] = [];
  if (!isInside(peer, grant)) edits.push(replacePeer(document, peer, grant));
  if (ports.kind !== 'unknown' && !isPortSubset(ports.set, grantedPorts(grant.ports)))
    edits.push(
      ports.pair
        ? replaceValue(document, ports.pair.value, portItems(grant))
        : insertPair(document, map, 'ports', portItems(grant)),
    );
  const sure = edits.filter((edit) => edit !== null);
  if (sure.length === 0 || sure.length < edits.length) return [];
  return [
    { title: `Allow no more than ${grant.ticket} grants: ${describeGrant(grant)}`, safe: false, edits: sure },
  ];
}

function isInside(peer: Crossing['peer'], { end }: Dependency): boolean {
  if (peer.kind === 'cidr' || end.kind === 'cidr') {
    const granted = end.kind === 'cidr' ? parseCidr(end.cidr) : null;
    return (
      peer.kind === 'cidr' &&
      peer.addresses !== null &&
      granted !== null &&
      isAddressSubset(peer.addresses, granted.set)
    );
  }
  const names = peer.namespaceSelector && namesAskedFor(peer.namespaceSelector);
  const isNamed = names?.every((name) => matchesGlob(end.namespace, name)) ?? false;
  return isNamed && isSelectorSubset(peer.podSelector ?? EVERYTHING, selectorOf(end));
}

/** A glob stands for namespaces that only a person can name. */
function replacePeer(document: YamlDocument, { node }: Crossing['peer'], { end }: Dependency): Edit | null {
  if (end.kind === 'cidr') return replaceValue(document, node, { ipBlock: { cidr: end.cidr } });
  if (/[*?]/.test(end.namespace)) return null;
  return replaceValue(document, node, {
    namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: end.namespace } },
    ...(Object.keys(end.labels).length > 0 && { podSelector: { matchLabels: end.labels } }),
  });
}

function portItems({ ports }: Dependency): Json {
  return ports.map((port) => ({
    protocol: port.protocol,
    port: 'name' in port ? port.name : port.from,
    ...('to' in port && port.to !== port.from && { endPort: port.to }),
  }));
}
