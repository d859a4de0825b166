/**
 * Owns three-valued logic: true, false, and null for what the evidence does not decide.
 */

export type Verdict = boolean | null;

/** Whether all hold: false as soon as one does not, null when the rest is not certain. */
export function allOf(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict = true;
  for (const verdict of verdicts) {
    if (verdict === false) return false;
    if (verdict === null) result = null;
  }
  return result;
}

/** Whether any holds: true as soon as one does, null when one of the rest might. */
export function anyOf(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict = false;
  for (const verdict of verdicts) {
    if (verdict === true) return true;
    if (verdict === null) result = null;
  }
  return result;
}

/** Whether it does not hold; what is not decided stays so. */
export function not(verdict: Verdict): Verdict {
  return verdict === null ? null : !verdict;
}
