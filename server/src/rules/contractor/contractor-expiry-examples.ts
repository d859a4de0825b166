/** Owns the examples of contractor-expiry, which are judged on 15 June 2026. */
import type { Example } from '../../core/rule.ts';
import { documents, namespaceYaml, policyYaml } from '../example-yaml.ts';
import { ACME, podsOfNamespace, TICKET, toPeer } from './example-acme.ts';

const until = (date: string) =>
  toPeer({
    peer: podsOfNamespace('payments', 'api'),
    annotations: `${TICKET}\n  netpol-guard/expires: ${date}`,
  });
const granted = (marked = true) => {
  const peer = podsOfNamespace('payments', 'api');
  return toPeer({ peer: marked ? `⟦${peer}⟧` : peer, annotations: TICKET });
};
const grantUntil = (date: string) => ACME.replace('2026-12-31', date);
const deny = (annotations: string) =>
  policyYaml(
    'podSelector: {}\npolicyTypes: [Ingress, Egress]',
    `name: deny\nnamespace: acme-web${annotations}`,
  );

export const EXPIRY_EXAMPLES: readonly Example[] = [
  {
    title: 'A grant that ended last month',
    config: grantUntil('2026-05-31'),
    yaml: granted(),
    severity: 'error',
    message: 'The grant SEC-1412 ended on 2026-05-31',
    fixes: [],
  },
  {
    title: 'A grant that ends in two weeks',
    config: grantUntil('2026-06-29'),
    yaml: granted(),
    severity: 'warning',
    message: 'ends on 2026-06-29, in 14 days',
    fixes: [],
  },
  {
    title: 'A grant for years',
    config: grantUntil('2036-01-01'),
    yaml: granted(),
    severity: 'warning',
    message: 'more than two years ahead',
    fixes: [],
  },
  {
    title: 'Neither the grant nor the contract has an end',
    config: ACME.replace('        expires: 2026-12-31\n', ''),
    yaml: granted(),
    severity: 'warning',
    message: 'has no end',
    fixes: [],
  },
  {
    title: 'A grant that ended, in a policy that says it lasts longer',
    config: grantUntil('2026-05-31'),
    yaml: toPeer({
      peer: `⟦${podsOfNamespace('payments', 'api')}⟧`,
      annotations: `${TICKET}\n  netpol-guard/expires: 2026-12-31`,
    }),
    severity: 'error',
    message: 'The grant SEC-1412 ended on 2026-05-31',
    fixes: [],
  },
  {
    title: 'Two grants cover the ports together, and one of them has ended',
    config: `${ACME}      - to: { namespace: payments, podSelector: { app: api } }
        ports: [80/TCP]
        approvedBy: security@example.com
        ticket: SEC-1500
        expires: 2026-05-31
`,
    yaml: granted().replace(/(\n +- protocol: TCP\n +port: )443/, '$1443$180'),
    severity: 'error',
    message: 'The grant SEC-1500 ended on 2026-05-31',
    fixes: [],
  },
  {
    title: 'A policy whose day is past',
    config: ACME,
    yaml: until('⟦2026-06-14⟧'),
    severity: 'error',
    message: 'was to be there until 2026-06-14',
    fixes: [],
  },
  {
    title: 'The last day',
    config: ACME,
    yaml: until('⟦"2026-06-15T18:00:00Z"⟧'),
    severity: 'warning',
    message: 'until 2026-06-15, today',
    fixes: [],
  },
  {
    title: 'A day that there is not',
    config: ACME,
    yaml: until('⟦2026-02-30⟧'),
    message: '"2026-02-30" is no date',
    fixes: [],
  },
  {
    title: 'A denial with an end',
    config: ACME,
    yaml: deny('\nannotations:\n  example.com/team: web\n  netpol-guard/expires: ⟦2026-12-31⟧'),
    message: 'only denies, so it must not expire',
    fixes: [
      {
        title: 'Take netpol-guard/expires out',
        safe: true,
        fixed: deny('\nannotations:\n  example.com/team: web'),
      },
    ],
  },
  {
    title: 'The contract has ended',
    config: ACME.replace('dependencies', 'expires: 2026-06-01\n    dependencies'),
    yaml: documents(namespaceYaml('⟦acme-web⟧'), deny('')),
    severity: 'error',
    message: 'The contract with acme ended on 2026-06-01',
    fixes: [],
  },
  {
    title: 'A grant and a contract within the year',
    config: ACME.replace('dependencies', 'expires: 2027-03-31\n    dependencies'),
    yaml: documents(
      namespaceYaml('acme-web'),
      granted(false),
      until('2026-12-31').replace('name: web', 'name: api'),
    ),
  },
];
