/**
 * Owns what is said about a wrong config file beyond what any file of ours could have wrong: its patterns, its ranges and its
 * rules' ids.
 */
import schema from '../../../schemas/config.schema.json' with { type: 'json' };
import { readCidr } from './ip-notation.ts';
import type { Violation } from './schema/violation.ts';
import type { FileWords, KeySchema } from './schema/words.ts';
import { nearestName } from './spelling.ts';

export const CONFIG_WORDS: FileWords = { schema: schema as KeySchema, whole: 'a config', pattern };

function pattern(where: string, { node }: Violation): string {
  if (where === 'kubernetes') return 'kubernetes must be a minor release in quotes, such as "1.36".';
  if (where.startsWith('requiredLabels'))
    return `${where} must be the key of a label, such as netpol-guard/owner.`;
  if (where.endsWith('.ticket')) return `${where} must name the approval, without spaces: SEC-1412.`;
  return node.kind === 'scalar' && node.text.startsWith('!')
    ? `${where} must not start with "!": ignore only leaves files out. List what is to be left out instead.`
    : `${where} must not be empty.`;
}

/** What is said of a text where a range of addresses belongs; null when it is one. */
export function rangeProblem(where: string, text: string): string | null {
  const range = readCidr(text);
  if (!range) return `${where} must be a range of addresses such as 10.244.0.0/16 or fd00:10:244::/56.`;
  return range.irregularity === null ? null : `${where} must be a whole network: write ${range.canonical}.`;
}

/** What is said of a rule id that no rule has. */
export function unknownRuleMessage(id: string, known: Iterable<string>): string {
  const near = nearestName(id, known);
  return `There is no rule "${id}". ${near === null ? 'List them with: netpol-guard rules' : `Did you mean "${near}"?`}`;
}
