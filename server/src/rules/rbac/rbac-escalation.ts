/** Rule rbac-escalation: a contractor may become somebody else, or grant themselves more than they have. */
import type { Rule } from '../../core/rule.ts';
import { ESCALATION_EXAMPLES } from './rbac-escalation-examples.ts';
import { roleFindings } from './role-findings.ts';

export const rbacEscalation: Rule = {
  on: 'namespace',
  meta: {
    id: 'rbac-escalation',
    family: 'rbac',
    severity: 'error',
    sees: 'workspace',
    title: 'A contractor may become somebody who can undo the boundary.',
    why: `What a contractor may do is bounded by who they are. \`impersonate\`, \`serviceaccounts/token\`, Secrets, \`bind\` and \`escalate\`, new bindings, approval of certificates, and admission webhooks each lead to another identity, or switch off what checks this one. The next step is a NetworkPolicy that allows everything, written by somebody who may.

Take these out of what contractors are given. In a namespace of their own, tokens, bindings and impersonation of its ServiceAccounts are warnings, and reading its Secrets is an information.`,
    refs: [
      {
        title: 'Kubernetes: RBAC good practices, privilege escalation risks',
        url: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks',
      },
      {
        title:
          'CIS Kubernetes Benchmark 5.1.2, 5.1.8 and 5.1.11 to 5.1.13: Secrets, bind, impersonate and escalate, approvals, webhooks, tokens',
      },
    ],
    examples: ESCALATION_EXAMPLES,
  },
  check: (scope, context) =>
    roleFindings('rbac-escalation', 'What another identity may do, policies do not hold.', scope, context),
};
