/**
 * Owns temporary folders for tests to serve, and the manifests most of them use.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Folder extends Disposable {
  readonly path: string;
  /** The absolute path of a file in it. */
  file(name: string): string;
  write(name: string, text: string): string;
  remove(name: string): void;
}

/** A folder with these files. It is its own repository, so that nothing above it counts. */
export function folder(files: Readonly<Record<string, string>> = {}): Folder {
  const path = realpathSync.native(mkdtempSync(join(tmpdir(), 'netpol-guard-')));
  mkdirSync(join(path, '.git'));
  const result: Folder = {
    path,
    file: (name) => join(path, name),
    write(name, text) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
    remove: (name) => rmSync(join(path, name), { recursive: true }),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
  for (const [name, text] of Object.entries(files)) result.write(name, text);
  return result;
}

export const CONFIG = '.netpol-guard.yaml';

/** A policy that nothing is wrong with by itself, with these rules in place of its own. */
export function policy(name: string, ingress = CLOSED_INGRESS, namespace = 'shop'): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  podSelector:
    matchLabels:
      app: ${name}
  policyTypes:
    - Ingress
  ingress:
${ingress}`;
}

const CLOSED_INGRESS = `    - from:
        - podSelector:
            matchLabels:
              app: gateway
      ports:
        - protocol: TCP
          port: 8080
`;

/** An ingress rule that allows everything, on the line after `ingress:`; its finding is allow-all-ingress. */
export const OPEN_INGRESS = '    - {}\n';

export function namespace(name = 'shop', labels = ''): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n${labels}`;
}

export const DEFAULT_DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
  namespace: shop
spec:
  podSelector: {}
  policyTypes:
    - Ingress
    - Egress
`;

/** The URI of a file in a folder. */
export function uriIn(files: Folder, name: string): string {
  return pathToFileURL(files.file(name)).href;
}
