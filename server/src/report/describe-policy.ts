/**
 * Owns saying in plain English what a NetworkPolicy, a rule or a peer allows and denies. It describes one policy by itself;
 * what several come to is said in describe-effect.ts.
 */

import { listOf } from '../core/list.ts';
import { DIRECTIONS, type Direction } from '../engine/direction.ts';
import { equals } from '../engine/intervals.ts';
import { type Policy, rulesOf } from '../engine/policy.ts';
import type { CidrPeer, Peer, PodsPeer, PolicyRule, Ports } from '../engine/policy-rule.ts';
import { ANY_PORT, isEveryPort, type PortSet, PROTOCOLS } from '../engine/ports.ts';
import { describeSelector, type Selector } from '../engine/selector.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** The whole policy in Markdown: whom it selects, what it isolates, and a bullet for each rule. */
export function describePolicy(policy: Policy): string {
  const { resource } = policy;
  const title = `**NetworkPolicy ${resource.name ?? ''}**`.replace(' **', '**');
  const lines = [`${title} applies to ${describeSubject(policy)}.`];
  for (const direction of DIRECTIONS) lines.push('', ...describeDirection(policy, direction));
  return lines.join('\n');
}

/** Whom the policy selects: `every pod in namespace acme, now and in future`. */
export function describeSubject(policy: Policy): string {
  const { selector } = policy.podSelector;
  const where =
    policy.resource.namespace === null ? 'its namespace' : `namespace \`${policy.resource.namespace}\``;
  if (selector === null) return `pods of ${where} (its selector cannot be read)`;
  if (selector.requirements.length === 0) return `**every pod** in ${where}, now and in future`;
  return `pods in ${where} with \`${describeSelector(selector)}\``;
}

const WORDS = {
  Ingress: { title: 'Incoming', peers: 'from', any: 'anywhere, inside the cluster and outside it', to: 'to' },
  Egress: { title: 'Outgoing', peers: 'to', any: 'anywhere, inside the cluster and the internet', to: 'on' },
} as const;

function describeDirection(policy: Policy, direction: Direction): string[] {
  const { title } = WORDS[direction];
  const isolates = policy.isolates[direction];
  const { rules, unknown } = rulesOf(policy, direction);
  if (isolates === null) return [`**${title}**: cannot be told until the policy can be read in full.`];
  if (!isolates) {
    const inert = rules.length > 0 ? ` Its ${direction.toLowerCase()} rules have no effect.` : '';
    return [`**${title}**: not restricted by this policy.${inert}`];
  }
  if (rules.length === 0 && unknown) return [`**${title}**: restricted; the rules cannot be read.`];
  if (rules.length === 0) return [`**${title}**: everything is denied, unless another policy allows it.`];
  return [
    `**${title}**: only this is allowed, besides what other policies allow:`,
    ...rules.map((r) => `- ${describeRule(r)}`),
  ];
}

/** One rule: `from pods with app=web, or from 203.0.113.0/24, on TCP 443`. */
export function describeRule(rule: PolicyRule): string {
  const words = WORDS[rule.direction];
  const ports = describePorts(rule.ports);
  if (rule.peers.kind === 'unknown') return `${words.peers} peers that cannot be read, ${ports}`;
  if (rule.peers.kind === 'any') return `${words.peers} **${words.any}**, ${ports}`;
  const peers = rule.peers.items.map((peer) => `${words.peers} ${describePeer(peer)}`);
  return `${peers.join(', or ')}, ${ports}`;
}

export function describePeer(peer: Peer): string {
  if (peer.kind === 'unknown') return 'a peer that cannot be read';
  return peer.kind === 'cidr' ? describeBlock(peer) : describePods(peer);
}

/** `pods with app=web in every namespace`. */
export function describePods(peer: Pick<PodsPeer, 'podSelector' | 'namespaceSelector'>): string {
  const pods = peer.podSelector?.requirements.length
    ? `pods with \`${describeSelector(peer.podSelector)}\``
    : 'every pod';
  return `${pods} in ${describeNamespaces(peer.namespaceSelector)}`;
}

function describeNamespaces(selector: Selector | null): string {
  if (selector === null) return "the policy's own namespace";
  if (selector.requirements.length === 0) return '**every namespace**';
  const [only] = selector.requirements;
  if (selector.requirements.length === 1 && only?.key === NAME_LABEL && only.operator === 'In')
    return `namespace ${only.values.map((v) => `\`${v}\``).join(' or ')}`;
  return `namespaces with \`${describeSelector(selector)}\``;
}

function describeBlock(peer: CidrPeer): string {
  const cidr = peer.cidr?.cidr;
  if (!cidr) return 'addresses that cannot be read';
  const except = peer.excepts.map((e) => `\`${e.cidr?.canonical ?? '?'}\``);
  const without = except.length > 0 ? ` except ${except.join(', ')}` : '';
  if (cidr.prefix === 0) return `**every IPv${cidr.family} address** (\`${cidr.canonical}\`)${without}`;
  return `addresses in \`${cidr.canonical}\`${without}`;
}

/** `on TCP 443 and UDP 53`, or `on every port`. */
export function describePorts(ports: Ports): string {
  return ports.kind === 'unknown' ? 'on ports that cannot be read' : describePortSet(ports.set);
}

export function describePortSet(set: PortSet): string {
  return isEveryPort(set) ? 'on **every port** and protocol' : `on ${listOf(portNames(set), 8)}`;
}

function portNames(set: PortSet): string[] {
  const numbers = PROTOCOLS.flatMap((protocol) => {
    if (equals(set.numbers[protocol], ANY_PORT)) return [`every ${protocol} port`];
    return set.numbers[protocol].map(([from, to]) =>
      to === from + 1 ? `${protocol} ${from}` : `${protocol} ${from}–${to - 1}`,
    );
  });
  return [...numbers, ...[...set.names].map((name) => name.replace('/', ' port named '))];
}
