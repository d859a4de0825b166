/** Owns the examples of rule api-version. */
import type { Example } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';

const GOOD = webPolicy(`
  policyTypes:
    - Ingress
`);

function bad(title: string, from: string, to: string, message: string, fix: string): Example {
  return { title, yaml: GOOD.replace(from, to), message, fixes: [{ title: fix, safe: true, fixed: GOOD }] };
}

const VERSION = 'networking.k8s.io/v1';

function badVersion(title: string, version: string, message: string): Example {
  return bad(title, VERSION, `⟦${version}⟧`, message, `Write ${VERSION}`);
}

function badKind(title: string, kind: string): Example {
  const message = `There is no kind \`${kind}\` in \`networking.k8s.io\`.`;
  return bad(title, 'kind: NetworkPolicy', `kind: ⟦${kind}⟧`, message, 'Write NetworkPolicy');
}

export const API_VERSION_EXAMPLES: readonly Example[] = [
  badVersion(
    'The first home of NetworkPolicy',
    'extensions/v1beta1',
    'Kubernetes 1.16 removed NetworkPolicy',
  ),
  badVersion(
    'A version that never was',
    'networking.k8s.io/v1beta1',
    'There is no NetworkPolicy in `networking.k8s.io/v1beta1`. The API server refuses the object',
  ),
  badVersion("Another group's version", 'apps/v1', 'There is no NetworkPolicy in `apps/v1`.'),
  badVersion('No group', 'v1', 'There is no NetworkPolicy in `v1`.'),
  badVersion('No version', 'networking.k8s.io', 'There is no NetworkPolicy in `networking.k8s.io`.'),
  badVersion(
    'A slip of the pen',
    'networkng.k8s.io/v1',
    'There is no NetworkPolicy in `networkng.k8s.io/v1`.',
  ),
  badVersion('A group that sounds right', 'network.kubernetes.io/v1', 'There is no NetworkPolicy in'),
  badVersion('Upper case', 'Networking.K8S.io/v1', 'There is no NetworkPolicy in'),
  badVersion('Two slips', 'netwrkng.k8s.io/v1', 'There is no NetworkPolicy in'),
  badKind('The plural', 'NetworkPolicies'),
  badKind('Lower case', 'networkpolicy'),
  bad(
    'A misspelt key',
    'apiVersion:',
    '⟦apiversion⟧:',
    '`apiversion` is not `apiVersion`: names of fields are case-sensitive.',
    'Rename to `apiVersion`',
  ),
  bad('A misspelt `kind`', 'kind:', '⟦Kind⟧:', '`Kind` is not `kind`', 'Rename to `kind`'),
  bad(
    'A misspelt key in the right case',
    'apiVersion:',
    '⟦apiVerson⟧:',
    '`apiVerson` is not `apiVersion`. kubectl',
    'Rename to `apiVersion`',
  ),
  bad(
    'No `apiVersion`',
    `apiVersion: ${VERSION}\nkind: NetworkPolicy`,
    'kind: ⟦NetworkPolicy⟧',
    '`apiVersion` is missing, so nothing knows this object for a NetworkPolicy.',
    `Add apiVersion: ${VERSION}`,
  ),
  {
    title: 'No kind',
    yaml: GOOD.replace('kind: NetworkPolicy', '⟦kind⟧:'),
    message: '`kind` has no value',
    fixes: [{ title: 'Add kind: NetworkPolicy', safe: true, fixed: GOOD }],
  },
  {
    title: 'Neither version nor kind',
    yaml: GOOD.replace(VERSION, `${VERSION}beta1`).replace('kind: NetworkPolicy', 'kind: ⟦networkpolicy⟧'),
    message: 'There is no kind `networkpolicy` in `networking.k8s.io`.',
    fixes: [{ title: `Write ${VERSION}, NetworkPolicy`, safe: true, fixed: GOOD }],
  },
  { title: 'A NetworkPolicy', yaml: GOOD },
  {
    title: "Calico's NetworkPolicy is another kind of the same name",
    yaml: GOOD.replace(VERSION, 'projectcalico.org/v3'),
  },
  {
    title: 'A group that only looks like it',
    yaml: GOOD.replace(VERSION, 'networking.gke.io/v1'),
  },
  {
    title: "Another API's kind of a similar name",
    yaml: GOOD.replace(VERSION, 'example.com/v1').replace('NetworkPolicy', 'NetworkPolicies'),
  },
  { title: 'No text at all, as while it is being written', yaml: GOOD.replace(VERSION, '1') },
  {
    title: 'Other kinds of the same group',
    yaml: `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: internal
spec:
  controller: example.com/ingress
`,
  },
  {
    title: 'A patch for a NetworkPolicy',
    yaml: `kind: NetworkPolicy
metadata:
  name: web
spec:
  ingress: []
`,
  },
  {
    title: 'The items of a list of NetworkPolicies have their type from the list',
    yaml: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicyList
items:
  - kind: NetworkPolicy
    metadata:
      name: web
    spec:
      podSelector: {}
      policyTypes: [Ingress]
`,
  },
  { title: 'Template text', yaml: GOOD.replace(VERSION, '{{ .Values.apiVersion }}') },
];
