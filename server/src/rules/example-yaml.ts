/**
 * Owns the frame that the examples of rules share, so that an example shows only what it is about. Indentation that all
 * lines of an example have in common is the source file's, and is taken away.
 */

/** A NetworkPolicy with this text as its `spec` and, where given, as its `metadata`. */
export function policyYaml(spec: string, metadata = 'name: web\nnamespace: shop'): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
${indent(dedent(metadata))}spec:
${indent(dedent(spec))}`;
}

/** A NetworkPolicy for the pods labelled `app: web` whose spec goes on with this text. */
export function webPolicy(spec: string, metadata?: string): string {
  return policyYaml(`podSelector:\n  matchLabels:\n    app: web\n${dedent(spec)}`, metadata);
}

/** A policy that allows one block of addresses, with this text in it. */
export function withBlock(block: string): string {
  return webPolicy(`
    policyTypes:
      - Ingress
    ingress:
      - from:
          - ipBlock:
              ${block}
  `);
}

/** A policy that allows one port, with this text as the item. */
export function withPort(item: string): string {
  return webPolicy(`
    policyTypes:
      - Ingress
    ingress:
      - from:
          - podSelector: {}
        ports:
          - ${item.replaceAll('\n', '\n            ')}
  `);
}

/** A policy for the pods that satisfy one expression. */
export function withExpression(expression: string): string {
  return policyYaml(`
    podSelector:
      matchExpressions:
        - ${expression.replaceAll('\n', '\n          ')}
    policyTypes: [Ingress]
  `);
}

/** Puts documents into one file. */
export function documents(...yaml: readonly string[]): string {
  return yaml.join('---\n');
}

/** A Namespace manifest; the name may carry marks. */
export function namespaceYaml(name: string, labels = ''): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n${labels}`;
}

function dedent(text: string): string {
  const lines = text.replace(/^\n/, '').replace(/\s*$/, '').split('\n');
  const common = Math.min(...lines.filter((l) => l.trim() !== '').map((l) => l.search(/\S/)));
  return lines.map((line) => line.slice(common)).join('\n');
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ').concat('\n');
}
