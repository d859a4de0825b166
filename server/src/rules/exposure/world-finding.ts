/**
 * Owns what rule world-cidr says about blocks that amount to the whole of IPv4 or IPv6: how grave it is, in which words, and
 * how to narrow it.
 */
import type { YamlDocument } from '../../core/document.ts';
import type { Edit, Finding, Fix } from '../../core/rule.ts';
import { removeItem } from '../../core/yaml/edit.ts';
import { asSeq, pairOf } from '../../core/yaml/nodes.ts';
import { isTemplated } from '../../core/yaml/template.ts';
import {
  type AddressSet,
  addresses,
  intersectAddresses,
  isAddressSubset,
  isEmptyAddressSet,
  NO_ADDRESSES,
  subtractAddresses,
  unionAddresses,
} from '../../engine/cidr.ts';
import type { Direction } from '../../engine/direction.ts';
import type { Policy } from '../../engine/policy.ts';
import { isPortSubset, namedPort, type PortSet, portRange, unionPorts } from '../../engine/ports.ts';
import { INTERNAL, PRIVATE_RANGES } from '../../engine/special-ranges.ts';
import { type Block, WIDE_PREFIX, type World } from '../../engine/world.ts';
import { addExcepts, joinCuts } from '../edit-peer.ts';
import { replaceBlocks } from '../replace-blocks.ts';

/** How many of the other blocks are pointed at: a list may have hundreds. */
const RELATED = 10;

/** The finding for one world among the rules of `direction`. */
export function worldFinding(policy: Policy, direction: Direction, world: World): Finding {
  const { document } = policy.resource;
  const [first, ...others] = world.blocks;
  const deliberate =
    direction === 'Egress' ? isInternetOnly(world) : selectsSome(policy) && world.blocks.every(isForWeb);
  const templated = world.blocks.some((block) => hasTemplatedExcept(document, block));
  const canLeaveOut = !templated && reachesInternal(world);
  return {
    at: { document, span: (first as Block).peer.cidr?.node.span ?? (first as Block).peer.node.span },
    message: `${subject(world)}: ${consequence(direction, deliberate, world)}`,
    related: others.slice(0, RELATED).map(({ peer }) => ({
      at: { document, span: peer.cidr?.node.span ?? peer.node.span },
      message: 'Together with this block.',
    })),
    ...(deliberate && { severity: 'info', contractorSeverity: 'warning' }),
    ...(templated && { unknown: 'The exceptions are template text.' }),
    fixes:
      direction === 'Ingress'
        ? sameNamespace(document, world)
        : canLeaveOut
          ? leaveOutInternal(document, world)
          : [],
  };
}

function subject({ blocks, extent }: World): string {
  const names = blocks.map((b) => `\`${b.cidr.canonical}\``);
  const family = blocks[0]?.cidr.family === 4 ? 'IPv4' : 'IPv6';
  const several = names.length > 2 ? `${names[0]} and ${names.length - 1} more blocks` : names.join(' and ');
  if (extent === 'wide')
    return `${several} ${names.length > 1 ? 'are' : 'is'} far wider than the network of any one organisation`;
  const which = extent === 'public' ? `public ${family}` : family;
  return `${several} ${names.length > 1 ? 'together are' : 'is'} every ${which} address`;
}

function consequence(direction: Direction, deliberate: boolean, world: World): string {
  if (direction === 'Ingress')
    return deliberate
      ? 'everyone may open connections to the web ports of the selected pods, from inside the cluster too. If a load balancer stands in front of them, name its ranges instead.'
      : 'anyone on the internet, and as a rule any pod and node of the cluster, may connect to the selected pods. Name the ranges of those who should.';
  const hosts = world.extent === 'wide' ? 'countless hosts of the internet' : 'the whole internet';
  if (deliberate)
    return `with internal ranges left out, the selected pods may still reach ${hosts}, and data can leave to any host there. If the destinations are known, name their ranges.`;
  if (!reachesInternal(world))
    return `the selected pods may reach ${hosts}, and data can leave to any host there. Name the ranges they need.`;
  const left = isExcepting(world) ? reachableRanges(world) : [];
  const remedy =
    left.length > 0
      ? `take ${left.map((r) => `\`${r}\``).join(', ')} out with \`except\` too.`
      : 'take private and metadata ranges out with `except`.';
  return `the selected pods may reach ${hosts} and, on most network plugins, private networks, nodes and the cloud's metadata service. Name the ranges they need, or ${remedy}`;
}

