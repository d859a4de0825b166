/**
 * Owns which one of the four rules about suppressions speaks about a suppression, so that none is reported twice.
 */
import type { Fix, SuppressionState } from '../../core/rule.ts';
import type { Suppression } from '../../core/suppression.ts';
import { withoutSuppression } from '../../core/suppression-edit.ts';

/** What is wrong with a suppression, the most basic mistake first; null when it does its work. */
export function faultOf(
  { ruleId, reason }: Suppression,
  state: SuppressionState,
): 'unknown-rule' | 'not-allowed' | 'unused' | 'reason-missing' | null {
  if (!state.ruleIds.includes(ruleId)) return 'unknown-rule';
  if (state.refused) return 'not-allowed';
  if (state.judged && state.covers === 0) return 'unused';
  return reason === '' ? 'reason-missing' : null;
}

/** The fix that takes a suppression out. */
export function deletion(suppression: Suppression, safe: boolean): Fix[] {
  const edit = withoutSuppression(suppression);
  return edit ? [{ title: 'Delete the suppression', safe, edits: [edit] }] : [];
}
