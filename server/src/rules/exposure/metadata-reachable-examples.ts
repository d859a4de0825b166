/** The examples of rule metadata-reachable. */
import type { Example } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';

const CONTRACTOR = 'name: web\nnamespace: contractor-acme';
const LEAVE_OUT = 'Leave the metadata service out';

export const METADATA_REACHABLE_EXAMPLES: readonly Example[] = [
  {
    title: 'The link-local range, meant for a cache of DNS answers, in a contractor namespace',
    yaml: webPolicy(
      `
      policyTypes: [Egress]
      egress:
        - to:
            - ipBlock:
                cidr: ⟦169.254.0.0/16⟧
    `,
      CONTRACTOR,
    ),
    severity: 'error',
    message: "the node's credentials",
    fixes: [
      {
        title: LEAVE_OUT,
        safe: false,
        fixed: webPolicy(
          `
          policyTypes: [Egress]
          egress:
            - to:
                - ipBlock:
                    cidr: 169.254.0.0/16
                    except:
                      - 169.254.169.254/32
        `,
          CONTRACTOR,
        ),
      },
    ],
  },
  {
    title: 'An exception that is beside the point',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to: [{ ipBlock: { cidr: ⟦169.254.0.0/16⟧, except: [169.254.170.0/24] } }]
          ports: [{ port: 80 }]
        - to: [{ podSelector: {} }]
    `),
    severity: 'warning',
    fixes: [
      {
        title: LEAVE_OUT,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to: [{ ipBlock: { cidr: 169.254.0.0/16, except: [169.254.170.0/24, 169.254.169.254/32] } }]
              ports: [{ port: 80 }]
            - to: [{ podSelector: {} }]
        `),
      },
    ],
  },
  {
    title: 'The address alone, which somebody named on purpose',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to:
            - ipBlock:
                cidr: ⟦169.254.169.254/32⟧
          ports:
            - port: 80
        - to:
            - podSelector: {}
    `),
    severity: 'info',
    message: 'elsewhere, delete this peer',
    fixes: [
      {
        title: 'Take the metadata service out',
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to:
                - podSelector: {}
        `),
      },
    ],
  },
  {
    title: 'The address alone, as the only thing that is allowed, in a contractor namespace',
    yaml: webPolicy(
      `
      policyTypes: [Egress]
      egress:
        - to: [{ ipBlock: { cidr: ⟦169.254.169.254/32⟧ } }]
    `,
      CONTRACTOR,
    ),
    severity: 'warning',
    fixes: [
      {
        title: 'Take the metadata service out',
        safe: false,
        fixed: webPolicy('policyTypes: [Egress]\negress: []', CONTRACTOR),
      },
    ],
  },
  {
    title: 'An address that one cloud alone uses: whether the cluster runs there is unknown',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to:
            - ipBlock:
                cidr: ⟦100.64.0.0/10⟧
    `),
    severity: 'hint',
    message: 'Alibaba Cloud',
    fixes: [
      {
        title: LEAVE_OUT,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to:
                - ipBlock:
                    cidr: 100.64.0.0/10
                    except:
                      - 100.100.100.200/32
        `),
      },
    ],
  },
  {
    title: 'The addresses of two clouds, for IPv6',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to:
            - ipBlock:
                cidr: ⟦"fc00::/7"⟧
    `),
    severity: 'hint',
    message: 'AWS, and `fd20:ce::254`, the metadata service of Google Cloud',
    fixes: [
      {
        title: LEAVE_OUT,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to:
                - ipBlock:
                    cidr: "fc00::/7"
                    except:
                      - "fd00:ec2::254/128"
                      - "fd20:ce::254/128"
        `),
      },
    ],
  },
  {
    title: 'The address is left out',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to:
            - ipBlock:
                cidr: 169.254.0.0/16
                except: [169.254.169.254/32]
    `),
  },
  {
    title: 'The agent of EKS Pod Identity',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to: [{ ipBlock: { cidr: 169.254.170.23/32 } }]
          ports: [{ port: 80 }]
    `),
  },
  {
    title: 'Ports on which no metadata is served',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to: [{ ipBlock: { cidr: 169.254.0.0/16 } }]
          ports: [{ port: 53 }, { port: 53, protocol: UDP }, { port: 443 }]
        - to: [{ ipBlock: { cidr: 168.63.129.16/32 } }]
          ports: [{ port: 53, protocol: UDP }]
    `),
  },
  {
    title: 'Every address, which world-cidr reports',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
    `),
  },
  {
    title: 'As a source: metadata services open no connections',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from: [{ ipBlock: { cidr: 169.254.0.0/16 } }]
    `),
  },
];
