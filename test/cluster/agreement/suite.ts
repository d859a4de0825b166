/**
 * Owns the suite of policies on which our verdict and the API server's are compared, the record of what real servers said of
 * them, and what counts as naming the same field.
 */
import { createHash } from 'node:crypto';
import { randomFrom } from '../../support/random-yaml.ts';
import type { OurVerdict } from './ours.ts';
import { boundaryPolicies, randomPolicy } from './policies.ts';

/** Random policies of the suite, beside those of boundary values. */
const RANDOM = 600;

export interface Recorded {
  readonly accepted: boolean;
  readonly fields: readonly string[];
  readonly warnings?: readonly string[];
}

/** What the servers said of one policy; `lenient` is left out where it is the same. */
export interface Verdicts {
  readonly strict: Recorded;
  readonly lenient?: Recorded;
}

/** `test/fixtures/api-server/agreement.json`: by `keyOf` the policy's text. */
export interface AgreementRecord {
  readonly server: string;
  readonly verdicts: Readonly<Record<string, Verdicts>>;
}

/** The minor releases that the two servers stand for. */
export const STRICT_MINOR = 36;
export const LENIENT_MINOR = 35;

/** The texts of the suite, each once. */
export function suiteTexts(): string[] {
  const random = Array.from({ length: RANDOM }, (_, i) => randomPolicy(randomFrom(i + 1)));
  return [...new Set([...boundaryPolicies(), ...random])];
}

export function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

/** The fields the server names at which, or in which, we do not point. */
export function fieldsElsewhere(ours: OurVerdict, theirs: Recorded): string[] {
  // Errors of decoding come without indices.
  const isNamed = (own: string, field: string) =>
    isWithin(own, field) || isWithin(withoutIndices(own), field);
  return theirs.fields.filter((field) => !ours.fields.some((own) => isNamed(own, field)));
}

/**
 * Whether we point at every field the server names, as far as it is there. It names the map where one label is wrong, and a field
 * that is missing where we can only point at what it is missing from, or beside it.
 */
export function namesSameFields(ours: OurVerdict, theirs: Recorded): boolean {
  return fieldsElsewhere(ours, theirs).every((field) =>
    ours.fields.some((own) => isWithin(field, own) || isBeside(own, field)),
  );
}

export function withoutIndices(field: string): string {
  return field.replace(/\[\d+\]/g, '');
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** Two fields of one requirement of a selector: where one is missing or does not fit the other, either may be named. */
function isBeside(own: string, field: string): boolean {
  const parent = (path: string) => path.slice(0, path.lastIndexOf('.'));
  return parent(own) === parent(field) && parent(own).endsWith(']') && own.includes('.matchExpressions[');
}
