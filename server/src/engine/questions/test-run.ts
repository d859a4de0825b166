/**
 * Owns running a file of policy tests in the worlds of a workspace: which worlds an assertion is about, and what becomes of it
 * there. How results are put into words is decided elsewhere.
 */

import { resolve } from '../../core/kustomize/uri.ts';
import type { Assertion, PolicyTest, PolicyTestFile } from '../../core/policy-test.ts';
import { judgeAssertion, type Outcome } from './assertion.ts';
import type { ReachWorld } from './worlds.ts';

/** What becomes of an assertion in one world. */
export interface WorldOutcome {
  readonly world: ReachWorld;
  readonly outcome: Outcome;
}

export interface AssertionResult {
  readonly assertion: Assertion;
  /** The worlds in which it does not hold; empty where it holds in all that it is about. */
  readonly broken: readonly WorldOutcome[];
}

/** `error`: an assertion is about nothing. `unknown`: none is surely broken, and one may be. */
export type TestStatus = 'passed' | 'failed' | 'unknown' | 'error';

export interface TestResult {
  readonly test: PolicyTest;
  readonly status: TestStatus;
  readonly assertions: readonly AssertionResult[];
}

/** The worlds that a file names; all of them where it names none. Empty when there is no such kustomization. */
export function worldsFor(
  { document, world }: PolicyTestFile,
  worlds: readonly ReachWorld[],
): readonly ReachWorld[] {
  if (world === null) return worlds;
  const folder = resolve(document.uri.slice(0, document.uri.lastIndexOf('/') + 1), world.path);
  return worlds.filter(({ key }) => key !== '' && key.slice(0, key.lastIndexOf('/')) === folder);
}

/** Runs a test. `worlds` are those that its file is about; none of them is empty-handed. */
export function runTest(test: PolicyTest, worlds: readonly ReachWorld[]): TestResult {
  const assertions = test.assertions.map((assertion) => ({ assertion, broken: brokenIn(assertion, worlds) }));
  return { test, status: statusOf(assertions), assertions };
}

/** An assertion is about the worlds that have both of its ends; where none has, the first is to say what is missing. */
function brokenIn(assertion: Assertion, worlds: readonly ReachWorld[]): WorldOutcome[] {
  const outcomes = worlds.map((world) => ({ world, outcome: judgeAssertion(world.reach, assertion) }));
  const about = outcomes.filter(({ outcome }) => outcome.kind !== 'nothing');
  return about.length === 0 ? outcomes.slice(0, 1) : about.filter(({ outcome }) => outcome.kind !== 'holds');
}

function statusOf(assertions: readonly AssertionResult[]): TestStatus {
  const kinds = new Set(assertions.flatMap(({ broken }) => broken.map(({ outcome }) => outcome.kind)));
  if (kinds.has('failed')) return 'failed';
  if (kinds.has('nothing')) return 'error';
  return kinds.has('unknown') ? 'unknown' : 'passed';
}
