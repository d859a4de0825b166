/** Owns the examples of contractor-cross-namespace. */
import type { Example } from '../../core/rule.ts';
import { documents, namespaceYaml } from '../example-yaml.ts';
import { ACME, podsOfNamespace, prepared, TICKET, toPeer } from './example-acme.ts';

const PREPARE = 'Prepare a grant in the root config: approver, ticket and date are to be filled in';
const toLedger = (mark: readonly [string, string], annotations?: string) =>
  toPeer({
    peer: mark[0] + podsOfNamespace('ledger', 'db').trimEnd() + mark[1],
    port: '5432',
    ...(annotations !== undefined && { annotations }),
  });

const BOTH = `namespaceSelector:
              matchExpressions:
                - key: kubernetes.io/metadata.name
                  operator: In
                  values: [payments, ledger]
            podSelector:
              matchLabels:
                app: api`;

export const CROSS_NAMESPACE_EXAMPLES: readonly Example[] = [
  {
    title: 'A namespace that nobody granted',
    config: ACME,
    yaml: toLedger(['⟦', '⟧']),
    message: 'connect to namespace ledger on 5432/TCP',
    fixes: [
      {
        title: PREPARE,
        safe: false,
        fixed: toLedger(['', ''], 'netpol-guard/grant: ""'),
        config: prepared(`to:
          namespace: ledger
          podSelector:
            app: db
        ports:
          - 5432/TCP`),
      },
    ],
  },
  {
    title: 'An annotation that claims an approval, which nothing in the root config bears out',
    config: ACME,
    yaml: toLedger(['⟦', '⟧'], 'netpol-guard/grant: SEC-9999'),
    message: 'The annotation that names SEC-9999 grants nothing by itself',
    fixes: [
      {
        title: PREPARE,
        safe: false,
        fixed: toLedger(['', ''], 'netpol-guard/grant: SEC-9999'),
        config: prepared(`to:
          namespace: ledger
          podSelector:
            app: db
        ports:
          - 5432/TCP`),
      },
    ],
  },
  {
    title: 'One namespace that was granted, and one that was not',
    config: ACME,
    yaml: toPeer({ peer: `⟦${BOTH}⟧`, annotations: TICKET }),
    message:
      'connect to namespace ledger on 443/TCP, which no entry of its `dependencies` in the root config grants. Have it approved there, or take that namespace out of the peer.',
    fixes: [
      {
        title: PREPARE,
        safe: false,
        fixed: toPeer({ peer: BOTH, annotations: TICKET }),
        config: prepared(`to:
          namespace: ledger
          podSelector:
            app: api
        ports:
          - 443/TCP`),
      },
    ],
  },
  {
    title: "A namespace that is a contractor's by its label; without a config nothing is granted",
    yaml: documents(
      namespaceYaml('web-portal', '  labels:\n    netpol-guard/contractor: acme\n'),
      toPeer({ peer: `⟦${podsOfNamespace('ledger')}⟧` }).replace('acme-web', 'web-portal'),
    ),
    message: 'contractor acme connect to namespace ledger',
    fixes: [],
  },
  {
    title: 'What has been granted',
    config: ACME,
    yaml: toPeer({ peer: podsOfNamespace('payments', 'api'), annotations: TICKET }),
  },
  {
    title: "The contractor's own namespaces",
    config: ACME,
    yaml: toPeer({ peer: podsOfNamespace('acme-batch') }),
  },
  {
    title: "Lookups at the cluster's DNS",
    config: ACME,
    yaml: toPeer({
      peer: podsOfNamespace('kube-system', 'x').replace('app: x', 'k8s-app: kube-dns'),
      port: '53',
    }),
  },
  {
    title: "A namespace that only its name makes a contractor's: nobody has set up grants",
    yaml: toPeer({ peer: podsOfNamespace('ledger') }).replace('acme-web', 'vendor-acme'),
  },
];
