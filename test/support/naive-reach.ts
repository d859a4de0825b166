/**
 * Owns the slowest way to tell whether a connection is allowed: Kubernetes objects as they are written, one pod, one port and
 * one rule at a time, in the words of the API reference. It shares nothing with the engine, which is checked against it.
 */

export type Protocol = 'TCP' | 'UDP' | 'SCTP';
type Labels = Readonly<Record<string, string>>;

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly ips: readonly string[];
  readonly hostNetwork: boolean;
  readonly done: boolean;
  readonly ports: readonly {
    readonly name?: string;
    readonly protocol: Protocol;
    readonly containerPort: number;
  }[];
}

export interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface PolicyPort {
  readonly protocol?: Protocol;
  readonly port?: number | string;
  readonly endPort?: number;
}

export interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly PolicyPort[];
}

export interface NetworkPolicy {
  readonly name: string;
  readonly namespace: string;
  readonly spec: {
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

export interface NamespacedPods {
  readonly namespaces?: LabelSelector;
  readonly pods?: { readonly namespaceSelector: LabelSelector; readonly podSelector: LabelSelector };
}

export interface TierRule {
  readonly action: 'Accept' | 'Deny' | 'Pass';
  readonly from?: readonly NamespacedPods[];
  readonly to?: readonly (NamespacedPods & { readonly networks?: readonly string[] })[];
  /** None: every port. A name stands for a port of any protocol. */
  readonly ports?: readonly (
    | { readonly protocol: Protocol; readonly start: number; readonly end: number }
    | { readonly name: string }
  )[];
}

export interface TieredPolicy {
  readonly name: string;
  readonly tier: 'Admin' | 'Baseline';
  readonly priority: number;
  readonly subject: NamespacedPods;
  readonly ingress: readonly TierRule[];
  readonly egress: readonly TierRule[];
}

export interface World {
  readonly namespaces: Readonly<Record<string, Labels>>;
  readonly pods: readonly Pod[];
  readonly policies: readonly NetworkPolicy[];
  readonly tiered: readonly TieredPolicy[];
}

/** A pod, or an address outside of the cluster. */
export type End = Pod | string;
type Verdict = boolean | null;

/** What a plugin does about pods in the node's network: it knows them, or sees only the node. */
type Plugin = 'knows-hosts' | 'sees-nodes';

/** Whether `from` may connect to a port of `to`; null where the documentation leaves it open. */
export function naive(world: World, from: End, to: End, protocol: Protocol, port: number): Verdict {
  const verdicts = (['knows-hosts', 'sees-nodes'] as const).map((plugin) => {
    const out = typeof from === 'string' ? true : side(world, plugin, 'egress', from, to, to, protocol, port);
    const into = typeof to === 'string' ? true : side(world, plugin, 'ingress', to, from, to, protocol, port);
    return out === false || into === false ? false : out === null || into === null ? null : true;
  });
  if (verdicts.every((v) => v === true)) return true;
  // Between a pod and its own node everything is allowed, and the other end may be on it, or be it.
  const withNode = [from, to].some((end) => typeof end !== 'string' && end.hostNetwork);
  if (withNode) return null;
  return verdicts.every((v) => v === false) ? false : null;
}

function side(
  world: World,
  plugin: Plugin,
  direction: 'ingress' | 'egress',
  pod: Pod,
  other: End,
  destination: End,
  protocol: Protocol,
  port: number,
): Verdict {
  const selected = (tier: string) =>
    world.tiered.filter(
      (policy) => policy.tier === tier && !pod.hostNetwork && isAmong(world, policy.subject, pod),
    );
  const matches = (rule: TierRule) =>
    (rule.from ?? rule.to ?? []).some((peer) => matchesTierPeer(world, peer, other)) &&
    (rule.ports === undefined ||
      rule.ports.some((item) => matchesTierPort(item, destination, protocol, port)));
  const decide = (policies: readonly TieredPolicy[], next: () => Verdict): Verdict => {
    for (const policy of policies)
      for (const rule of policy[direction])
        if (matches(rule)) return rule.action === 'Pass' ? next() : rule.action === 'Accept';
    return next();
  };
  const anyOrder = (tier: string, next: () => Verdict): Verdict => {
    const verdicts = orders(selected(tier)).map((order) => decide(order, next));
    return verdicts.every((v) => v === verdicts[0]) ? (verdicts[0] ?? null) : null;
  };
  const policies = () => {
    const ours = world.policies.filter(
      (policy) =>
        !(pod.hostNetwork && plugin === 'sees-nodes') &&
        policy.namespace === pod.namespace &&
        typesOf(policy).includes(direction) &&
        matchesLabels(policy.spec.podSelector ?? {}, pod.labels),
    );
    if (ours.length === 0) return anyOrder('Baseline', () => true);
    return ours.some(({ namespace, spec }) =>
      (spec[direction] ?? []).some((rule) => {
        const peers = rule.from ?? rule.to ?? [];
        const ports = rule.ports ?? [];
        return (
          (peers.length === 0 || peers.some((peer) => matchesPeer(world, plugin, peer, namespace, other))) &&
          (ports.length === 0 || ports.some((item) => matchesPort(item, destination, protocol, port)))
        );
      }),
    );
  };
  return anyOrder('Admin', policies);
}

/** The policies by priority, in every order of those with the same one. */
function orders(policies: readonly TieredPolicy[]): TieredPolicy[][] {
  if (policies.length === 0) return [[]];
  const first = Math.min(...policies.map(({ priority }) => priority));
  return policies
    .filter(({ priority }) => priority === first)
    .flatMap((policy) => orders(policies.filter((p) => p !== policy)).map((rest) => [policy, ...rest]));
}

function typesOf({ spec }: NetworkPolicy): string[] {
  if (spec.policyTypes && spec.policyTypes.length > 0) return spec.policyTypes.map((t) => t.toLowerCase());
  return spec.egress && spec.egress.length > 0 ? ['ingress', 'egress'] : ['ingress'];
}

function matchesLabels(selector: LabelSelector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    if (labels[key] !== value) return false;
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const value = labels[key];
    if (operator === 'In' && !(value !== undefined && values.includes(value))) return false;
    if (operator === 'NotIn' && value !== undefined && values.includes(value)) return false;
    if (operator === 'Exists' && value === undefined) return false;
    if (operator === 'DoesNotExist' && value !== undefined) return false;
  }
  return true;
}

function labelsOf(world: World, namespace: string): Labels {
  return { ...world.namespaces[namespace], 'kubernetes.io/metadata.name': namespace };
}

function isAmong(world: World, { namespaces, pods }: NamespacedPods, pod: Pod): boolean {
  const labels = labelsOf(world, pod.namespace);
  if (namespaces) return matchesLabels(namespaces, labels);
  if (!pods) return false;
  return matchesLabels(pods.namespaceSelector, labels) && matchesLabels(pods.podSelector, pod.labels);
}

function matchesTierPeer(
  world: World,
  peer: NamespacedPods & { readonly networks?: readonly string[] },
  other: End,
): boolean {
  if (peer.networks) return peer.networks.some((cidr) => addressesOf(other).some((ip) => isInside(ip, cidr)));
  return typeof other !== 'string' && !other.hostNetwork && isAmong(world, peer, other);
}

function matchesPeer(world: World, plugin: Plugin, peer: Peer, own: string, other: End): boolean {
  const { ipBlock, podSelector, namespaceSelector } = peer;
  if (ipBlock)
    return addressesOf(other).some(
      (ip) => isInside(ip, ipBlock.cidr) && !(ipBlock.except ?? []).some((cidr) => isInside(ip, cidr)),
    );
  if (typeof other === 'string' || (other.hostNetwork && plugin === 'sees-nodes')) return false;
  const inNamespace = namespaceSelector
    ? matchesLabels(namespaceSelector, labelsOf(world, other.namespace))
    : other.namespace === own;
  return inNamespace && matchesLabels(podSelector ?? {}, other.labels);
}

function matchesPort(item: PolicyPort, destination: End, protocol: Protocol, port: number): boolean {
  if ((item.protocol ?? 'TCP') !== protocol) return false;
  if (item.port === undefined) return true;
  if (typeof item.port === 'string') return hasNamed(destination, item.port, protocol, port);
  return item.endPort === undefined ? port === item.port : item.port <= port && port <= item.endPort;
}

type TierPort = NonNullable<TierRule['ports']>[number];

function matchesTierPort(item: TierPort, destination: End, protocol: Protocol, port: number): boolean {
  if ('name' in item) return hasNamed(destination, item.name, protocol, port);
  return item.protocol === protocol && item.start <= port && port <= item.end;
}

function hasNamed(destination: End, name: string, protocol: Protocol, port: number): boolean {
  if (typeof destination === 'string') return false;
  return destination.ports.some(
    (p) => p.name === name && p.protocol === protocol && p.containerPort === port,
  );
}

function addressesOf(end: End): readonly string[] {
  return typeof end === 'string' ? [end] : end.ips;
}

const inside = new Map<string, boolean>();

/** Whether an address is in a block: the same first bits, written out. */
function isInside(ip: string, cidr: string): boolean {
  const key = `${ip} ${cidr}`;
  const known = inside.get(key);
  if (known !== undefined) return known;
  const [network = '', length = ''] = cidr.split('/');
  const sameFamily = ip.includes(':') === network.includes(':');
  const result =
    sameFamily && bitsOf(ip).slice(0, Number(length)) === bitsOf(network).slice(0, Number(length));
  inside.set(key, result);
  return result;
}

function bitsOf(ip: string): string {
  if (!ip.includes(':'))
    return ip
      .split('.')
      .map((octet) => Number(octet).toString(2).padStart(8, '0'))
      .join('');
  const [head = '', tail] = ip.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = Array(8 - before.length - after.length).fill('0');
  return [...before, ...(tail === undefined ? [] : gap), ...after]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}
