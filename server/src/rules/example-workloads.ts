/**
 * Owns the workloads and Services of the examples of rules.
 */

interface DeploymentParts {
  readonly namespace?: string;
  /** The labels of the pods, one a line; `app` and the name without. */
  readonly labels?: readonly string[];
  /** Lines of the Deployment's own metadata. */
  readonly metadata?: readonly string[];
  /** Lines of the pod's spec. */
  readonly spec?: readonly string[];
}

/** A Deployment whose pods are labelled `app: web`. */
export const WEB_DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
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

/** A Deployment of one container with these lines as its `ports`. */
export function deploymentYaml(
  name: string,
  ports: readonly string[],
  { namespace = 'shop', labels = [`app: ${name}`], metadata = [], spec = [] }: DeploymentParts = {},
): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
${indented(2, metadata)}spec:
  template:
    metadata:
      labels:
${indented(8, labels)}    spec:
${indented(6, spec)}      containers:
        - name: ${name}
          image: registry.example/${name}:1.0
${ports.length === 0 ? '' : `          ports:\n${indented(12, ports)}`}`;
}

/** A Service for the pods labelled `app` and its name, with these lines as its `ports` and others of its spec. */
export function serviceYaml(name: string, ports: readonly string[], ...spec: readonly string[]): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: shop
spec:
${indented(2, spec)}  selector:
    app: web
  ports:
${indented(4, ports)}`;
}

function indented(columns: number, lines: readonly string[]): string {
  return lines.map((line) => `${' '.repeat(columns)}${line}\n`).join('');
}
