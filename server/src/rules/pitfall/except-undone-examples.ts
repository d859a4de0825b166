/** The examples of rule except-undone. */
import type { Example } from '../../core/rule.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';

const THERE = 'Except the same in the other block';

const WEB = webPolicy(`
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock:
            cidr: 203.0.113.0/24
            except: [⟦203.0.113.64/26⟧]
`);

function forAll(block: string): string {
  return policyYaml(
    `podSelector: {}\npolicyTypes: [Egress]\negress:\n  - to: [{ ipBlock: ${block} }]`,
    'name: partner\nnamespace: shop',
  );
}

export const EXCEPT_UNDONE_EXAMPLES: readonly Example[] = [
  {
    title: 'A wider block in another rule, in a contractor namespace',
    yaml: webPolicy(
      `
      policyTypes: [Egress]
      egress:
        - to:
            - ipBlock:
                cidr: 10.0.0.0/8
                except:
                  - ⟦10.20.0.0/16⟧
                  - 10.250.0.0/16
          ports:
            - port: 443
        - to:
            - ipBlock:
                cidr: 10.0.0.0/11 # the office
    `,
      'name: web\nnamespace: contractor-acme',
    ),
    severity: 'error',
    message: '`10.20.0.0/16` is open again, in spite of this exception: `10.0.0.0/11` in another rule',
    fixes: [
      {
        title: THERE,
        safe: false,
        fixed: webPolicy(
          `
          policyTypes: [Egress]
          egress:
            - to:
                - ipBlock:
                    cidr: 10.0.0.0/8
                    except:
                      - 10.20.0.0/16
                      - 10.250.0.0/16
              ports:
                - port: 443
            - to:
                - ipBlock:
                    cidr: 10.0.0.0/11 # the office
                    except:
                      - 10.20.0.0/16
        `,
          'name: web\nnamespace: contractor-acme',
        ),
      },
    ],
  },
  {
    title: 'A wider block that excepts some of it as well',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [⟦10.20.0.0/16⟧] } }]
          ports: [{ port: 80 }, { port: 443 }]
        - from: [{ ipBlock: { cidr: 10.0.0.0/11, except: [10.20.128.0/17] } }]
          ports: [{ port: 443 }, { port: 8443 }]
    `),
    message:
      '`10.20.0.0/17` is open again, in spite of this exception: `10.0.0.0/11` in another rule allows connections from there to the same pods, on the ports that both rules name',
    fixes: [
      {
        title: THERE,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.20.0.0/16] } }]
              ports: [{ port: 80 }, { port: 443 }]
            - from: [{ ipBlock: { cidr: 10.0.0.0/11, except: [10.20.128.0/17, 10.20.0.0/17] } }]
              ports: [{ port: 443 }, { port: 8443 }]
        `),
      },
    ],
  },
  {
    title: 'Just what is excepted, in the same list',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - ipBlock: { cidr: 192.0.2.0/24, except: [⟦192.0.2.128/25⟧] }
            - ipBlock: { cidr: 192.0.2.128/25 }
    `),
    message: 'Delete either the exception or what allows it',
    fixes: [
      {
        title: 'Delete the block that allows what is excepted here',
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - ipBlock: { cidr: 192.0.2.0/24, except: [192.0.2.128/25] }
        `),
      },
      {
        title: 'Allow it: delete the exception and the other block',
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - ipBlock: { cidr: 192.0.2.0/24 }
        `),
      },
    ],
  },
  {
    title: 'Another policy for the same pods',
    yaml: `${WEB}---\n${forAll('{ cidr: 203.0.112.0/23 }')}`,
    message: '`203.0.112.0/23` in policy partner allows the same pods to connect there',
    fixes: [
      {
        title: THERE,
        safe: false,
        fixed: `${WEB.replaceAll(/[⟦⟧]/g, '')}---\n${forAll('{ cidr: 203.0.112.0/23, except: [203.0.113.64/26] }')}`,
      },
    ],
  },
  {
    title: 'One network out of an excepted range, on purpose',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to: [{ ipBlock: { cidr: 192.0.2.0/24, except: [192.0.2.128/25] } }]
        - to: [{ ipBlock: { cidr: 192.0.2.192/28 } }]
    `),
  },
  {
    title: 'The excepted range on other ports, on purpose',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to: [{ ipBlock: { cidr: 192.0.2.0/24, except: [192.0.2.128/25] } }]
          ports: [{ port: 443 }]
        - to: [{ ipBlock: { cidr: 192.0.2.128/25 } }]
    `),
  },
  {
    title: 'The same exception in both blocks',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to:
            - ipBlock: { cidr: 192.0.2.0/24, except: [192.0.2.128/25] }
            - ipBlock: { cidr: 192.0.0.0/16, except: [192.0.2.128/25] }
    `),
  },
  {
    title: 'A policy for some of the pods allows more to those',
    yaml: `${forAll('{ cidr: 203.0.113.0/24, except: [203.0.113.64/26] }')}---\n${webPolicy('policyTypes: [Egress]\negress:\n  - to: [{ ipBlock: { cidr: 203.0.112.0/23 } }]')}`,
  },
];
