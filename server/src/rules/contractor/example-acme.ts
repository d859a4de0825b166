/**
 * Owns the config and the policies that the examples of contractor rules share.
 */
import { policyYaml } from '../example-yaml.ts';

/** Contractor acme, with one grant: `app: api` in payments, on port 443. */
export const ACME = `contractors:
  - name: acme
    namespaces: [acme-*]
    dependencies:
      - to: { namespace: payments, podSelector: { app: api } }
        ports: [443/TCP]
        approvedBy: security@example.com
        ticket: SEC-1412
        expires: 2026-12-31
`;

/** The config with an entry that a person has to complete. */
export function prepared(way: string): string {
  return `${ACME}      - ${way}
        approvedBy: ""
        ticket: ""
        expires: ""
`;
}

interface AcmePolicy {
  /** The item of `to`, at the indentation of the example. */
  readonly peer: string;
  readonly port?: string;
  /** Lines of the policy's annotations. */
  readonly annotations?: string;
}

/** A policy in acme-web that allows egress to one peer. */
export function toPeer({ peer, port = '443', annotations }: AcmePolicy): string {
  const metadata = `name: web-egress\nnamespace: acme-web${annotations === undefined ? '' : `\nannotations:\n  ${annotations}`}`;
  return policyYaml(
    `
    podSelector:
      matchLabels:
        app: web
    policyTypes:
      - Egress
    egress:
      - to:
          - ${peer}
        ports:
          - protocol: TCP
            port: ${port}
  `,
    metadata,
  );
}

/** A peer: pods of a namespace by its name and, where given, one label. */
export function podsOfNamespace(name: string, app?: string): string {
  const namespace = `namespaceSelector:
              matchLabels:
                kubernetes.io/metadata.name: ${name}`;
  return app === undefined
    ? namespace
    : `${namespace}
            podSelector:
              matchLabels:
                app: ${app}`;
}

export const TICKET = 'netpol-guard/grant: SEC-1412';
