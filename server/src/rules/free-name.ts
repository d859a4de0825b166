/**
 * Owns finding a name for a policy that no policy of its namespace has: two objects of one name would be one object.
 */
import type { NamespaceScope } from '../core/workspace.ts';

/** `wanted`, or `wanted-2` and so on where that is taken. */
export function freeName({ policies }: NamespaceScope, wanted: string): string {
  const taken = new Set(policies.flatMap((p) => [p.name, p.derived?.from.name]));
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
  return name;
}
