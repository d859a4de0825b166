/**
 * Owns the words for why a connection is allowed or not: for each end what its policies say, each line with the place that it is
 * about. Which format the lines end up in is decided elsewhere.
 */
import type { Place } from '../core/document.ts';
import { nameNode, type Resource } from '../core/resource.ts';
import { asSeq, get } from '../core/yaml/nodes.ts';
import type { Direction } from '../engine/direction.ts';
import { rulesOf } from '../engine/policy.ts';
import type { Explanation, RuleStep, SideExplanation, TierStep } from '../engine/reach/explain.ts';
import type { PolicyFacts, TieredPolicyFacts } from '../engine/reach/facts.ts';
import type { Verdict } from '../engine/verdict.ts';

export type VerdictWord = 'allowed' | 'denied' | 'unknown';

/** A sentence, or a part of one, and what it is about. */
export interface PlacedLine {
  readonly text: string;
  /** Null for a policy that has no text, and where there is no policy. */
  readonly at: Place | null;
}

export interface SideWords {
  readonly direction: Direction;
  /** The end whose policies these are. */
  readonly end: string;
  readonly verdict: VerdictWord;
  /** What decides it, in the order in which it counts. */
  readonly lines: readonly PlacedLine[];
  readonly doubts: readonly string[];
}

export interface ExplanationWords {
  readonly verdict: VerdictWord;
  /** Egress of the source, then ingress of the destination; an address outside has neither. */
  readonly sides: readonly SideWords[];
  /** What the answer rests on. */
  readonly notes: readonly string[];
}

export function verdictWord(verdict: Verdict): VerdictWord {
  return verdict === null ? 'unknown' : verdict ? 'allowed' : 'denied';
}

/** `from` and `to` are what the ends are called. */
export function explanationWords(
  { verdict, egress, ingress, dependsOnPlugin }: Explanation,
  from: string,
  to: string,
): ExplanationWords {
  const sides = [egress && sideWords(egress, from), ingress && sideWords(ingress, to)];
  return {
    verdict: verdictWord(verdict),
    sides: sides.filter((side) => side !== null),
    notes: dependsOnPlugin
      ? ['It depends on the network plugin: some let an ipBlock match the addresses of pods, some do not.']
      : [],
  };
}

/** What decides the verdict, without what only goes along with it: the rules that allow, or what denies. */
export function decisive({ verdict, sides }: ExplanationWords): readonly PlacedLine[] {
  if (verdict === 'unknown') return [];
  return sides.filter((side) => side.verdict === verdict).flatMap(({ lines }) => lines);
}

function sideWords(side: SideExplanation, end: string): SideWords {
  const { direction, verdict, doubts } = side;
  return { direction, end, verdict: verdictWord(verdict), lines: linesOf(side, end), doubts };
}

function linesOf(side: SideExplanation, end: string): PlacedLine[] {
  const { direction, verdict, admin, isolatedBy, allowedBy, baseline } = side;
  const lines = admin.map((step) => tierLine(step, direction));
  const decided = admin.some(({ matches, action }) => matches === true && action !== 'Pass');
  if (decided) return lines;
  const sureRules = allowedBy.filter(({ matches }) => matches === true);
  if (verdict === true && sureRules.length > 0)
    return [...lines, ...sureRules.map((step) => ruleLine(step, direction))];
  // Where a rule may allow it, the question is that rule, and not that the pods are isolated.
  const doubted = verdict === null && allowedBy.length > 0;
  for (const { policy, isSure } of isolatedBy.filter((by) => !(doubted && by.isSure)))
    lines.push({
      text: `${nameOfPolicy(policy)} ${isSure ? 'isolates' : 'may isolate'} its ${direction.toLowerCase()}`,
      at: placeOfPolicy(policy),
    });
  lines.push(...allowedBy.map((step) => ruleLine(step, direction)));
  const isIsolated = isolatedBy.some(({ isSure }) => isSure);
  if (verdict === false && isIsolated)
    lines.push({ text: `none of ${isolatedBy.length === 1 ? 'its' : 'their'} rules allows it`, at: null });
  if (isIsolated) return lines;
  lines.push(...baseline.map((step) => tierLine(step, direction)));
  if (isolatedBy.length === 0 && baseline.length === 0)
    lines.push({ text: `no policy isolates the ${direction.toLowerCase()} of ${end}`, at: null });
  return lines;
}

function ruleLine({ policy, rule, peer, matches }: RuleStep, direction: Direction): PlacedLine {
  const which = `${direction.toLowerCase()} rule ${rule + 1}${peer === null ? '' : `, peer ${peer + 1},`}`;
  return {
    text: `${which} of ${nameOfPolicy(policy)} ${matches === true ? 'allows' : 'may allow'} it`,
    at: placeOfRule(policy, direction, rule, peer),
  };
}

const DEEDS = { Accept: 'accepts', Deny: 'denies', Pass: 'passes on' };

function tierLine({ policy, rule, action, matches }: TierStep, direction: Direction): PlacedLine {
  const does = action === null ? 'decides on' : DEEDS[action];
  const verb = matches === true ? does : `may be the one that ${does}`;
  return {
    text: `${direction.toLowerCase()} rule ${rule + 1} of ${nameOfPolicy(policy)} ${verb} it`,
    at: placeOfTieredRule(policy, direction, rule),
  };
}

/** `NetworkPolicy shop/web`. */
export function nameOfPolicy(policy: PolicyFacts | TieredPolicyFacts): string {
  return 'namespace' in policy
    ? `NetworkPolicy ${policy.namespace}/${policy.name}`
    : `${policy.kind} ${policy.name}`;
}

/** Where a policy is named; null for one without a text. */
export function placeOfPolicy({ origin }: PolicyFacts | TieredPolicyFacts): Place | null {
  if (!origin) return null;
  return placeOfName('resource' in origin ? origin.resource : origin);
}

function placeOfName(resource: Resource): Place {
  return { document: resource.document, span: nameNode(resource).span };
}

/** A rule, or a peer of it; null for a policy without a text. */
export function placeOfRule(
  { origin }: PolicyFacts,
  direction: Direction,
  rule: number,
  peer: number | null,
): Place | null {
  if (!origin) return null;
  const found = rulesOf(origin, direction).rules[rule];
  const peers = found?.peers.kind === 'some' ? found.peers.items : [];
  const node = (peer === null ? undefined : peers[peer]?.node) ?? found?.node;
  return node ? { document: origin.resource.document, span: node.span } : placeOfName(origin.resource);
}

/** A rule of a tiered policy; null for one without a text. */
export function placeOfTieredRule(
  policy: TieredPolicyFacts,
  direction: Direction,
  rule: number,
): Place | null {
  const { origin } = policy;
  if (!origin) return null;
  const list = asSeq(get(get(origin.root, 'spec'), direction.toLowerCase()));
  const node = list?.items[rule];
  return node ? { document: origin.document, span: node.span } : placeOfPolicy(policy);
}
