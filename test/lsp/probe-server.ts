// The real server with rules of our own beside the real ones, for what no real rule does: throw, work long, collide.
import { nameNode } from '../../server/src/core/resource.ts';
import type { Finding, Rule, RuleMeta } from '../../server/src/core/rule.ts';
import { serve } from '../../server/src/lsp/stdio.ts';
import { RULES } from '../../server/src/rules/index.ts';

function meta(id: string): RuleMeta {
  const title = `The rule ${id}.`;
  return {
    id,
    family: 'pitfall',
    severity: 'info',
    sees: 'document',
    title,
    why: title,
    refs: [],
    examples: [],
  };
}

/** Finds every policy's name. */
function onNames(id: string, more: (name: string, finding: Finding) => Partial<Finding>): Rule {
  return {
    on: 'policy',
    meta: meta(id),
    check: (policy) => {
      const at = { document: policy.document, span: nameNode(policy).span };
      const finding = { at, message: `${id} was here.` };
      return [{ ...finding, ...more(policy.name ?? '', finding) }];
    },
  };
}

const throws = onNames('probe-throws', (name) => {
  if (name.startsWith('bad')) throw new Error('This rule is broken.');
  return {};
});

const throwsOnNamespaces: Rule = {
  on: 'namespace',
  meta: { ...meta('probe-throws-on-namespaces'), sees: 'workspace' },
  check: () => {
    throw new Error('So is this one.');
  },
};

/** Two rules with safe fixes for the same text. */
const renames = ['probe-rename-a', 'probe-rename-b'].map((id) =>
  onNames(id, (name, { at }) => ({
    fixes: name.startsWith('rename')
      ? [{ title: `Rename by ${id}`, safe: true, edits: [{ at, text: id }] }]
      : [],
  })),
);

serve([...RULES, throws, throwsOnNamespaces, ...renames]);