function reachesInternal(world: World): boolean {
  return !isEmptyAddressSet(intersectAddresses(reachable(world), INTERNAL));
}

/** Whether what the blocks leave open is the internet and nothing internal, by exceptions or by the choice of blocks. */
function isInternetOnly(world: World): boolean {
  if (reachesInternal(world) || isUndone(world)) return false;
  return world.extent !== 'wide' || isExcepting(world) || isList(world);
}

/** Whether somebody wrote a list of many blocks, and not one that came out too wide. */
function isList({ blocks }: World): boolean {
  return blocks.every((b) => b.cidr.prefix >= WIDE_PREFIX);
}

/** Whether other blocks of the same rules put back all that an exception takes out. */
function isUndone({ blocks }: World): boolean {
  const rules = new Set(blocks.map((b) => b.rule));
  const peers = [...rules].flatMap(({ peers: all }) => (all.kind === 'some' ? all.items : []));
  const open = peers.reduce(
    (set, peer) => (peer.kind === 'cidr' && peer.addresses ? unionAddresses(set, peer.addresses) : set),
    NO_ADDRESSES,
  );
  const taken = blocks.flatMap((b) => b.peer.excepts.flatMap((e) => (e.cidr ? [e.cidr.set] : [])));
  return taken.some((set) => isAddressSubset(set, open));
}

function isExcepting({ blocks }: World): boolean {
  return blocks.some((b) => b.peer.excepts.some((e) => e.cidr !== null));
}

function reachable({ blocks }: World): AddressSet {
  return blocks.reduce((set, b) => unionAddresses(set, openIn(b)), NO_ADDRESSES);
}

/** What a block leaves open by the exceptions that can be read; the others are findings of their own. */
function openIn({ cidr, peer }: Block): AddressSet {
  return peer.excepts.reduce((set, e) => (e.cidr ? subtractAddresses(set, e.cidr.set) : set), cidr.set);
}

function reachableRanges(world: World): string[] {
  const open = reachable(world);
  return PRIVATE_RANGES[world.blocks[0]?.cidr.family ?? 4].filter(
    (range) => !isEmptyAddressSet(intersectAddresses(addresses(range), open)),
  );
}

const WEB_PORTS: PortSet = [
  portRange('TCP', 80),
  portRange('TCP', 443),
  portRange('UDP', 443),
  namedPort('TCP', 'http'),
  namedPort('TCP', 'https'),
].reduce(unionPorts);

function isForWeb({ rule }: Block): boolean {
  return rule.ports.kind === 'some' && isPortSubset(rule.ports.set, WEB_PORTS);
}

function selectsSome(policy: Policy): boolean {
  return (policy.podSelector.selector?.requirements.length ?? 0) > 0;
}

function hasTemplatedExcept(document: YamlDocument, { peer }: Block): boolean {
  const except = pairOf(peer.block, 'except');
  return except !== undefined && isTemplated(except.value, document.text);
}

function leaveOutInternal(document: YamlDocument, { blocks }: World): Fix[] {
  const edits = blocks.flatMap((block) => {
    const open = openIn(block);
    const internal = PRIVATE_RANGES[block.cidr.family].map((text) => ({ text, range: addresses(text) }));
    if (internal.some(({ range }) => isAddressSubset(block.cidr.set, range)))
      return [removeBlock(document, block)];
    const missing = internal.filter(
      ({ range }) =>
        isAddressSubset(range, block.cidr.set) && !isEmptyAddressSet(intersectAddresses(range, open)),
    );
    return addExcepts(
      document,
      block.peer,
      missing.map(({ text }) => text),
    );
  });
  const known = edits.filter((edit) => edit !== null);
  if (known.length === 0 || known.length < edits.length) return [];
  return [{ title: 'Leave out private and metadata ranges', safe: false, edits: joinCuts(known) }];
}

/** A block within a private range is not narrowed but taken out. */
function removeBlock(document: YamlDocument, { rule, peer }: Block): Edit | null {
  const list = rule.peers.kind === 'some' ? asSeq(rule.peers.pair.value) : null;
  return list && removeItem(document, list, peer.node);
}

function sameNamespace(document: YamlDocument, world: World): Fix[] {
  const edits = replaceBlocks(document, world, { podSelector: {} });
  return edits ? [{ title: 'Allow only pods of the same namespace', safe: false, edits }] : [];
}
