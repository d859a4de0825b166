/**
 * Owns docs/rules/: a page for each rule and the index, made of the rules' metadata. Called by scripts/generate.ts.
 */
import { ruleIndex, rulePage } from '../server/src/report/rule-page.ts';
import { RULES } from '../server/src/rules/index.ts';

/** The pages: their path from the project's root, and what they must hold. */
export function docFiles(): Map<string, string> {
  const pages = RULES.map((rule) => [`docs/rules/${rule.meta.id}.md`, rulePage(rule)] as const);
  return new Map([['docs/rules/README.md', ruleIndex(RULES)], ...pages]);
}
