/**
 * Owns the examples of selector-matches-nothing.
 */
import type { Example } from '../../core/rule.ts';
import { deploymentYaml, serviceYaml } from '../example-workloads.ts';
import { documents, namespaceYaml, policyYaml } from '../example-yaml.ts';

const FRONTEND = deploymentYaml('frontend', []);
const BY_NAME = deploymentYaml('web', [], { labels: ['app.kubernetes.io/name: web', 'tier: front'] });
const TWO_KEYS = deploymentYaml('web', [], {
  labels: ['app.kubernetes.io/instance: web', 'app.kubernetes.io/name: web'],
});
const UNLABELLED = (...labels: string[]) =>
  deploymentYaml('web', [], { metadata: ['labels:', '  tier: front'], labels: ['app: web', ...labels] });

const selecting = (...labels: string[]) =>
  policyYaml(`
    podSelector:
      matchLabels:
        ${labels.join('\n        ')}
    policyTypes:
      - Ingress
  `);

const selectingBy = (expression: string) =>
  policyYaml(`
    podSelector:
      matchExpressions:
        - ${expression}
    policyTypes:
      - Ingress
  `);

const from = (...peer: string[]) =>
  policyYaml(`
    podSelector: {}
    policyTypes:
      - Ingress
    ingress:
      - from:
          - ${peer.join('\n            ')}
  `);

const pods = (label: string) => ['podSelector:', '  matchLabels:', `    ${label}`];
const namespaces = (label: string) => ['namespaceSelector:', '  matchLabels:', `    ${label}`];

const NAME = 'kubernetes.io/metadata.name';
const MONITORING = namespaceYaml('monitoring', '  labels:\n    team: operations\n');
const PROMETHEUS = deploymentYaml('prometheus', [], { namespace: 'monitoring' });
const POLICY_OF_MONITORING = policyYaml('podSelector: {}', 'name: default-deny\nnamespace: monitoring');

