// The cluster that the example's policies would be applied to, for tests and pictures: its workloads with pods that run, and two
// contexts, of somebody who may read everything and of somebody who may read one namespace.
import { delimiter } from 'node:path';
import type { AuditEvent, ControlPlane } from '../cluster/control-plane.ts';
import { addNamespace, addPod, allowReading } from '../cluster/seed.ts';

export interface Acme {
  readonly server: ControlPlane;
  /** What $KUBECONFIG has to be. */
  readonly kubeconfig: string;
  /** The requests of the product so far. */
  sent(): AuditEvent[];
}

const NAMESPACES = {
  'acme-portal': { 'netpol-guard/contractor': 'acme' },
  'acme-batch': { 'netpol-guard/contractor': 'acme' },
  payments: {},
  'shared-services': {},
};

/** Namespace, name, Deployment (null for a StatefulSet's), and node. */
const PODS = [
  ['payments', 'payments-api-5d4f8c7b9d-4x2kq', 'payments-api', 'node-a'],
  ['payments', 'payments-api-5d4f8c7b9d-hq9zl', 'payments-api', 'node-b'],
  ['payments', 'payments-api-5d4f8c7b9d-tt7wm', 'payments-api', 'node-c'],
  ['payments', 'payments-db-0', null, 'node-b'],
  ['acme-portal', 'portal-api-7c9d6f5b48-hq2wd', 'portal-api', 'node-a'],
  ['acme-portal', 'portal-api-7c9d6f5b48-zl5vn', 'portal-api', 'node-b'],
  ['acme-portal', 'portal-web-6b7c9f7d5c-8skxp', 'portal-web', 'node-a'],
  ['acme-portal', 'portal-web-6b7c9f7d5c-qv4rb', 'portal-web', 'node-c'],
  ['acme-portal', 'portal-cache-0', null, 'node-c'],
  ['acme-batch', 'batch-worker-59f8d7c66f-2xk8d', 'batch-worker', 'node-a'],
  ['shared-services', 'edge-gateway-84c6f9b7d-lm6tz', 'edge-gateway', 'node-a'],
  ['shared-services', 'smtp-relay-6d5b8f9c7-wz4kp', 'smtp-relay', 'node-b'],
  ['shared-services', 'prometheus-0', null, 'node-c'],
] as const;

export async function seedAcme(server: ControlPlane): Promise<Acme> {
  for (const [name, labels] of Object.entries(NAMESPACES)) await addNamespace(server, name, labels);
  for (const [i, [namespace, name, deployment, node]] of PODS.entries()) {
    const app = deployment ?? name.replace(/-0$/, '');
    const ip = `10.244.${i % 3}.${10 + i}`;
    const hash = name.slice(app.length + 1).split('-')[0] as string;
    const owner = deployment ? { deployment, hash } : { statefulSet: app };
    await addPod(server, namespace, name, { labels: { app }, ip, node, ...owner });
  }
  await allowReading(server, 'acme-portal', { kind: 'User', name: 'namespaced' });
  const contexts = [
    server.kubeconfig('admin', { context: 'staging', namespace: 'payments' }),
    server.kubeconfig('namespaced', { context: 'acme-contractor', namespace: 'acme-portal' }),
  ];
  return {
    server,
    kubeconfig: contexts.join(delimiter),
    sent: () => server.audit().filter(({ userAgent }) => userAgent === 'netpol-guard'),
  };
}
