/** Owns the examples of rule dual-stack-gap. */
import type { Example } from '../../core/rule.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';

const DUAL_STACK = 'platform: { ipFamilies: [IPv4, IPv6] }\n';
const BY_PODS = 'platform: { podCidrs: [10.244.0.0/16, "fd00:10:244::/56"] }\n';

const FROM_EVERYWHERE = webPolicy(`
  policyTypes: [Ingress]
  ingress:
    - ⟦from⟧: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
      ports: [{ port: 443 }]
`);

const ONCE = FROM_EVERYWHERE.replace(/[⟦⟧]/g, '');

const TWO_POLICIES = `${ONCE}---
${webPolicy(
  `
  policyTypes: [Ingress]
  ingress:
    - from: [{ ipBlock: { cidr: "::/0" } }]
      ports: [{ port: 443 }]
`,
  'name: web-ipv6\nnamespace: shop',
)}`;

const WITH_TWIN = ONCE.replace('0.0.0.0/0 } }', '0.0.0.0/0 } }, { ipBlock: { cidr: "::/0" } }');

const OTHER_PODS = `---
${policyYaml(
  `
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ ipBlock: { cidr: "::/0" } }, { ipBlock: { cidr: 0.0.0.0/0 } }]
      ports: [{ port: 443 }]
`,
  'name: api\nnamespace: shop',
)}`;

const OTHER_PORT = '    - from: [{ ipBlock: { cidr: 2001:db8::/32 } }]\n      ports: [{ port: 80 }]\n';

export const DUAL_STACK_GAP_EXAMPLES: readonly Example[] = [
  {
    title: 'The internet, but for IPv6',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - ⟦to⟧:
            - ipBlock:
                cidr: 0.0.0.0/0
                except: [10.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]
          ports:
            - port: 443
    `),
    config: DUAL_STACK,
    severity: 'info',
    message: 'connections over IPv6 stay blocked, and what tries IPv6 first waits in vain',
    fixes: [
      {
        title: 'Add the IPv6 twin ::/0',
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to:
                - ipBlock:
                    cidr: 0.0.0.0/0
                    except: [10.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]
                - ipBlock:
                    cidr: "::/0"
                    except:
                      - "fc00::/7"
                      - "fe80::/10"
              ports:
                - port: 443
        `),
      },
    ],
  },
  {
    title: 'Two halves of IPv4 as sources; that pods have both families is known from their ranges',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - ⟦from⟧:
            - ipBlock: { cidr: 0.0.0.0/1, except: [10.0.0.0/8] }
            - ipBlock: { cidr: 128.0.0.0/1 }
            - podSelector: {}
          ports: [{ port: 443 }]
    `),
    config: BY_PODS,
    message: '`0.0.0.0/1` and `128.0.0.0/1` together are every IPv4 address and no IPv6 address',
    fixes: [
      {
        title: 'Add the IPv6 twin ::/0',
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - ipBlock: { cidr: 0.0.0.0/1, except: [10.0.0.0/8] }
                - ipBlock: { cidr: 128.0.0.0/1 }
                - ipBlock:
                    cidr: "::/0"
                    except:
                      - "fc00::/7"
                      - "fe80::/10"
                - podSelector: {}
              ports: [{ port: 443 }]
        `),
      },
    ],
  },
  {
    title: 'IPv6 without IPv4',
    yaml: webPolicy('policyTypes: [Ingress]\ningress:\n  - ⟦from⟧: [{ ipBlock: { cidr: "::/0" } }]'),
    config: DUAL_STACK,
    message: 'clients that come over IPv4 are turned away',
    fixes: [
      {
        title: 'Add the IPv4 twin 0.0.0.0/0',
        safe: false,
        fixed: webPolicy(
          'policyTypes: [Ingress]\ningress:\n  - from: [{ ipBlock: { cidr: "::/0" } }, { ipBlock: { cidr: 0.0.0.0/0 } }]',
        ),
      },
    ],
  },
  {
    title: 'Every IPv4 address, where pods have none',
    yaml: FROM_EVERYWHERE,
    config: 'platform: { ipFamilies: [IPv6] }\n',
    message: 'pods have IPv6 addresses only, so this allows nothing',
    fixes: [
      {
        title: 'Add the IPv6 twin ::/0',
        safe: false,
        fixed: WITH_TWIN,
      },
    ],
  },
  {
    title: 'The twin is in a policy for other pods',
    yaml: FROM_EVERYWHERE.concat(OTHER_PODS),
    config: DUAL_STACK,
    fixes: [
      {
        title: 'Add the IPv6 twin ::/0',
        safe: false,
        fixed: WITH_TWIN.concat(OTHER_PODS),
      },
    ],
  },
  {
    title: 'IPv6 on another port',
    yaml: FROM_EVERYWHERE.concat(OTHER_PORT),
    config: DUAL_STACK,
    fixes: [{ title: 'Add the IPv6 twin ::/0', safe: false, fixed: WITH_TWIN.concat(OTHER_PORT) }],
  },
  {
    title: 'A wide block that is not every address',
    yaml: ONCE.replace('0.0.0.0/0', '64.0.0.0/2'),
    config: DUAL_STACK,
  },
  { title: 'The twin is in another policy for the same pods', yaml: TWO_POLICIES, config: DUAL_STACK },
  {
    title: 'IPv6 is thought of',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from: [{ ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: 2001:db8::/32 } }]
          ports: [{ port: 443 }]
    `),
    config: DUAL_STACK,
  },
  {
    title: 'Another rule allows everybody on the same port',
    yaml: ONCE.concat('    - ports: [{ port: 443 }]\n'),
    config: DUAL_STACK,
  },
  {
    title: 'Single-stack',
    yaml: ONCE,
    config: 'platform: { ipFamilies: [IPv4] }\n',
  },
  {
    title: 'Without a config, nobody knows which families pods have',
    yaml: ONCE,
  },
];
