/** The examples of rule isolates-unrules. */
import type { Example } from '../../core/rule.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';

function fromGateway(types: string, egress = ''): string {
  return webPolicy(`
    policyTypes:
      - Ingress
${types}${egress}    ingress:
      - from:
          - podSelector:
              matchLabels:
                app: gateway
  `);
}

const SAY_EGRESS = 'Say with `egress: []` that nothing is allowed';
const SAY_INGRESS = 'Say with `ingress: []` that nothing is allowed';
const TAKE_EGRESS = 'Take Egress out of policyTypes, so that it is not isolated';
const TAKE_INGRESS = 'Take Ingress out of policyTypes, so that it is not isolated';

const SERVED = `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    metadata:
      labels:
        app: web
    spec:
      dnsPolicy: None
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector:
    app: web
  ports:
    - port: 80
`;

function toDatabase(types: string, rest = ''): string {
  return webPolicy(`
    policyTypes: ${types}
${rest}    egress:
      - to: [{ podSelector: { matchLabels: { app: db } } }]
        ports: [{ port: 5432 }]
  `);
}

export const ISOLATES_UNRULES_EXAMPLES: readonly Example[] = [
  {
    title: 'Rules for ingress, and egress denied in passing',
    yaml: fromGateway('      - ⟦Egress⟧\n'),
    severity: 'info',
    message: 'not even to look up a name',
    fixes: [
      { title: SAY_EGRESS, safe: false, fixed: fromGateway('      - Egress\n', '    egress: []\n') },
      { title: TAKE_EGRESS, safe: false, fixed: fromGateway('') },
    ],
  },
  {
    title: 'Rules for egress, and a Service that sends connections to the pods',
    yaml: toDatabase('[⟦Ingress⟧, Egress]') + SERVED,
    message: 'though Service web sends connections to them',
    fixes: [
      {
        title: SAY_INGRESS,
        safe: false,
        fixed: toDatabase('[Ingress, Egress]', '    ingress: []\n') + SERVED,
      },
      { title: TAKE_INGRESS, safe: false, fixed: toDatabase('[Egress]') + SERVED },
    ],
  },
  { title: 'Nothing is what is said', yaml: fromGateway('      - Egress\n', '    egress: []\n') },
  {
    title: 'A comment says it',
    yaml: `# The web tier opens no connections.\n${fromGateway('      - Egress\n')}`,
  },
  { title: 'Nobody sends connections to the pods', yaml: toDatabase('[Ingress, Egress]') },
  {
    title: 'Another policy allows something',
    yaml: `${fromGateway('      - Egress\n')}---\n${policyYaml(
      `
      podSelector: {}
      policyTypes: [Egress]
      egress:
        - to: [{ podSelector: { matchLabels: { app: db } } }]
    `,
      'name: db\nnamespace: shop',
    )}`,
  },
  {
    title: 'Denied both ways',
    yaml: webPolicy('policyTypes: [Ingress, Egress]'),
  },
];
