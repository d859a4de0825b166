/**
 * Owns the words in which rules about RBAC speak of subjects, places and verbs.
 */
import { listOf } from '../../core/list.ts';
import { describe } from '../../core/resource.ts';
import type { Related } from '../../core/rule.ts';
import type { AccessSubject } from '../../engine/rbac/binding.ts';
import { isEveryone } from '../../engine/rbac/contractor-subjects.ts';
import type { Breach } from './breaches.ts';
import type { Danger } from './dangers.ts';
import type { ContractorGrant } from './grants.ts';

/** `Group contractors:acme`, or with more of them `Group contractors:acme and ServiceAccount acme-batch/worker`. */
export function whoOf(subjects: readonly AccessSubject[]): string {
  return listOf(subjects.map(subjectName), 2);
}

function subjectName(subject: AccessSubject): string {
  const { kind, name, namespace } = subject;
  const text = `${kind} ${namespace === null ? name : `${namespace}/${name}`}`;
  return isEveryone(subject) ? `${text}, which contractors are in,` : text;
}

/** Where a grant counts, to begin a sentence with: `In namespace acme, `. Empty where the sentence needs no place. */
export function whereOf({ reach, namespace }: ContractorGrant, danger?: Danger): string {
  if (reach === 'cluster') return danger?.clusterOnly ? '' : 'In every namespace, ';
  return namespace === null ? '' : `In namespace ${namespace}, `;
}

/** `create and patch on networkpolicies`, each in code. */
export function grantedBy(breaches: readonly Breach[], resource: string): string {
  const verbs = [...new Set(breaches.flatMap((b) => b.verbs))];
  return `${inCode(verbs)} on \`${resource}\``;
}

export function inCode(words: readonly string[]): string {
  return listOf(
    words.map((word) => `\`${word}\``),
    words.length,
  );
}

const RELEASE: Readonly<Record<Breach['release'], string>> = {
  any: '',
  unknown:
    ' Before Kubernetes 1.35, `get` is enough for that, over a WebSocket; if yours is newer, say so with `kubernetes` in the config.',
  old: ' From Kubernetes 1.35 on, the API server asks for `create` as well, unless that is switched off.',
};

/** What to add where a danger depends on the release of Kubernetes, with a space in front; empty where it does not. */
export function releaseNote(breaches: readonly Breach[]): string {
  return breaches.every(({ release }) => release !== 'any') ? RELEASE[breaches[0]?.release ?? 'any'] : '';
}

/** The bindings that give a role to contractors. */
export function relatedBindings(grants: readonly ContractorGrant[]): Related[] {
  return grants.map(({ binding, subjects }) => ({
    at: { document: binding.resource.document, span: (subjects[0]?.node ?? binding.role.node).span },
    message: `${describe(binding.resource)} gives ${binding.role.kind} ${binding.role.name} to ${whoOf(subjects)}.`,
  }));
}
