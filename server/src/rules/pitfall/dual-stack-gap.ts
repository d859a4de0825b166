/** Rule dual-stack-gap: a rule for every address of one IP family, in a cluster whose pods have the other one, too. */
import type { IpFamily, Platform } from '../../core/platform.ts';
import type { Edit, Finding, Rule } from '../../core/rule.ts';
import { appendItem } from '../../core/yaml/edit.ts';
import { asSeq } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { PolicyRule, Ports } from '../../engine/policy-rule.ts';
import { intersectPorts, isEmptyPortSet } from '../../engine/ports.ts';
import { canMatchTogether } from '../../engine/selector.ts';
import { PRIVATE_RANGES } from '../../engine/special-ranges.ts';
import { type Block, type World, worldsIn } from '../../engine/world.ts';
import { fixes } from '../validity/violations.ts';
import { DUAL_STACK_GAP_EXAMPLES } from './dual-stack-gap-examples.ts';

export const dualStackGap: Rule = {
  on: 'namespace',
  meta: {
    id: 'dual-stack-gap',
    family: 'pitfall',
    severity: 'info',
    sees: 'workspace',
    title: 'A rule for every address names one IP family, and pods have the other one, too.',
    why: `\`0.0.0.0/0\` is every IPv4 address and **no** IPv6 address; \`::/0\` is the reverse. Where pods have addresses of both families, a name resolves to both, and what tries IPv6 first waits until the connection times out, while the same works over IPv4. Clients that come over the family that is not named are turned away.

Add the twin, with the exceptions that it needs: private and metadata addresses have other ranges in IPv6. The rule speaks only where the config says which families pods have, in [\`platform\`](../configuration.md#platform): \`ipFamilies\`, or \`podCidrs\` of both.`,
    refs: [
      {
        title: 'Kubernetes: IPv4/IPv6 dual-stack',
        url: 'https://kubernetes.io/docs/concepts/services-networking/dual-stack/',
      },
      {
        title: 'Kubernetes API: IPBlock',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
    ],
    examples: DUAL_STACK_GAP_EXAMPLES,
  },
  *check(scope, { config: { platform } }): Iterable<Finding> {
    if (!platform.ipFamilies?.has('IPv6')) return;
    const policies = scope.policies.map(soundPolicyOf).filter((p) => p !== null);
    for (const policy of policies)
      for (const direction of DIRECTIONS) {
        if (policy.isolates[direction] !== true) continue;
        for (const world of worldsIn(rulesOf(policy, direction).rules)) {
          const gap = gapOf(world, platform);
          if (!gap || isClosed(policy, policies, direction, world, gap)) continue;
          yield finding(policy, direction, world, gap);
        }
      }
  },
};

/** What a world of one family lacks: the twin in the other one; or it is about no pod at all, since no pod has its family. */
interface Gap {
  readonly has: IpFamily;
  readonly lacks: IpFamily;
  readonly isVoid: boolean;
}

function gapOf({ blocks, extent }: World, { ipFamilies }: Platform): Gap | null {
  const [first] = blocks;
  if (!first || extent === 'wide' || !ipFamilies) return null;
  const [has, lacks] = first.cidr.family === 4 ? (['IPv4', 'IPv6'] as const) : (['IPv6', 'IPv4'] as const);
  return ipFamilies.has(lacks) ? { has, lacks, isVoid: !ipFamilies.has(has) } : null;
}

/** Whether any rule for the same pods and ports is about addresses of the family that is lacking: then it was thought of. */
function isClosed(
  policy: Policy,
  policies: readonly Policy[],
  direction: Direction,
  world: World,
  { lacks }: Gap,
): boolean {
  const own = policy.podSelector.selector;
  return policies.some((other) => {
    const { selector } = other.podSelector;
    if (other !== policy && own && selector && !canMatchTogether(own, selector)) return false;
    const { rules, unknown } = rulesOf(other, direction);
    if (other.isolates[direction] === false) return false;
    return (
      unknown ||
      rules.some(
        (rule) => isAbout(rule, lacks) && world.blocks.some((b) => sharePort(b.rule.ports, rule.ports)),
      )
    );
  });
}

function isAbout({ peers }: PolicyRule, family: IpFamily): boolean {
  if (peers.kind !== 'some') return true;
  const wanted = family === 'IPv4' ? 4 : 6;
  return peers.items.some((peer) => peer.kind === 'cidr' && (peer.cidr?.cidr?.family ?? wanted) === wanted);
}

function sharePort(a: Ports, b: Ports): boolean {
  if (a.kind === 'unknown' || b.kind === 'unknown') return true;
  return !isEmptyPortSet(intersectPorts(a.set, b.set));
}

function finding(policy: Policy, direction: Direction, world: World, gap: Gap): Finding {
  const { resource } = policy;
  const [first] = world.blocks as readonly [Block, ...Block[]];
  const twin = TWINS[gap.lacks];
  return {
    // The blocks are right as far as they go: what is missing is missing in their list.
    at: { document: resource.document, span: first.rule.peers.pair?.key.span ?? first.peer.node.span },
    resource,
    message: `${subject(world, gap)}, and ${gap.isVoid ? `pods have ${gap.lacks} addresses only, so this allows nothing` : `pods have both: ${EFFECT[direction](gap)}`}. Add \`${twin}\`, with the exceptions it needs.`,
    fixes: fixes(`Add the ${gap.lacks} twin ${twin}`, false, withTwin(policy, world, gap)),
  };
}

const TWINS: Readonly<Record<IpFamily, string>> = { IPv4: '0.0.0.0/0', IPv6: '::/0' };

const EFFECT: Readonly<Record<Direction, (gap: Gap) => string>> = {
  Ingress: ({ lacks }) => `clients that come over ${lacks} are turned away`,
  Egress: ({ lacks }) =>
    `connections over ${lacks} stay blocked, and what tries ${lacks} first waits in vain`,
};

function subject({ blocks, extent }: World, { has, lacks }: Gap): string {
  const names = blocks.map((block) => `\`${block.cidr.canonical}\``);
  const several = names.length > 2 ? `${names[0]} and ${names.length - 1} more blocks` : names.join(' and ');
  const which = extent === 'public' ? `public ${has}` : has;
  return `${several} ${names.length > 1 ? 'together are' : 'is'} every ${which} address and no ${lacks} address`;
}

/** The twin behind the blocks, without the private ranges where they leave those out too. */
function withTwin({ resource }: Policy, { blocks, extent }: World, { lacks }: Gap): Edit | null {
  const { rule, peer } = blocks[0] as Block;
  const list = rule.peers.kind === 'some' ? asSeq(rule.peers.pair.value) : null;
  const after = blocks.findLast((block) => block.rule === rule)?.peer ?? peer;
  if (!list?.items.includes(after.node)) return null;
  const cidr = TWINS[lacks];
  const leavesOut = extent === 'public' || blocks.some((block) => block.peer.excepts.length > 0);
  const except = PRIVATE_RANGES[lacks === 'IPv4' ? 4 : 6];
  return appendItem(
    resource.document,
    list,
    { ipBlock: leavesOut ? { cidr, except } : { cidr } },
    after.node,
  );
}
