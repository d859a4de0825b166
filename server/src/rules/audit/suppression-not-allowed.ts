/** Rule suppression-not-allowed: a suppression of what must not be suppressed there. */
import type { Rule, SuppressionState } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';
import { deletion, faultOf } from './suppression-verdict.ts';

const DELETE = 'Delete the suppression';

function openTo(namespace: string, comment: string): string {
  return webPolicy(
    `
      policyTypes: [Ingress]
      ingress:
        - {}${comment}
    `,
    `name: web\nnamespace: ${namespace}`,
  );
}

function withProtocol(comment: string): string {
  return webPolicy(`
    policyTypes: [Ingress]
    ingress:
      - from:
          - podSelector: {}
        ports:
          - protocol: tcp${comment}
  `);
}

export const suppressionNotAllowed: Rule = {
  on: 'suppressions',
  meta: {
    id: 'suppression-not-allowed',
    family: 'audit',
    severity: 'warning',
    sees: 'document',
    title: 'A suppression is not in effect, because the rule must not be suppressed there.',
    why: `Three kinds of findings cannot be suppressed. Those of the family **validity**: the API server rejects the object, whatever a comment says. Those in a **contractor's namespace**, unless the root config lists the rule under \`suppressions.allow\`: who writes a policy must not be the one who waives its review. And those about suppressions.

Correct what is found and delete the suppression, or have the owners of the root config allow it.`,
    refs: [{ title: 'NIST SP 800-53 r5, AC-5 Separation of Duties' }],
    examples: [
      {
        title: 'The API server does not read comments',
        yaml: withProtocol(' # netpol-guard: ignore[⟦port-protocol⟧] we like it'),
        message: 'the API server rejects',
        fixes: [{ title: DELETE, safe: false, fixed: withProtocol('') }],
      },
      {
        title: 'In a contractor namespace, what the root config does not allow',
        yaml: openTo('contractor-acme', ' # netpol-guard: ignore[⟦allow-all-ingress⟧] it is a gateway'),
        config: 'suppressions: { allow: [peer-and-or] }',
        message: 'suppressions.allow',
        fixes: [{ title: DELETE, safe: false, fixed: openTo('contractor-acme', '') }],
      },
      {
        title: 'In a contractor namespace, what the root config allows',
        yaml: openTo('contractor-acme', ' # netpol-guard: ignore[allow-all-ingress] it is a gateway'),
        config: 'suppressions: { allow: [allow-all-ingress] }',
      },
      {
        title: 'Elsewhere',
        yaml: openTo('shop', ' # netpol-guard: ignore[allow-all-ingress] it is a gateway'),
      },
    ],
  },
  check: (suppression, state) => {
    if (faultOf(suppression, state) !== 'not-allowed' || !state.refused) return null;
    return {
      at: suppression.at,
      message: `${suppression.ruleId} cannot be suppressed here: ${REASONS[state.refused]}`,
      fixes: deletion(suppression, false),
    };
  },
};

const REASONS: Record<NonNullable<SuppressionState['refused']>, string> = {
  validity:
    'the API server rejects the object, whatever a comment says. Correct it, and delete the suppression.',
  contractor:
    "this is a contractor's namespace, and the root config does not list the rule under `suppressions.allow`. Correct what it finds, or ask the owners of the config.",
  suppression: 'it is about suppressions themselves. Delete this one, and correct the one it is meant for.',
};
