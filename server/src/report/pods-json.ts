/**
 * Owns `pods --format json`: the pods of each policy for programs. Lines and columns start at 1, ends are exclusive.
 */
import type { Range } from '../core/document.ts';
import type { PolicyPods } from './affected-pods.ts';
import type { Refusal } from './forbidden.ts';

/** Where the pods come from: a context's cluster, or the manifests of the workspace. */
export type PodsOrigin =
  | { readonly kind: 'workspace' }
  | {
      readonly kind: 'context';
      readonly name: string;
      /** ISO 8601. */
      readonly readAt: string;
      /** The one namespace whose pods may be read; null for all. */
      readonly only: string | null;
      readonly forbidden: readonly Refusal[];
    };

export function podsJson(
  policies: readonly PolicyPods[],
  source: PodsOrigin,
  fileOf: (uri: string) => string,
): string {
  const json = { version: 1, source, policies: policies.map((policy) => policyJson(policy, fileOf)) };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function policyJson({ uri, range, name, namespace, sections }: PolicyPods, fileOf: (uri: string) => string) {
  return {
    name,
    namespace,
    file: fileOf(uri),
    range: regionOf(range),
    sections: sections.map(({ role, path, title, range, extent, total, open, namespaces, notes }) => ({
      role: role.toLowerCase(),
      path,
      title,
      range: regionOf(range),
      extent,
      total,
      open,
      namespaces: namespaces.map(({ name, total, workloads }) => ({
        name,
        total,
        workloads: workloads.map(({ at, ...workload }) => ({
          ...workload,
          ...(at && { file: fileOf(at.uri), range: regionOf(at.range) }),
        })),
      })),
      notes,
    })),
  };
}

function regionOf({ start, end }: Range) {
  const place = ({ line, character }: Range['start']) => ({ line: line + 1, column: character + 1 });
  return { start: place(start), end: place(end) };
}
