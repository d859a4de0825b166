/** Rule except-undone: an exception of an ipBlock whose addresses another block opens to the same pods again. */
import { listOf } from '../../core/list.ts';
import type { Edit, Finding, Fix, Related, Rule } from '../../core/rule.ts';
import { removeItem, removePair } from '../../core/yaml/edit.ts';
import { asSeq, pairOf } from '../../core/yaml/nodes.ts';
import { type AddressSet, intersectAddresses, NO_ADDRESSES, unionAddresses } from '../../engine/cidr.ts';
import { cidrsOf } from '../../engine/cidr-list.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { soundPolicyOf } from '../../engine/policy.ts';
import type { CidrField } from '../../engine/policy-rule.ts';
import { isPortSubset } from '../../engine/ports.ts';
import {
  type OpenBlock,
  type UndoneBlock,
  type UndoneExcept,
  undoneAcross,
  undoneWithin,
} from '../../engine/undone-excepts.ts';
import { addExcepts, removePeer } from '../edit-peer.ts';
import { EXCEPT_UNDONE_EXAMPLES } from './except-undone-examples.ts';

export const exceptUndone: Rule = {
  on: 'policy',
  meta: {
    id: 'except-undone',
    family: 'pitfall',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'workspace',
    title: 'Addresses that one block excepts are allowed by another.',
    why: `\`except\` is no denial: it only carves addresses out of the block it belongs to. Peers, rules and policies add up, so whatever another block allows to the same pods is allowed, whether or not this one excepts it. Two blocks \`0.0.0.0/0\` with different exceptions allow each other's exceptions, and the private networks or the metadata service that seemed to be shut out are open.

Except the addresses in every block that holds them, or make the other block narrower. To allow one network out of an excepted range, name just that network: this is not reported.`,
    refs: [
      {
        title: 'Kubernetes API: IPBlock, `except`',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
      {
        title: 'Kubernetes: Network policies do not conflict, they are additive',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation',
      },
    ],
    examples: EXCEPT_UNDONE_EXAMPLES,
  },
  check: function* (resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    for (const direction of DIRECTIONS)
      if (policy.isolates[direction] !== false)
        for (const undone of undoneWithin(policy, direction)) yield finding(undone, direction);
  },
  across: function* ({ policies }): Iterable<Finding> {
    const sound = policies.map(soundPolicyOf).filter((p) => p !== null);
    for (const direction of DIRECTIONS)
      for (const undone of undoneAcross(sound, direction)) yield finding(undone, direction);
  },
};

function finding({ block, undone }: UndoneBlock, direction: Direction): Finding {
  const { resource } = block.policy;
  const [{ except }] = undone;
  const by = [...new Set(undone.flatMap((u) => u.by))];
  return {
    at: { document: resource.document, span: except.node.span },
    resource,
    message: `${listed(openOf(undone))} ${cidrsOf(openOf(undone)).length > 1 ? 'are' : 'is'} open again, in spite of this exception: ${opener(block, by)} ${by.length > 1 ? 'allow' : 'allows'} ${EFFECT[direction]}${portsNote(block, by)}. ${remedy(undone)}`,
    related: by.map((other) => relatedTo(other, undone)),
    fixes: undone.some((u) => u.piecemeal) ? eitherOf(block, undone) : exceptThere(undone),
  };
}

const EFFECT: Readonly<Record<Direction, string>> = {
  Ingress: 'connections from there to the same pods',
  Egress: 'the same pods to connect there',
};

function openOf(undone: readonly UndoneExcept[]): AddressSet {
  return undone.reduce((set, u) => unionAddresses(set, u.open), NO_ADDRESSES);
}

function listed(set: AddressSet): string {
  const cidrs = cidrsOf(set).map((cidr) => `\`${cidr}\``);
  return listOf(cidrs.length > 3 ? [...cidrs.slice(0, 2), `${cidrs.length - 2} more ranges`] : cidrs);
}

function opener({ policy, rule }: OpenBlock, by: readonly OpenBlock[]): string {
  const [first] = by;
  if (!first) return '';
  const blocks = by.length > 1 ? `${by.length} other blocks` : `\`${first.cidr.canonical}\``;
  if (by.some((other) => other.policy !== policy))
    return `${blocks} in policy ${first.policy.resource.name ?? '(no name)'}`;
  return `${blocks} in ${by.every((other) => other.rule === rule) ? 'the same list' : 'another rule'}`;
}

/** Says so where it is only on some of the block's ports. */
function portsNote({ rule }: OpenBlock, by: readonly OpenBlock[]): string {
  const { ports } = rule;
  const onAll = by.some(
    (other) =>
      other.rule === rule ||
      (ports.kind !== 'unknown' &&
        other.rule.ports.kind !== 'unknown' &&
        isPortSubset(ports.set, other.rule.ports.set)),
  );
  return onAll ? '' : ', on the ports that both rules name';
}

function remedy(undone: readonly UndoneExcept[]): string {
  return undone.some((u) => u.piecemeal)
    ? 'Delete either the exception or what allows it.'
    : 'Except it there too, or make that block narrower.';
}

function relatedTo(other: OpenBlock, undone: readonly UndoneExcept[]): Related {
  const open = openOf(undone.filter((u) => u.by.includes(other)));
  return {
    at: { document: other.policy.resource.document, span: (other.peer.cidr?.node ?? other.peer.node).span },
    message: `This allows ${listed(intersectAddresses(open, other.addresses))}.`,
  };
}

/** Carves the same out of the blocks that open it. */
function exceptThere(undone: readonly UndoneExcept[]): Fix[] {
  const others = [...new Set(undone.flatMap((u) => u.by))];
  const edits = others.flatMap((other) => {
    const open = openOf(undone.filter((u) => u.by.includes(other)));
    const ranges = cidrsOf(intersectAddresses(open, other.addresses));
    return addExcepts(other.policy.resource.document, other.peer, ranges);
  });
  const known = edits.filter((edit) => edit !== null);
  if (known.length < edits.length) return [];
  return [
    { title: `Except the same in the other block${others.length > 1 ? 's' : ''}`, safe: false, edits: known },
  ];
}

function eitherOf(block: OpenBlock, [{ except, by }, ...more]: UndoneBlock['undone']): Fix[] {
  const [other, another] = by;
  if (!other || another || more.length > 0) return [];
  const withoutBlock = removePeer(other.policy, other.rule, other.peer);
  const withoutExcept = removeExcept(block, except);
  if (!withoutBlock || !withoutExcept) return [];
  return [
    { title: 'Delete the block that allows what is excepted here', safe: false, edits: [withoutBlock] },
    // Changes no connection, but hides what somebody wanted: not for a run over everything.
    {
      title: 'Allow it: delete the exception and the other block',
      safe: false,
      edits: [withoutExcept, withoutBlock],
    },
  ];
}

function removeExcept({ policy, peer }: OpenBlock, { node }: CidrField): Edit | null {
  const { document } = policy.resource;
  const pair = pairOf(peer.block, 'except');
  const list = asSeq(pair?.value);
  if (!pair || !list?.items.includes(node)) return null;
  return list.items.length > 1 ? removeItem(document, list, node) : removePair(document, peer.block, pair);
}
