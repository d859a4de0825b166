/** The examples of rule broad-port-range. */
import type { Example } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';

export const BROAD_PORT_RANGE_EXAMPLES: readonly Example[] = [
  {
    title: 'The ports that a firewall without memory needs for answers, in a contractor namespace',
    yaml: webPolicy(
      `
      policyTypes: [Ingress]
      ingress:
        - from:
            - ipBlock:
                cidr: 10.0.0.0/8
          ports:
            - port: 443
            - ⟦protocol: TCP
              port: 1024
              endPort: 65535⟧
    `,
      'name: web\nnamespace: contractor-acme',
    ),
    severity: 'error',
    message: 'Answers need no rule',
    fixes: [],
  },
  {
    title: 'Every port, written as a range',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to: [{ namespaceSelector: {} }]
          ports: [⟦{ port: 1, endPort: 65535 }⟧]
    `),
    severity: 'warning',
    message: 'every port of TCP',
    fixes: [],
  },
  {
    title: 'A range in parts that meet, between pods that are selected by label',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector:
                matchLabels:
                  app: gateway
          ports:
            - ⟦port: 8000
              endPort: 8999⟧
            - port: 443
            - port: 9000
              endPort: 9999
    `),
    severity: 'info',
    message: 'TCP ports 8000 to 9999 are 2000 ports',
    fixes: [],
  },
  {
    title: 'A network outside, and no ports',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to:
            - ipBlock:
                cidr: 10.20.0.0/16
            - ipBlock:
                cidr: ⟦203.0.113.0/24⟧
            - ipBlock:
                cidr: 198.51.100.0/24
    `),
    severity: 'hint',
    message: 'every port of `203.0.113.0/24` and 1 more',
    fixes: [],
  },
  {
    title: 'A network outside, and a protocol alone, in a contractor namespace',
    yaml: webPolicy(
      `
      policyTypes: [Ingress]
      ingress:
        - from: [{ ipBlock: { cidr: ⟦203.0.113.0/24⟧ } }]
          ports: [{ protocol: TCP }]
    `,
      'name: web\nnamespace: contractor-acme',
    ),
    severity: 'warning',
    fixes: [],
  },
  {
    title: 'A range of some length',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from: [{ ipBlock: { cidr: 203.0.113.0/24 } }]
          ports: [{ port: 8000, endPort: 9023 }]
    `),
  },
  {
    title: 'Calls over UDP, and NodePorts',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to: [{ ipBlock: { cidr: 203.0.113.0/24 } }]
          ports: [{ protocol: UDP, port: 10000, endPort: 20000 }]
        - to: [{ ipBlock: { cidr: 10.0.0.0/24 } }]
          ports: [{ port: 30000, endPort: 32767 }]
    `),
  },
  {
    title: 'Pods and private networks without ports',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to:
            - podSelector: {}
            - ipBlock: { cidr: 10.20.0.0/16 }
    `),
  },
  {
    title: 'Every address without ports, which world-cidr reports',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
    `),
  },
  {
    title: 'Every port of every protocol and no peer, which allow-all-ingress reports',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - ports:
            - { port: 1, endPort: 65535 }
            - { protocol: UDP, port: 1, endPort: 65535 }
            - { protocol: SCTP, port: 1, endPort: 65535 }
    `),
  },
];
