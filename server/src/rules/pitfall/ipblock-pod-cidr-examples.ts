/** Owns the examples of rule ipblock-pod-cidr. */
import type { Example } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';

const PLATFORM = 'platform: { podCidrs: [10.244.0.0/16], serviceCidrs: [10.96.0.0/12] }\n';
const WITH_CILIUM = PLATFORM.replace('{ ', '{ cni: cilium, ');
const WITH_CACHE = PLATFORM.replace('{ ', '{ dns: node-local-dns, ');

function egress(peer: string, ports = '[{ port: 5432 }]'): string {
  return webPolicy(`
    policyTypes: [Egress]
    egress:
      - to:
          - ${peer}
        ports: ${ports}
  `);
}

function ingress(cidr: string): string {
  return webPolicy(`
    policyTypes: [Ingress]
    ingress:
      - from: [{ ipBlock: { cidr: ${cidr} } }]
        ports: [{ port: 8080 }]
  `);
}

const DNS_PORTS = '[{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]';
const KUBE_DNS = `namespaceSelector:
              matchLabels:
                kubernetes.io/metadata.name: kube-system
            podSelector:
              matchLabels:
                k8s-app: kube-dns`;

export const IPBLOCK_POD_CIDR_EXAMPLES: readonly Example[] = [
  {
    title: 'The address that a pod happens to have',
    yaml: egress('ipBlock: { cidr: ⟦10.244.3.7/32⟧ }'),
    config: PLATFORM,
    message: 'holds addresses of pods (`podCidrs`). A pod gets another address whenever it is created',
  },
  {
    title: 'The same where Cilium enforces the policies',
    yaml: egress('ipBlock: { cidr: ⟦10.244.3.0/24⟧ }'),
    config: WITH_CILIUM,
    message: 'Cilium does not match pods of the cluster by address',
  },
  {
    title: 'The addresses of all pods',
    yaml: ingress('⟦10.244.0.0/16⟧'),
    config: PLATFORM,
    message: 'every pod of the cluster, whoever runs it',
    fixes: [
      {
        title: 'Select every pod of every namespace',
        safe: false,
        leaves: ['all-namespaces-peer'],
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from: [{ namespaceSelector: {} }]
              ports: [{ port: 8080 }]
        `),
      },
    ],
  },
  {
    title: 'The address of a Service',
    yaml: egress('ipBlock: { cidr: ⟦10.96.12.34/32⟧ }'),
    config: PLATFORM,
    message: 'Select those pods by their labels, with the port they listen on.',
  },
  {
    title: 'The address of a Service as a source',
    yaml: ingress('⟦10.96.12.34/32⟧'),
    config: PLATFORM,
    message: 'nobody connects from those',
  },
  {
    title: 'The address of the DNS Service',
    yaml: egress('ipBlock: { cidr: ⟦10.96.0.10/32⟧ }', DNS_PORTS),
    config: PLATFORM,
    fixes: [{ title: "Select the cluster's DNS pods", safe: false, fixed: egress(KUBE_DNS, DNS_PORTS) }],
  },
  {
    title: 'The address of the DNS Service, on which NodeLocal DNSCache answers',
    yaml: egress('ipBlock: { cidr: 10.96.0.10/32 }', DNS_PORTS),
    config: WITH_CACHE,
  },
  {
    title: 'The addresses of pods, on which no NodeLocal DNSCache answers',
    yaml: egress('ipBlock: { cidr: ⟦10.244.0.10/32⟧ }', DNS_PORTS),
    config: WITH_CACHE,
  },
  {
    title: 'A network outside the cluster',
    yaml: egress('ipBlock: { cidr: 10.10.0.0/16 }'),
    config: PLATFORM,
  },
  {
    title: 'A wide range of which the pods are a small part, and pods as an exception',
    yaml: egress('ipBlock: { cidr: 10.0.0.0/8, except: [10.244.0.0/16] }'),
    config: PLATFORM,
  },
  {
    title: 'One address or a network of them? That is for cidr-noncanonical-strict to ask',
    yaml: egress('ipBlock: { cidr: 10.244.3.7/24 }'),
    config: PLATFORM,
  },
  {
    title: 'No peers at all, which empty-from-allows-all reports',
    yaml: webPolicy('policyTypes: [Ingress]\ningress:\n  - ports: [{ port: 8080 }]'),
    config: PLATFORM,
  },
  {
    title: 'Template text',
    yaml: egress('ipBlock: { cidr: 10.244.3.7/32 }').replace(
      'egress:',
      '{{- if .Values.egress }}\n  egress:',
    ),
    config: PLATFORM,
  },
  {
    title: 'Without a config, nobody knows which addresses are those of pods',
    yaml: egress('ipBlock: { cidr: 10.244.3.7/32 }'),
  },
];
