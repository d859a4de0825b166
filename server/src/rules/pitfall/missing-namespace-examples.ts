/** Owns the examples of rule missing-namespace. */
import type { Example } from '../../core/rule.ts';
import { policyYaml } from '../example-yaml.ts';

const DENY = 'podSelector: {}\npolicyTypes: [Ingress, Egress]';

const WEB =
  'podSelector: { matchLabels: { app: web } }\npolicyTypes: [Ingress]\ningress:\n  - from: [{ podSelector: {} }]';

function namespaceYaml(name: string): string {
  return `apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
`;
}

const WORKLOAD = `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: web
      image: example.com/web
`;

function beside(others: readonly string[], metadata = 'name: default-deny'): string {
  return [...others, policyYaml(DENY, metadata)].join('---\n');
}

export const MISSING_NAMESPACE_EXAMPLES: readonly Example[] = [
  {
    title: 'Beside the Namespace that it is for',
    yaml: beside([namespaceYaml('shop')]).replace(/metadata:(?=\n {2}name: default-deny)/, '⟦metadata⟧:'),
    severity: 'info',
    message: 'while other objects of this folder name shop',
    fixes: [
      {
        title: 'Put it into the namespace shop',
        safe: false,
        fixed: beside([namespaceYaml('shop')], 'name: default-deny\nnamespace: shop'),
      },
    ],
  },
  {
    title: 'Beside policies of two namespaces',
    yaml: beside([
      policyYaml(WEB, 'name: web\nnamespace: shop'),
      policyYaml(WEB, 'name: web\nnamespace: back-office'),
    ]).replace(/metadata:(?=\n {2}name: default-deny\nspec)/, '⟦metadata⟧:'),
    message: 'name back-office and shop',
    fixes: ['back-office', 'shop'].map((name) => ({
      title: `Put it into the namespace ${name}`,
      safe: false,
      fixed: beside([
        policyYaml(WEB, 'name: web\nnamespace: shop'),
        policyYaml(WEB, 'name: web\nnamespace: back-office'),
      ]).replace(/name: default-deny(?=\nspec)/, `name: default-deny\n  namespace: ${name}`),
    })),
  },
  {
    title: 'It names its namespace',
    yaml: beside([namespaceYaml('shop')], 'name: default-deny\nnamespace: shop'),
  },
  {
    title: 'Nothing here names a namespace: whoever applies it does',
    yaml: beside([WORKLOAD]),
  },
  {
    title: 'The workload beside it names none either',
    yaml: beside([WORKLOAD, namespaceYaml('shop')]),
  },
  {
    title: 'Beside objects of the namespace that is current unless somebody says otherwise',
    yaml: beside([policyYaml(WEB, 'name: web\nnamespace: default')]),
  },
  {
    title: 'Template text gives the namespace',
    yaml: beside([namespaceYaml('shop')], 'name: default-deny\nnamespace: {{ .Release.Namespace }}'),
  },
];
