/** Rule world-cidr: address blocks that are, alone or together, the whole of IPv4 or IPv6. */
import type { Finding, Rule } from '../../core/rule.ts';
import { DIRECTIONS } from '../../engine/direction.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import { worldsIn } from '../../engine/world.ts';
import { webPolicy } from '../example-yaml.ts';
import { worldFinding } from './world-finding.ts';

const CONTRACTOR = 'name: web\nnamespace: contractor-acme';

function toInternet(except: string): string {
  return webPolicy(`
    policyTypes: [Egress]
    egress:
      - to:
          - ipBlock:
              cidr: ⟦0.0.0.0/0⟧
              except:
                ${except}
        ports:
          - port: 443
  `);
}

export const worldCidr: Rule = {
  on: 'policy',
  meta: {
    id: 'world-cidr',
    family: 'exposure',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'Address blocks amount to every address there is.',
    why: `\`0.0.0.0/0\` and \`::/0\` are not "the internet": they are every address, and so are \`0.0.0.0/1\` and \`128.0.0.0/1\` together, or any list of blocks that adds up. In \`to\`, the selected pods also reach private networks, nodes and the cloud's metadata service, which hands out credentials; in \`from\`, everybody reaches them.

Name the ranges that are needed. Where it has to be the internet, take private and metadata ranges out with \`except\`; then this is reported as information only. A block shorter than /8 counts as well, and so does a list of blocks that is an eighth of all public addresses: nobody owns a network as wide as that.`,
    refs: [
      {
        title: 'Kubernetes: NetworkPolicy, ipBlock',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors',
      },
      {
        title: 'MITRE ATT&CK T1552.005, Cloud Instance Metadata API',
        url: 'https://attack.mitre.org/techniques/T1552/005/',
      },
      { title: 'NIST SP 800-190, 3.4.2 Unbounded network access from containers' },
    ],
    examples: [
      {
        title: 'Every IPv4 address as destination, in a contractor namespace',
        yaml: webPolicy(
          `
          policyTypes: [Egress]
          egress:
            - to:
                - ipBlock:
                    cidr: ⟦0.0.0.0/0⟧
              ports:
                - port: 443
        `,
          CONTRACTOR,
        ),
        severity: 'error',
        message: 'is every IPv4 address',
        fixes: [
          {
            title: 'Leave out private and metadata ranges',
            safe: false,
            leaves: ['world-cidr'],
            fixed: webPolicy(
              `
              policyTypes: [Egress]
              egress:
                - to:
                    - ipBlock:
                        cidr: 0.0.0.0/0
                        except:
                          - 10.0.0.0/8
                          - 100.64.0.0/10
                          - 169.254.0.0/16
                          - 172.16.0.0/12
                          - 192.168.0.0/16
                  ports:
                    - port: 443
            `,
              CONTRACTOR,
            ),
          },
        ],
      },
      {
        title: 'Two halves in two rules that share a port',
        yaml: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to: [{ ipBlock: { cidr: ⟦0.0.0.0/1⟧ } }]
              ports: [{ port: 443 }]
            - to: [{ ipBlock: { cidr: 128.0.0.0/1 } }]
        `),
        message: 'together are every IPv4 address',
        fixes: [
          {
            title: 'Leave out private and metadata ranges',
            safe: false,
            leaves: ['egress-without-dns', 'world-cidr'],
            fixed: webPolicy(`
              policyTypes: [Egress]
              egress:
                - to: [{ ipBlock: { cidr: 0.0.0.0/1, except: [10.0.0.0/8, 100.64.0.0/10] } }]
                  ports: [{ port: 443 }]
                - to: [{ ipBlock: { cidr: 128.0.0.0/1, except: [169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16] } }]
            `),
          },
        ],
      },
      {
        title: 'IPv6, with one exception already',
        yaml: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to:
                - ipBlock:
                    cidr: ⟦"::/0"⟧
                    except:
                      - "fd00:ec2::254/128" # metadata
        `),
        message: 'take `fc00::/7`, `fe80::/10` out',
        fixes: [
          {
            title: 'Leave out private and metadata ranges',
            safe: false,
            leaves: ['world-cidr'],
            fixed: webPolicy(`
              policyTypes: [Egress]
              egress:
                - to:
                    - ipBlock:
                        cidr: "::/0"
                        except:
                          - "fd00:ec2::254/128" # metadata
                          - "fc00::/7"
                          - "fe80::/10"
            `),
          },
        ],
      },
      {
        title: 'The internet on purpose: private and metadata ranges are left out',
        yaml: toInternet('[10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.169.254/32]'),
        severity: 'info',
        message: 'with internal ranges left out',
        fixes: [],
      },
      {
        title: 'Every source',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - ipBlock:
                    cidr: ⟦0.0.0.0/0⟧
              ports:
                - port: 5432
        `),
        message: 'anyone on the internet',
        fixes: [
          {
            title: 'Allow only pods of the same namespace',
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from:
                    - podSelector: {}
                  ports:
                    - port: 5432
            `),
          },
        ],
      },
      {
        title: 'A wide block',
        yaml: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to:
                - ipBlock:
                    cidr: ⟦64.0.0.0/2⟧
        `),
        severity: 'warning',
        message: 'far wider than the network of any one organisation',
        fixes: [],
      },
      {
        title: "A partner's range",
        yaml: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to:
                - ipBlock:
                    cidr: 203.0.113.0/24
        `),
      },
      {
        title: 'Halves that share no port',
        yaml: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to: [{ ipBlock: { cidr: 0.0.0.0/8 } }, { ipBlock: { cidr: 10.0.0.0/8 } }]
              ports: [{ port: 443 }]
            - to: [{ ipBlock: { cidr: 172.16.0.0/12 } }, { ipBlock: { cidr: fc00::/7 } }]
              ports: [{ port: 8443 }]
        `),
      },
    ],
  },
  check: function* (resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    for (const direction of DIRECTIONS) {
      if (policy.isolates[direction] === false) continue;
      // Egress to the world on DNS ports alone is for dns-any-destination to report.
      const rules = rulesOf(policy, direction).rules.filter((r) => direction === 'Ingress' || !isDnsOnly(r));
      for (const world of worldsIn(rules)) yield worldFinding(policy, direction, world);
    }
  },
};
