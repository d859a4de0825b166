/** Rule suppression-unused: a suppression that suppresses nothing. */
import type { Rule } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';
import { deletion, faultOf } from './suppression-verdict.ts';

const DELETE = 'Delete the suppression';

function fromPods(item: string): string {
  return webPolicy(`
    policyTypes: [Ingress]
    ingress:
      ${item}
      - from:
          - podSelector: {}
  `);
}

export const suppressionUnused: Rule = {
  on: 'suppressions',
  meta: {
    id: 'suppression-unused',
    family: 'audit',
    severity: 'info',
    sees: 'workspace',
    title: 'A suppression suppresses nothing.',
    why: `The finding it was written for is gone, or it stands at the wrong line: a comment covers its own line or, on a line of its own, the line below; an annotation covers its object. A suppression that is left over would hide the same mistake the next time it is made.

Delete it, or move it to where the finding is. What cannot be judged, such as template text, is not reported.`,
    refs: [],
    examples: [
      {
        title: 'Nothing to suppress',
        yaml: fromPods('# netpol-guard: ignore[⟦allow-all-ingress⟧] the gateway'),
        message: 'suppresses nothing',
        fixes: [
          {
            title: DELETE,
            safe: true,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from:
                    - podSelector: {}
            `),
          },
        ],
      },
      {
        title: 'One of two',
        yaml: fromPods('- {} # netpol-guard: ignore[allow-all-ingress, ⟦world-cidr⟧] the gateway'),
        fixes: [
          {
            title: DELETE,
            safe: true,
            fixed: fromPods('- {} # netpol-guard: ignore[allow-all-ingress] the gateway'),
          },
        ],
      },
      {
        title: 'A suppression at work',
        yaml: fromPods('- {} # netpol-guard: ignore[allow-all-ingress] the gateway'),
      },
    ],
  },
  check: (suppression, state) => {
    if (faultOf(suppression, state) !== 'unused') return null;
    const where = suppression.by === 'comment' ? 'on the lines it covers' : 'in this object';
    return {
      at: suppression.at,
      message: `This suppresses nothing: ${suppression.ruleId} finds nothing ${where}. Delete it, so that it does not hide the next mistake, or move it to the finding it is meant for.`,
      fixes: deletion(suppression, true),
    };
  },
};
