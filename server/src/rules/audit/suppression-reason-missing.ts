/** Rule suppression-reason-missing: a suppression that does not say why. */
import type { Rule } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';
import { deletion, faultOf } from './suppression-verdict.ts';

function withComment(comment: string): string {
  return webPolicy(`
    policyTypes: [Ingress]
    ingress:
      ${comment}
      - {}
  `);
}

const WITHOUT = webPolicy(`
  policyTypes: [Ingress]
  ingress:
    - {}
`);

export const suppressionReasonMissing: Rule = {
  on: 'suppressions',
  meta: {
    id: 'suppression-reason-missing',
    family: 'audit',
    severity: 'warning',
    sees: 'document',
    title: 'A suppression gives no reason.',
    why: `A suppression is a decision that others have to be able to review: without a reason, nobody can tell in a year whether it still holds. Until it has one, it is **not in effect**, and the finding is reported as if it were not there.

Write the reason behind the bracket, or as the annotation's value: \`# netpol-guard: ignore[world-cidr] customers connect from anywhere\`.`,
    refs: [{ title: 'PCI DSS v4.0.1, 1.2.5 and 1.2.7: approved and reviewed network rules' }],
    examples: [
      {
        title: 'A comment without a reason',
        yaml: withComment('# netpol-guard: ignore[⟦allow-all-ingress⟧]'),
        message: 'not in effect',
        fixes: [{ title: 'Delete the suppression', safe: false, fixed: WITHOUT }],
      },
      {
        title: 'An annotation without a value',
        yaml: webPolicy(
          'policyTypes: [Ingress]\ningress:\n  - {}',
          `
            name: web
            namespace: shop
            annotations:
              ⟦netpol-guard/ignore.allow-all-ingress⟧: ""
              team: shop
          `,
        ),
        fixes: [
          {
            title: 'Delete the suppression',
            safe: false,
            fixed: webPolicy(
              'policyTypes: [Ingress]\ningress:\n  - {}',
              'name: web\nnamespace: shop\nannotations:\n  team: shop',
            ),
          },
        ],
      },
      {
        title: 'A reason',
        yaml: withComment('# netpol-guard: ignore[allow-all-ingress] a public web site'),
      },
    ],
  },
  check: (suppression, state) => {
    if (faultOf(suppression, state) !== 'reason-missing') return null;
    const where = suppression.by === 'comment' ? 'behind the bracket' : "as the annotation's value";
    return {
      at: suppression.at,
      message: `This suppression of ${suppression.ruleId} gives no reason, and is not in effect until it does. Write it ${where}, so that others can review it.`,
      fixes: deletion(suppression, false),
    };
  },
};
