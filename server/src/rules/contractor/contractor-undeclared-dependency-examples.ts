/** Owns the examples of contractor-undeclared-dependency. */
import type { Example } from '../../core/rule.ts';
import { documents, namespaceYaml } from '../example-yaml.ts';
import { ACME, podsOfNamespace, TICKET, toPeer } from './example-acme.ts';

const NARROW = 'Allow no more than SEC-1412 grants: namespace payments (app=api) on 443/TCP';
const AS_GRANTED = toPeer({ peer: podsOfNamespace('payments', 'api'), annotations: TICKET });
const withoutPorts = (yaml: string) => yaml.slice(0, yaml.indexOf('      ports:'));

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
    title: 'A grant that no policy uses',
    config: ACME,
    yaml: documents(namespaceYaml('⟦acme-web⟧'), toPeer({ peer: 'podSelector: {}' })),
    message: 'No policy of contractor acme uses the grant SEC-1412',
    fixes: [],
  },
  { title: 'As it was granted', config: ACME, yaml: documents(namespaceYaml('acme-web'), AS_GRANTED) },
  {
    title: 'A port by its name, whose number the workspace does not tell',
    config: ACME,
    yaml: toPeer({ peer: podsOfNamespace('payments', 'api'), port: 'https', annotations: TICKET }),
  },
];
