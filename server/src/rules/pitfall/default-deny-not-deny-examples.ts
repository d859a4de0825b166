/** Owns the examples of rule default-deny-not-deny. */
import type { Example, FixExample } from '../../core/rule.ts';
import { policyYaml } from '../example-yaml.ts';

function named(name: string, spec: string, namespace = 'shop'): string {
  return policyYaml(spec, `name: ${name}\nnamespace: ${namespace}`);
}

function fix(title: string, fixed: string, ...leaves: string[]): FixExample {
  return { title, safe: false, fixed, ...(leaves.length > 0 && { leaves }) };
}

const NO_INGRESS = 'Delete the rule: deny ingress';
const NO_EGRESS = 'Delete the rule: deny egress';

export const DEFAULT_DENY_NOT_DENY_EXAMPLES: readonly Example[] = [
  {
    title: 'An empty rule, which allows everything',
    yaml: named(
      'default-deny-ingress',
      `
      podSelector: {}
      policyTypes:
        - Ingress
      ingress:
        - ⟦{}⟧
    `,
    ),
    message: "The policy's name says that traffic is denied, but an empty rule allows every source",
    fixes: [
      fix(
        NO_INGRESS,
        named(
          'default-deny-ingress',
          `
          podSelector: {}
          policyTypes:
            - Ingress
          ingress: []
        `,
        ),
      ),
    ],
  },
  {
    title: 'The same for egress, in a contractor namespace',
    yaml: named(
      'deny-all',
      'podSelector: {}\npolicyTypes: [Ingress, Egress]\negress: [⟦{}⟧]',
      'contractor-acme',
    ),
    severity: 'error',
    message: 'allows every destination on every port',
    fixes: [
      fix(
        NO_EGRESS,
        named('deny-all', 'podSelector: {}\npolicyTypes: [Ingress, Egress]\negress: []', 'contractor-acme'),
      ),
    ],
  },
  {
    title: 'An empty egress rule without policyTypes, which also isolates ingress',
    yaml: named('deny-egress', 'podSelector: {}\negress:\n  - ⟦to: []⟧'),
    fixes: [
      fix(
        NO_EGRESS,
        named('deny-egress', 'podSelector: {}\npolicyTypes:\n  - Ingress\n  - Egress\negress: []'),
      ),
    ],
  },
  {
    title: 'The same with an empty list of policyTypes, which counts as none',
    yaml: named('deny-egress', 'policyTypes: []\negress: [⟦{}⟧]'),
    fixes: [fix(NO_EGRESS, named('deny-egress', 'policyTypes:\n  - Ingress\n  - Egress\negress: []'))],
  },
  {
    title: 'One rule too many',
    yaml: named(
      'default-deny',
      `
      podSelector: {}
      policyTypes: [Egress]
      egress:
        - to:
            - podSelector: {}
        - ⟦{}⟧
    `,
    ),
    fixes: [
      fix(
        NO_EGRESS,
        named(
          'default-deny',
          `
          podSelector: {}
          policyTypes: [Egress]
          egress:
            - to:
                - podSelector: {}
        `,
        ),
        'egress-without-dns',
      ),
    ],
  },
  {
    title: 'A direction that policyTypes does not list',
    yaml: named('deny-egress', 'podSelector: {}\n⟦policyTypes⟧: [Ingress]'),
    severity: 'warning',
    message: 'says that egress is denied, but `policyTypes` does not list `Egress`',
    fixes: [
      fix(
        'Add Egress to policyTypes',
        named('deny-egress', 'podSelector: {}\npolicyTypes: [Ingress, Egress]'),
      ),
    ],
  },
  {
    title: 'A name that says all, which some take for all that comes in',
    yaml: named('default-deny-all', 'podSelector: {}\n⟦policyTypes⟧:\n  - Ingress'),
    severity: 'info',
    message: 'says that all traffic is denied, but `policyTypes` does not list `Egress`',
    fixes: [
      fix(
        'Add Egress to policyTypes',
        named('default-deny-all', 'podSelector: {}\npolicyTypes:\n  - Ingress\n  - Egress'),
      ),
    ],
  },
  {
    title: 'Egress alone is isolated',
    yaml: named('deny-ingress-and-egress', 'podSelector: {}\n⟦policyTypes⟧: [Egress]'),
    message: 'everybody may connect to the selected pods',
    fixes: [
      fix(
        'Add Ingress to policyTypes',
        named('deny-ingress-and-egress', 'podSelector: {}\npolicyTypes: [Egress, Ingress]'),
      ),
    ],
  },
  {
    title: 'What the name says is denied',
    yaml: named('default-deny-all', 'podSelector: {}\npolicyTypes: [Ingress, Egress]'),
  },
  {
    title: 'A name that says no direction',
    yaml: named('default-deny', 'podSelector: {}\npolicyTypes: [Ingress]'),
  },
  {
    title: 'One direction is denied, the other one open, which allow-all-egress reports',
    yaml: named('default-deny', 'podSelector: {}\npolicyTypes: [Ingress, Egress]\negress: [{}]'),
  },
  {
    title: 'The other direction than the one that is allowed',
    yaml: named('deny-ingress', 'podSelector: {}\npolicyTypes: [Ingress, Egress]\negress: [{}]'),
  },
  {
    title: 'A denial of some of the traffic',
    yaml: named(
      'deny-from-other-namespaces',
      'podSelector: {}\npolicyTypes: [Ingress]\ningress:\n  - from:\n      - podSelector: {}',
    ),
  },
  {
    title: 'A denial with an exception',
    yaml: named(
      'deny-all',
      'podSelector: {}\npolicyTypes: [Ingress, Egress]\ningress:\n  - from:\n      - podSelector: {}',
    ),
  },
  {
    title: 'No policyTypes, which policy-types-missing reports',
    yaml: named('deny-egress', 'podSelector: {}'),
  },
  {
    title: 'Rules that do nothing, which inert-rules reports',
    yaml: named('deny-all', 'podSelector: {}\npolicyTypes: [Ingress]\negress: []'),
  },
];
