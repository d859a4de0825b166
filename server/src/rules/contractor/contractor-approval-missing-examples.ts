/** Owns the examples of contractor-approval-missing. */
import type { Example } from '../../core/rule.ts';
import { ACME, podsOfNamespace, prepared, TICKET, toPeer } from './example-acme.ts';

const toApi = (annotations?: string) =>
  toPeer({ peer: podsOfNamespace('payments', 'api'), ...(annotations !== undefined && { annotations }) });
const toBlock = (cidr: string, annotations?: string) =>
  toPeer({
    peer: `ipBlock:\n              cidr: ${cidr}`,
    ...(annotations !== undefined && { annotations }),
  });

export const APPROVAL_EXAMPLES: readonly Example[] = [
  {
    title: 'Addresses outside the cluster that nobody granted',
    config: ACME,
    yaml: toBlock('⟦203.0.113.0/24⟧'),
    message: 'connect to 203.0.113.0/24 on 443/TCP',
    fixes: [
      {
        title: 'Prepare a grant in the root config: approver, ticket and date are to be filled in',
        safe: false,
        fixed: toBlock('203.0.113.0/24', 'netpol-guard/grant: ""'),
        config: prepared(`to:
          cidr: 203.0.113.0/24
        ports:
          - 443/TCP`),
      },
    ],
  },
  {
    title: 'A granted connection whose policy does not say by what',
    config: ACME,
    yaml: toApi().replace('web-egress', '⟦web-egress⟧'),
    message: 'opens what SEC-1412 (namespace payments (app=api) on 443/TCP) grants',
    fixes: [{ title: 'Name SEC-1412 in netpol-guard/grant', safe: true, fixed: toApi(TICKET) }],
  },
  {
    title: 'The ticket of something else',
    config: ACME,
    yaml: toApi('netpol-guard/grant: ⟦SEC-7⟧'),
    message: 'It names SEC-7, which is not the grant of this connection',
    fixes: [
      {
        title: 'Name SEC-1412 in netpol-guard/grant',
        safe: true,
        fixed: toApi('netpol-guard/grant: "SEC-7, SEC-1412"'),
      },
    ],
  },
  { title: 'The ticket of the grant', config: ACME, yaml: toApi(TICKET) },
  { title: 'Several tickets', config: ACME, yaml: toApi('netpol-guard/grant: SEC-7, SEC-1412') },
  {
    title: "Pods of the contractor's own namespace",
    config: ACME,
    yaml: toPeer({ peer: 'podSelector: {}' }),
  },
  {
    title: "Somebody else's policy",
    config: ACME,
    yaml: toBlock('203.0.113.0/24').replace('acme-web', 'shop'),
  },
];
