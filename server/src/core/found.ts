/**
 * Owns the shape of a finding on its way through the driver: with the rule that made it, before its severity is decided.
 */
import type { Resource } from './resource.ts';
import type { Finding, RuleMeta } from './rule.ts';

export interface Found {
  readonly meta: RuleMeta;
  readonly finding: Finding;
  readonly resource: Resource | null;
}

export const NONE: readonly Found[] = [];
