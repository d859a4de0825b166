/**
 * Owns the shape of a finding on its way through the driver: with the rule that made it, before its severity is decided; and
 * which of several at one place is the one to report.
 */
import type { Resource } from './resource.ts';
import type { Finding, RuleMeta } from './rule.ts';
import { isAtLeast, type Severity } from './severity.ts';

export interface Found {
  readonly meta: RuleMeta;
  readonly finding: Finding;
  readonly resource: Resource | null;
}

export const NONE: readonly Found[] = [];

/** What is found at one place for several worlds is one finding: that of the world in which it is gravest. */
export function gravestOf(
  found: readonly Found[],
  severityOf: (item: Found) => Severity | 'off',
): readonly Found[] {
  if (!found.some(({ resource }) => resource?.derived)) return found;
  const groups = Map.groupBy(
    found,
    ({ meta, finding: { at } }) => `${meta.id} ${at.span.start}-${at.span.end}`,
  );
  return [...groups.values()].flatMap((group) => {
    const first = group.find((a) => group.every((b) => isAtLeast(severityOf(a), severityOf(b))));
    return group.filter((item) => worldOf(item) === (first && worldOf(first)));
  });
}

function worldOf({ resource }: Found): string | undefined {
  return resource?.derived?.world;
}
