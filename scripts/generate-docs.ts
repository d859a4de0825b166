/**
 * Owns docs/rules/: a page for each rule and the index, made of the rules' metadata and of what they say of their examples.
 * Called by scripts/generate.ts.
 */
import type { Example } from '../server/src/core/rule.ts';
import { ruleIndex, rulePage, type Said } from '../server/src/report/rule-page.ts';
import { RULES } from '../server/src/rules/index.ts';
import { judge, unmark } from '../test/support/example.ts';

/** The pages: their path from the project's root, and what they must hold. */
export function docFiles(): Map<string, string> {
  const pages = RULES.map((rule) => {
    const said = (example: Example) => saidOf(rule.meta.id, example);
    return [`docs/rules/${rule.meta.id}.md`, rulePage(rule, said)] as const;
  });
  return new Map([['docs/rules/README.md', ruleIndex(RULES)], ...pages]);
}

function saidOf(ruleId: string, { yaml, config }: Example): Said {
  const found = judge(unmark(yaml).text, config).find((d) => d.rule.id === ruleId);
  const related = (found?.finding.related ?? []).map(({ at: { document, span }, message }) => ({
    text: document.text.slice(span.start, span.end).split('\n', 1)[0] ?? '',
    message,
  }));
  return { message: found?.message ?? '', related };
}
