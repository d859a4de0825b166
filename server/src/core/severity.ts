/**
 * Owns the four severities and their order. What deserves which is decided by the rules.
 */

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** The severities from the gravest to the mildest. */
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** Whether `a` is at least as grave as `b`; `off` is milder than everything. */
export function isAtLeast(a: Severity | 'off', b: Severity | 'off'): boolean {
  return rank(a) <= rank(b);
}

function rank(severity: Severity | 'off'): number {
  return severity === 'off' ? SEVERITIES.length : SEVERITIES.indexOf(severity);
}
