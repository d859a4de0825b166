/** Owns the examples of contractor-undeclared-dependency. */
import type { Example } from '../../core/rule.ts';
import { documents, namespaceYaml } from '../example-yaml.ts';
import { ACME, podsOfNamespace, TICKET, toPeer } from './example-acme.ts';

const NARROW = 'Allow no more than SEC-1412 grants: namespace payments (app=api) on 443/TCP';
const AS_GRANTED = toPeer({ peer: podsOfNamespace('payments', 'api'), annotations: TICKET });
const withoutPorts = (yaml: string) => yaml.slice(0, yaml.indexOf('      ports:'));

/** The range 203.0.113.0/24 in two grants, of which the second may be for another port. */
const halves = (port: string) =>
  granted('203.0.113.0/25', '443/TCP', 'SEC-1500') + granted('203.0.113.128/25', port, 'SEC-1501');
const granted = (cidr: string, ports: string, ticket: string) => `      - to: { cidr: ${cidr} }
        ports: [${ports}]
        approvedBy: security@example.com
        ticket: ${ticket}
`;
const BLOCK = `ipBlock:
              cidr: 203.0.113.0/24`;

export const UNDECLARED_EXAMPLES: readonly Example[] = [
  {
    title: 'Every pod of the namespace, where one application was granted',
    config: ACME,
    yaml: toPeer({ peer: `⟦${podsOfNamespace('payments')}⟧`, annotations: TICKET }),
    message:
      'connect to every pod in namespace payments on 443/TCP, which is more than was approved: SEC-1412',
    fixes: [{ title: NARROW, safe: false, fixed: AS_GRANTED }],
  },
  {
    title: 'Every port, where one was granted',
    config: ACME,
    yaml: withoutPorts(toPeer({ peer: `⟦${podsOfNamespace('payments', 'api')}⟧`, annotations: TICKET })),
    message: 'on every port',
    fixes: [{ title: NARROW, safe: false, fixed: AS_GRANTED }],
  },
  {
    title: 'A range of which half was granted for another port',
    config: ACME + halves('22/TCP'),
    yaml: toPeer({ peer: `⟦${BLOCK}⟧`, annotations: TICKET }),
    message: 'connect to 203.0.113.0/24 on 443/TCP, which is more than was approved: SEC-1500',
    fixes: [],
  },
  {
    title: 'A grant that no policy uses',
    config: ACME,
    yaml: documents(namespaceYaml('⟦acme-web⟧'), toPeer({ peer: 'podSelector: {}' })),
    message: 'No policy of contractor acme uses the grant SEC-1412',
    fixes: [],
  },
  { title: 'As it was granted', config: ACME, yaml: documents(namespaceYaml('acme-web'), AS_GRANTED) },
  {
    title: 'A range that was granted in two halves',
    config: ACME + halves('443/TCP'),
    yaml: toPeer({ peer: BLOCK, annotations: TICKET }),
  },
  {
    title: 'A port by its name, whose number the workspace does not tell',
    config: ACME,
    yaml: toPeer({ peer: podsOfNamespace('payments', 'api'), port: 'https', annotations: TICKET }),
  },
];
