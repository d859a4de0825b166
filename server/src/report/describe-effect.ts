/**
 * Owns saying in plain English what several policies come to for the same pods, and what one of them adds.
 */
import { DIRECTIONS, type Direction } from '../engine/direction.ts';
import { type Effect, effectOf, type Grant, isEverything } from '../engine/effect.ts';
import { type Policy, rulesOf } from '../engine/policy.ts';
import type { Selection } from '../engine/selected.ts';
import { describePeer, describePortSet, describeRule } from './describe-policy.ts';

const WORDS = {
  Ingress: { title: 'Incoming', peers: 'from', allows: 'lets in', denies: 'lets nothing in' },
  Egress: { title: 'Outgoing', peers: 'to', allows: 'lets out', denies: 'lets nothing out' },
} as const;

/** What a policy does by itself, in half a sentence: `lets in connections from pods with app=web, on TCP 80`. */
export function describeAddition(policy: Policy): string {
  const parts = DIRECTIONS.filter((direction) => policy.isolates[direction] !== false).map((direction) =>
    policy.isolates[direction] === null
      ? `may let ${direction === 'Ingress' ? 'in' : 'out'} more: it cannot be read in full`
      : addition(policy, direction),
  );
  const { Ingress, Egress } = WORDS;
  if (parts.length === 2 && parts[0] === Ingress.denies && parts[1] === Egress.denies)
    return 'lets nothing in or out';
  return parts.length === 0 ? 'restricts nothing' : parts.join('; it ');
}

const FEW = 2;

function addition(policy: Policy, direction: Direction): string {
  const { allows, denies } = WORDS[direction];
  const { rules, unknown } = rulesOf(policy, direction);
  if (rules.length === 0) return unknown ? `${allows} what cannot be read` : denies;
  const said = rules.slice(0, FEW).map(describeRule);
  const more = rules.length - FEW;
  if (more > 0) said.push(more === 1 ? 'and by one more rule' : `and by ${more} more rules`);
  return `${allows} connections ${said.join('; ')}`;
}

/** What policies allow together, a line for each direction, in Markdown. */
export function describeTogether(policies: Selection<Policy>): string[] {
  return DIRECTIONS.map((direction) => {
    const effect = effectOf(policies, direction);
    return `**${WORDS[direction].title}**: ${describeEffect(effect, direction)}`;
  });
}

const MOST = 4;

function describeEffect({ isolated, grants, maybeMore }: Effect, direction: Direction): string {
  if (isolated === false) return 'not restricted by any of them.';
  const doubt = isolated === null ? 'it cannot be told whether it is restricted; where it is, ' : '';
  if (grants.some(isEverything)) return '**everything** is allowed.';
  if (grants.length === 0)
    return `${doubt}nothing is ${maybeMore ? 'surely allowed; perhaps something is, for not all of it can be read' : 'allowed'}.`;
  const also = maybeMore ? ', and perhaps more: not all of it can be read' : '';
  const said = grants.slice(0, MOST).map((grant) => describeGrant(grant, direction));
  if (grants.length > MOST) said.push(`and more, on ${grants.length - MOST} other sets of ports`);
  return `${doubt}only ${said.join('; ')}${also}.`;
}

function describeGrant({ peers, ports }: Grant, direction: Direction): string {
  const { peers: word } = WORDS[direction];
  const on = describePortSet(ports);
  if (peers === null) return `${word} **anywhere**, ${on}`;
  const said = peers.slice(0, MOST).map((peer) => `${word} ${describePeer(peer)}`);
  if (peers.length > MOST) said.push(`${word} ${peers.length - MOST} other peers`);
  return `${said.join(', or ')}, ${on}`;
}
