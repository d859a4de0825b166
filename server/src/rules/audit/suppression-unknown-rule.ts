/** Rule suppression-unknown-rule: a suppression names a rule that does not exist. */
import type { Rule } from '../../core/rule.ts';
import { nearestName } from '../../core/spelling.ts';
import { IGNORE_ANNOTATION } from '../../core/suppression.ts';
import { replace } from '../../core/yaml/edit.ts';
import { webPolicy } from '../example-yaml.ts';
import { deletion, faultOf } from './suppression-verdict.ts';

const DELETE = 'Delete the suppression';

function withRule(key: string): string {
  return webPolicy(`
    policyTypes: [Ingress]
    ingress:
      - {} # netpol-guard: ignore[${key}] the gateway of the shop
  `);
}

export const suppressionUnknownRule: Rule = {
  on: 'suppressions',
  meta: {
    id: 'suppression-unknown-rule',
    family: 'audit',
    severity: 'warning',
    sees: 'document',
    title: 'A suppression names a rule that does not exist.',
    why: `A suppression with a misspelt rule id suppresses nothing, and whoever reads it believes otherwise.

Correct the id, or delete the suppression. \`netpol-guard rules\` lists the ids.`,
    refs: [],
    examples: [
      {
        title: 'A misspelt id',
        yaml: withRule('⟦alow-all-ingress⟧'),
        message: '"allow-all-ingress"',
        fixes: [
          { title: 'Change it to allow-all-ingress', safe: false, fixed: withRule('allow-all-ingress') },
          {
            title: DELETE,
            safe: false,
            fixed: withRule('').replace(/ # netpol.*/, ''),
          },
        ],
      },
      {
        title: 'An annotation with an id that is like no other',
        yaml: webPolicy(
          'policyTypes: [Ingress]',
          `
            name: web
            namespace: shop
            annotations:
              ⟦netpol-guard/ignore.everything⟧: it works
          `,
        ),
        fixes: [{ title: DELETE, safe: false, fixed: webPolicy('policyTypes: [Ingress]') }],
      },
      { title: 'The id of a rule', yaml: withRule('allow-all-ingress') },
    ],
  },
  check: (suppression, state) => {
    if (faultOf(suppression, state) !== 'unknown-rule') return null;
    const { at, by, ruleId } = suppression;
    const near = nearestName(ruleId, state.ruleIds);
    const key = near !== null && by === 'annotation' ? IGNORE_ANNOTATION + near : near;
    const edit = key === null ? null : replace(at.document, at.span, key);
    return {
      at,
      message: `There is no rule "${ruleId}", so this suppresses nothing.${near === null ? ' List the rules with: netpol-guard rules' : ` Did you mean "${near}"?`}`,
      fixes: [
        ...(edit ? [{ title: `Change it to ${near}`, safe: false, edits: [edit] }] : []),
        ...deletion(suppression, false),
      ],
    };
  },
};
