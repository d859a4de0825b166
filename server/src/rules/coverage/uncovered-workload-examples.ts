/**
 * Owns the examples of uncovered-workload.
 */
import type { Example } from '../../core/rule.ts';
import { deploymentYaml } from '../example-workloads.ts';
import { documents, namespaceYaml, policyYaml, webPolicy } from '../example-yaml.ts';

const OFF = 'rules:\n  missing-default-deny-ingress: off\n  missing-default-deny-egress: off\n';
const INGRESS_OFF = 'rules:\n  missing-default-deny-ingress: off\n';

const WEB = deploymentYaml('web', []);
const worker = (name = 'worker') => deploymentYaml('worker', []).replace('name: worker', `name: ${name}`);
const NAMESPACE = namespaceYaml('shop');
const WEB_ONLY = webPolicy(`
  policyTypes:
    - Ingress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: gateway
`);

const WORKER_DENY = policyYaml(
  `
  podSelector:
    matchLabels:
      app: worker
  policyTypes:
    - Ingress
  `,
  'name: worker-deny-ingress\nnamespace: shop',
);

const FIX = {
  title: 'Add a policy that denies their ingress by default',
  safe: false,
};

const annotated = (rule: string) =>
  namespaceYaml(
    'shop',
    `  annotations:\n    netpol-guard/ignore.${rule}: each workload has a policy of its own\n`,
  );

export const UNCOVERED_EXAMPLES: readonly Example[] = [
  {
    title: 'One workload without a policy, where the rule about default deny is off',
    config: INGRESS_OFF,
    yaml: documents(NAMESPACE, WEB, worker('⟦worker⟧'), WEB_ONLY),
    message: 'No policy selects the pods of Deployment worker for ingress',
    fixes: [{ ...FIX, fixed: documents(NAMESPACE, WEB, worker(), WEB_ONLY, WORKER_DENY) }],
  },
  {
    title: 'Where the Namespace says why it goes without default deny',
    yaml: documents(annotated('missing-default-deny-ingress'), WEB, worker('⟦worker⟧'), WEB_ONLY),
    fixes: [
      {
        ...FIX,
        fixed: documents(annotated('missing-default-deny-ingress'), WEB, worker(), WEB_ONLY, WORKER_DENY),
      },
    ],
  },
  {
    title: 'For both directions, without any policy',
    config: OFF,
    yaml: documents(NAMESPACE, worker('⟦worker⟧')),
    message: 'for ingress and egress',
    fixes: [
      {
        title: 'Add a policy that denies their ingress and egress by default, except DNS',
        safe: false,
        fixed: documents(NAMESPACE, worker()),
        creates: {
          'shop-worker-deny.yaml': policyYaml(
            `
            podSelector:
              matchLabels:
                app: worker
            policyTypes:
              - Ingress
              - Egress
            egress:
              - to:
                  - namespaceSelector:
                      matchLabels:
                        kubernetes.io/metadata.name: kube-system
                    podSelector:
                      matchLabels:
                        k8s-app: kube-dns
                ports:
                  - protocol: UDP
                    port: 53
                  - protocol: TCP
                    port: 53
            `,
            'name: worker-deny\nnamespace: shop',
          ),
        },
      },
    ],
  },
  {
    title: 'Default deny is missing, and missing-default-deny-ingress says so',
    yaml: documents(NAMESPACE, WEB, worker(), WEB_ONLY),
  },
  {
    title: 'Default deny covers every pod',
    config: OFF,
    yaml: documents(
      NAMESPACE,
      WEB,
      worker(),
      policyYaml('podSelector: {}\npolicyTypes:\n  - Ingress\n  - Egress', 'name: deny\nnamespace: shop'),
    ),
  },
  {
    title: 'Every workload has a policy',
    config: INGRESS_OFF,
    yaml: documents(NAMESPACE, WEB, WEB_ONLY),
  },
  {
    title: "Pods in the node's network, to which policies do not apply",
    config: INGRESS_OFF,
    yaml: documents(NAMESPACE, WEB, WEB_ONLY, deploymentYaml('agent', [], { spec: ['hostNetwork: true'] })),
  },
  {
    title: 'No Namespace manifest, so that other policies may be kept elsewhere',
    config: OFF,
    yaml: documents(WEB, worker(), WEB_ONLY),
  },
];
