/** The examples of rule exposed-service. */
import type { Example } from '../../core/rule.ts';
import { ACME } from './example-access.ts';

/** The Service `web` of acme's portal with these lines in its spec. */
function service(spec: string, namespace = 'acme-portal'): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: ${namespace}
spec:
${spec}  selector: { app: web }
  ports:
    - { name: http, port: 80, protocol: TCP }
`;
}

function ingress(backend: string, namespace = 'acme-portal'): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: ${namespace}
spec:
  rules:
    - host: portal.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${backend}
                port: { name: http }
`;
}

function httpRoute(backend: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: portal
  namespace: edge
spec:
  parentRefs: [{ name: public }]
  rules:
    - backendRefs:
        - name: ${backend}
          namespace: acme-portal
          port: 80
`;
}

export const EXPOSED_SERVICE_EXAMPLES: readonly Example[] = [
  {
    title: 'A port of every node',
    config: ACME,
    yaml: service('  type: ⟦NodePort⟧\n'),
    message: 'on a port of every node',
    severity: 'warning',
    fixes: [{ title: 'Make it a ClusterIP', safe: false, fixed: service('  type: ClusterIP\n') }],
  },
  {
    title: 'A load balancer, with fields of its own: those would have to go, too',
    config: ACME,
    yaml: service('  type: ⟦LoadBalancer⟧\n  externalTrafficPolicy: Local\n'),
  },
  {
    title: 'Addresses that are taken over',
    config: ACME,
    yaml: service('  ⟦externalIPs: [203.0.113.7]⟧\n'),
    severity: 'error',
    fixes: [{ title: 'Take externalIPs away', safe: false, fixed: service('') }],
  },
  { title: 'An Ingress', config: ACME, yaml: ingress('⟦web⟧') },
  { title: 'A route of another namespace that leads there', config: ACME, yaml: httpRoute('⟦web⟧') },
  { title: 'A ClusterIP', config: ACME, yaml: service('  type: ClusterIP\n') },
  {
    title: "The company's own Service and Ingress",
    config: ACME,
    yaml: `${service('  type: LoadBalancer\n', 'shop')}---\n${ingress('web', 'shop')}`,
  },
];
