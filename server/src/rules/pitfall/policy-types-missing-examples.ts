/** Owns the examples of rule policy-types-missing. */
import type { Example } from '../../core/rule.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';

const DENY_ALL = 'Deny egress as well: [Ingress, Egress]';
const WRITE_OUT_INGRESS = 'Write out what the API server fills in: [Ingress]';

export const POLICY_TYPES_MISSING_EXAMPLES: readonly Example[] = [
  {
    title: 'Ingress alone',
    yaml: webPolicy(`
      ingress:
        - from:
            - podSelector: {}
    `).replace('spec:', '⟦spec⟧:'),
    severity: 'hint',
    message: '`[Ingress]`',
    fixes: [
      {
        title: WRITE_OUT_INGRESS,
        safe: true,
        fixed: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                - podSelector: {}
        `),
      },
    ],
  },
  {
    title: 'Egress rules alone, which deny all ingress too; the list is there, but empty',
    yaml: policyYaml(`
      ⟦policyTypes⟧: []
      egress:
        - to:
            - ipBlock:
                cidr: 203.0.113.0/24
    `),
    severity: 'hint',
    message: 'denies all ingress',
    fixes: [
      {
        title: 'Write out what the API server fills in: [Ingress, Egress]',
        safe: true,
        fixed: policyYaml(`
          policyTypes:
            - Ingress
            - Egress
          egress:
            - to:
                - ipBlock:
                    cidr: 203.0.113.0/24
        `),
      },
    ],
  },
  {
    title: '`egress: []`, which looks like a denial',
    yaml: policyYaml(`
      podSelector: {}
      ingress: []
      ⟦egress⟧: []
    `),
    severity: 'warning',
    message: '`egress: []` denies nothing here',
    fixes: [
      {
        title: DENY_ALL,
        safe: false,
        fixed: policyYaml(`
          podSelector: {}
          policyTypes:
            - Ingress
            - Egress
          ingress: []
          egress: []
        `),
      },
      {
        title: WRITE_OUT_INGRESS,
        safe: false,
        leaves: ['inert-rules'],
        fixed: policyYaml(`
          podSelector: {}
          policyTypes:
            - Ingress
          ingress: []
          egress: []
        `),
      },
    ],
  },
  {
    title: 'A name that promises to deny egress',
    yaml: policyYaml('podSelector: {}', 'name: default-deny-egress\nnamespace: shop').replace(
      'spec:',
      '⟦spec⟧:',
    ),
    severity: 'warning',
    message: "The policy's name says that egress is denied",
    fixes: [
      {
        title: DENY_ALL,
        safe: false,
        fixed: policyYaml(
          'podSelector: {}\npolicyTypes:\n  - Ingress\n  - Egress',
          'name: default-deny-egress\nnamespace: shop',
        ),
      },
      {
        title: WRITE_OUT_INGRESS,
        safe: false,
        leaves: ['default-deny-not-deny'],
        fixed: policyYaml(
          'podSelector: {}\npolicyTypes:\n  - Ingress',
          'name: default-deny-egress\nnamespace: shop',
        ),
      },
    ],
  },
  {
    title: 'A comment that promises to deny egress',
    yaml: `# Blocks all outbound traffic.\n${policyYaml('{}', 'name: batch').replace('spec:\n  {}', '⟦spec⟧: {}')}`,
    severity: 'warning',
    message: 'A comment says that egress is denied',
    fixes: [
      {
        title: DENY_ALL,
        safe: false,
        fixed: `# Blocks all outbound traffic.\n${policyYaml('policyTypes:\n  - Ingress\n  - Egress', 'name: batch')}`,
      },
      {
        title: WRITE_OUT_INGRESS,
        safe: false,
        fixed: `# Blocks all outbound traffic.\n${policyYaml('policyTypes:\n  - Ingress', 'name: batch')}`,
      },
    ],
  },
  {
    title: 'A name that promises to deny everything',
    yaml: policyYaml('podSelector: {}', 'name: default-deny-all\nnamespace: shop').replace(
      'spec:',
      '⟦spec⟧:',
    ),
    severity: 'info',
    message: 'says that all traffic is denied, but egress is not',
    fixes: [
      {
        title: DENY_ALL,
        safe: false,
        fixed: policyYaml(
          'podSelector: {}\npolicyTypes:\n  - Ingress\n  - Egress',
          'name: default-deny-all\nnamespace: shop',
        ),
      },
      {
        title: WRITE_OUT_INGRESS,
        safe: false,
        leaves: ['default-deny-not-deny'],
        fixed: policyYaml(
          'podSelector: {}\npolicyTypes:\n  - Ingress',
          'name: default-deny-all\nnamespace: shop',
        ),
      },
    ],
  },
  {
    title: 'Written out',
    yaml: policyYaml(`
      podSelector: {}
      policyTypes: [Ingress, Egress]
    `),
  },
  {
    title: 'A misspelt policyTypes, which unknown-field reports',
    yaml: policyYaml(`
      podSelector: {}
      policytypes: [Ingress, Egress]
    `),
  },
];