export const SELECTOR_EXAMPLES: readonly Example[] = [
  {
    title: 'A slip in a value',
    yaml: documents(FRONTEND, selecting('app: ⟦forntend⟧')),
    message:
      'has the label app=forntend, so this policy protects no pod that is known here. The pods of Deployment frontend have app=frontend',
    fixes: [
      {
        title: 'Write app: frontend',
        safe: false,
        fixed: documents(FRONTEND, selecting('app: frontend')),
      },
    ],
  },
  {
    title: 'The other key for the name of an application',
    yaml: documents(BY_NAME, selecting('⟦app⟧: web')),
    fixes: [
      {
        title: 'Write app.kubernetes.io/name: web',
        safe: false,
        fixed: documents(BY_NAME, selecting('app.kubernetes.io/name: web')),
      },
    ],
  },
  {
    title: 'Two keys that may be meant: choices',
    yaml: documents(TWO_KEYS, selecting('⟦app⟧: web')),
    fixes: [
      {
        title: 'Write app.kubernetes.io/instance: web',
        safe: false,
        fixed: documents(TWO_KEYS, selecting('app.kubernetes.io/instance: web')),
      },
      {
        title: 'Write app.kubernetes.io/name: web',
        safe: false,
        fixed: documents(TWO_KEYS, selecting('app.kubernetes.io/name: web')),
      },
    ],
  },
  {
    title: 'Upper and lower case, in an expression',
    yaml: documents(FRONTEND, selectingBy('{ key: app, operator: In, values: [⟦Front-End⟧] }')),
    fixes: [
      {
        title: 'Write app: frontend',
        safe: false,
        fixed: documents(FRONTEND, selectingBy('{ key: app, operator: In, values: [frontend] }')),
      },
    ],
  },
  {
    title: 'A peer',
    yaml: documents(FRONTEND, from(...pods('⟦App⟧: frontend'))),
    message: 'so this peer lets nobody in',
    fixes: [
      {
        title: 'Write app: frontend',
        safe: false,
        fixed: documents(FRONTEND, from(...pods('app: frontend'))),
      },
    ],
  },
  {
    title: 'A label that the Deployment has and its pods have not',
    yaml: documents(UNLABELLED(), selecting('app: web', '⟦tier⟧: front')),
    message: 'Selectors look at its pods',
    fixes: [
      {
        title: 'Give tier: front to the pods of Deployment web',
        safe: false,
        fixed: documents(UNLABELLED('tier: front'), selecting('app: web', 'tier: front')),
      },
    ],
  },
  {
    title: 'A label of namespaces',
    yaml: documents(FRONTEND, from(...pods(`⟦${NAME}⟧: monitoring`))),
    message: 'which no pod has',
    fixes: [
      {
        title: 'Make it a `namespaceSelector`',
        safe: false,
        fixed: documents(FRONTEND, from(...namespaces(`${NAME}: monitoring`))),
      },
    ],
  },
  {
    title: 'Pods of another namespace',
    yaml: documents(FRONTEND, PROMETHEUS, from('podSelector:', '  ⟦matchLabels:', '    app: prometheus⟧')),
    severity: 'hint',
    message: "means pods of the policy's own namespace",
    fixes: [
      {
        title: 'Mean the pods in namespace monitoring',
        safe: false,
        fixed: documents(
          FRONTEND,
          PROMETHEUS,
          from(...namespaces(`${NAME}: monitoring`), ...pods('app: prometheus')),
        ),
      },
    ],
  },
  {
    title: 'A namespace by a label that its manifest does not give it',
    yaml: documents(MONITORING, POLICY_OF_MONITORING, FRONTEND, from(...namespaces('⟦name⟧: monitoring'))),
    message: `Namespace monitoring has ${NAME}=monitoring`,
    fixes: [
      {
        title: `Write ${NAME}: monitoring`,
        safe: false,
        fixed: documents(
          MONITORING,
          POLICY_OF_MONITORING,
          FRONTEND,
          from(...namespaces(`${NAME}: monitoring`)),
        ),
      },
    ],
  },
  {
    title: 'A slip in the name of a namespace',
    yaml: documents(MONITORING, POLICY_OF_MONITORING, FRONTEND, from(...namespaces(`${NAME}: ⟦montioring⟧`))),
    fixes: [
      {
        title: `Write ${NAME}: monitoring`,
        safe: false,
        fixed: documents(
          MONITORING,
          POLICY_OF_MONITORING,
          FRONTEND,
          from(...namespaces(`${NAME}: monitoring`)),
        ),
      },
    ],
  },
  {
    title: 'A namespace that is in every cluster',
    yaml: documents(namespaceYaml('kube-systems'), FRONTEND, from(...namespaces(`${NAME}: kube-system`))),
  },
  {
    title: 'A label that the pods have',
    yaml: documents(FRONTEND, selecting('app: frontend')),
  },
  {
    title: 'Pods that the workspace does not have',
    yaml: documents(FRONTEND, selecting('app: database')),
  },
  {
    title: 'Things told apart by a number or a letter',
    yaml: documents(deploymentYaml('worker-1', []), selecting('app: worker-2')),
  },
  {
    title: 'A label that a Service relies on, so that there are such pods',
    yaml: documents(
      deploymentYaml('webb', [], { labels: ['app.kubernetes.io/name: web'] }),
      serviceYaml('web', ['- port: 80']),
      selecting('app: web'),
    ),
  },
  {
    title: 'Pods whose labels are template text',
    yaml: documents(
      deploymentYaml('web', [], { labels: ['app: "{{ .Values.app }}"'] }),
      FRONTEND,
      selecting('app: forntend'),
    ),
  },
  {
    title: 'Pods of another namespace that is a copy of this one',
    yaml: documents(
      FRONTEND,
      deploymentYaml('frontend', [], { namespace: 'shop-dev' }),
      deploymentYaml('cache', [], { namespace: 'shop-dev' }),
      from(...pods('app: cache')),
    ),
  },
  {
    title: 'Pods of another namespace that is named beside them, which is another mistake',
    yaml: documents(
      FRONTEND,
      PROMETHEUS,
      from(...namespaces(`${NAME}: monitoring`)).concat(
        '          - podSelector:\n              matchLabels:\n                app: prometheus\n',
      ),
    ),
  },
  {
    title: 'A namespace of which the workspace does not say how it is labelled',
    yaml: documents(PROMETHEUS, FRONTEND, from(...namespaces('name: monitoring'))),
  },
  {
    title: 'A label for others to set, without a slip',
    yaml: documents(
      deploymentYaml('web', [], { labels: ['allow-cache: "true"'] }),
      from(...pods('allow-queue: "true"')),
    ),
  },
];
