/** Owns the examples of contractor-protected-target. */
import type { Example } from '../../core/rule.ts';
import { deploymentYaml } from '../example-workloads.ts';
import { documents, policyYaml } from '../example-yaml.ts';
import { ACME, podsOfNamespace, toPeer } from './example-acme.ts';

const CONFIG = `${ACME}protected:
  - { namespace: kube-system, except: dns }
  - { namespace: ledger, podSelector: { app: db } }
  - { cidr: 192.0.2.0/28 }
`;
const TAKE_OUT = 'Take this peer out';
const NOTHING_LEFT = policyYaml(
  `
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Egress
  egress: []
`,
  'name: web-egress\nnamespace: acme-web',
);
const TO_LEDGER = toPeer({ peer: `⟦${podsOfNamespace('ledger')}⟧`, port: '5432' });
const DB = deploymentYaml('db', [], { namespace: 'ledger' });
const fixed = (...others: string[]) => [
  { title: TAKE_OUT, safe: false, fixed: documents(NOTHING_LEFT, ...others) },
];
const GUARD = policyYaml(
  `
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
`,
  'name: guard\nnamespace: ledger',
);
const FROM_BLOCK = (cidr: string) =>
  policyYaml(
    `
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - ipBlock: { cidr: ${cidr} }
`,
    'name: guard\nnamespace: ledger',
  );

export const PROTECTED_EXAMPLES: readonly Example[] = [
  {
    title: 'A namespace with a protected database, of which nothing else is known here',
    config: CONFIG,
    yaml: TO_LEDGER,
    message: 'reach namespace ledger (app=db) on 5432/TCP',
    fixes: fixed(),
  },
  {
    title: 'A protected range of addresses',
    config: CONFIG,
    yaml: toPeer({ peer: '⟦ipBlock:\n              cidr: 192.0.2.0/24⟧' }),
    message: 'reach 192.0.2.0/28',
    fixes: fixed(),
  },
  {
    title: 'The pods at the other end accept everything',
    config: CONFIG,
    yaml: documents(TO_LEDGER, DB),
    fixes: fixed(DB),
  },
  {
    title: 'The policies at the other end keep it out',
    config: CONFIG,
    yaml: documents(TO_LEDGER.replace(/[⟦⟧]/g, ''), DB, GUARD),
  },
  {
    title: 'Lookups, in a namespace that is protected but for DNS',
    config: CONFIG,
    yaml: toPeer({ peer: podsOfNamespace('kube-system'), port: '53' }),
  },
  {
    title: 'A block at the other end that holds the addresses of pods',
    config: CONFIG,
    yaml: documents(TO_LEDGER, DB, FROM_BLOCK('10.0.0.0/8')),
    fixes: fixed(DB, FROM_BLOCK('10.0.0.0/8')),
  },
  {
    title: 'A block at the other end where no pod is',
    config: CONFIG,
    yaml: documents(TO_LEDGER.replace(/[⟦⟧]/g, ''), DB, FROM_BLOCK('198.51.100.0/24')),
  },
  {
    title: 'Labels that the protected pods could have besides, and do not',
    config: CONFIG.replace('{ app: db }', '{ tier: db }'),
    yaml: toPeer({ peer: podsOfNamespace('ledger', 'reports') }),
  },
  {
    title: 'Other pods of the namespace',
    config: CONFIG,
    yaml: toPeer({ peer: podsOfNamespace('ledger', 'reports') }),
  },
];
