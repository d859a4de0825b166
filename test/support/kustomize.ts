/** Owns the manifests that the tests of kustomizations are made of. */
import type { Files } from './world.ts';

export const ALLOW_WEB = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-web
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: proxy
        - podSelector: {}
          namespaceSelector:
            matchLabels:
              team: edge
      ports:
        - port: 8080
`;
export const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny-ingress
spec:
  podSelector: {}
  policyTypes:
    - Ingress
`;
export const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: registry.example/web:1.0
`;
export const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;
export const list = (...paths: readonly string[]) =>
  `resources:\n${paths.map((path) => `  - ${path}\n`).join('')}`;

export const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`;

export const BASE: Files = {
  'base/kustomization.yaml': list('namespace.yaml', 'web.yaml', 'allow.yaml', 'service.yaml'),
  'base/namespace.yaml': namespace('shop'),
  'base/web.yaml': WEB,
  'base/allow.yaml': ALLOW_WEB,
  'base/service.yaml': SERVICE,
};
