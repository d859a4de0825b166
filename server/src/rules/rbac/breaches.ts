/**
 * Owns which dangers there are in what a contractor is granted, item by item, and how grave each is where it counts.
 */
import { isAtLeast, type Severity } from '../../core/severity.ts';
import { type AccessEntry, type AccessRule, verbsBy } from '../../engine/rbac/access-rule.ts';
import { DANGERS, type Danger } from './dangers.ts';
import type { ContractorGrant } from './grants.ts';

/** One danger that one item of a rule's `resources` brings. */
export interface Breach {
  readonly danger: Danger;
  /** The verbs that bring it, of those granted. */
  readonly verbs: readonly string[];
  readonly severity: Severity;
  /** Whether it depends on the release of Kubernetes: `old` where only older ones have it, `unknown` where none is given. */
  readonly release: 'any' | 'old' | 'unknown';
}

type Circumstances = Pick<ContractorGrant, 'reach' | 'podSecurity'>;

/** The dangers of `entry`, gravest ways first. `minor` is the release of the cluster, where the config says so. */
export function breachesBy(
  rule: AccessRule,
  entry: AccessEntry,
  at: Circumstances,
  minor: number | null,
): readonly Breach[] {
  const found = allBreaches(rule, entry, at, minor);
  // Whoever may make pods gives them their labels, too.
  const makesPods = found.some(({ danger }) => danger.resource === 'pods' && danger.rule === 'rbac-leave');
  return makesPods
    ? found.filter(({ danger }) => danger.resource !== 'pods' || danger.rule === 'rbac-leave')
    : found;
}

function allBreaches(
  rule: AccessRule,
  entry: AccessEntry,
  at: Circumstances,
  minor: number | null,
): readonly Breach[] {
  return DANGERS.flatMap((danger) => breach(danger, rule, entry, at, minor) ?? []);
}

function breach(
  danger: Danger,
  rule: AccessRule,
  entry: AccessEntry,
  { reach, podSecurity }: Circumstances,
  minor: number | null,
): Breach | null {
  if (danger.clusterOnly && reach !== 'cluster') return null;
  if (danger.podSecurity && podSecurity && reach === 'own') return null;
  if (rule.resourceNames && !rule.resourceNames.some((name) => danger.names?.has(name))) return null;
  const verbs = verbsBy(rule, entry, danger);
  if (verbs.length === 0) return null;
  const severity = reach === 'own' ? danger.own : 'error';
  const release = releaseOf(danger, verbs, minor);
  const most = release === 'any' ? 'error' : release === 'unknown' ? 'warning' : 'info';
  return { danger, verbs, release, severity: isAtLeast(severity, most) ? most : severity };
}

function releaseOf(
  { enoughBefore }: Danger,
  verbs: readonly string[],
  minor: number | null,
): Breach['release'] {
  if (!enoughBefore || verbs.some((verb) => verb !== enoughBefore.verb)) return 'any';
  if (minor === null) return 'unknown';
  return minor < enoughBefore.minor ? 'any' : 'old';
}

/** The gravest severity among breaches, of which there must be one. */
export function gravest(breaches: readonly Pick<Breach, 'severity'>[]): Severity {
  return breaches.map(({ severity }) => severity).reduce((a, b) => (isAtLeast(a, b) ? a : b));
}

const READ = ['get', 'list', 'watch'];

/** The verbs that an item of `resources` can keep without any danger; of a star, those that read. */
export function harmlessVerbs(
  rule: AccessRule,
  entry: AccessEntry,
  at: Circumstances,
  minor: number | null,
): readonly string[] {
  const written = rule.verbs.map(({ text }) => text);
  const candidates = written.includes('*') ? READ : written;
  const dangerous = new Set(allBreaches(rule, entry, at, minor).flatMap(({ verbs }) => verbs));
  return candidates.filter((verb) => !dangerous.has(verb));
}
