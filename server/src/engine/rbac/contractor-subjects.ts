/**
 * Owns which subjects of RBAC are a contractor's: those that the config names, the ServiceAccounts of a contractor's namespaces,
 * and the groups that hold them. What they are granted is not its business.
 */
import type { Config } from '../../core/config.ts';
import { matchesGlob } from '../../core/glob.ts';
import type { AccessSubject } from './binding.ts';

/** What has to be known of namespaces to tell. */
export interface Ownership {
  /** The contractor of the namespace of this name: see Contractors. */
  contractorOf(namespace: string): string | null;
  /** Whether there is any contractor at all. */
  hasContractors(): boolean;
}

const ACCOUNT = 'system:serviceaccount:';
const ACCOUNTS = 'system:serviceaccounts';
/** Groups that everybody is in who is let in at all, contractors among them. */
const EVERYONE: ReadonlySet<string> = new Set([ACCOUNTS, 'system:authenticated', 'system:unauthenticated']);

/** Whose `subject` is: a contractor's name, empty where only the fact is known; null when it is no contractor's. */
export function contractorOfSubject(
  subject: AccessSubject,
  { contractors }: Config,
  ownership: Ownership,
): string | null {
  const { kind, name } = subject;
  for (const contractor of contractors ?? [])
    if (contractor.subjects.some((s) => isMeant(s, subject))) return contractor.name;
  const namespace = accountNamespaceOf(subject);
  if (namespace !== null) return ownership.contractorOf(namespace);
  return kind === 'Group' && EVERYONE.has(name) && ownership.hasContractors() ? '' : null;
}

/** Whether `subject` is a group that everybody is in, whoever they belong to. */
export function isEveryone({ kind, name }: Pick<AccessSubject, 'kind' | 'name'>): boolean {
  return kind === 'Group' && EVERYONE.has(name);
}

/** Whether a subject is one of those the config means, whose names are globs. */
function isMeant(
  wanted: { readonly kind: string; readonly name: string; readonly namespace: string | null },
  { kind, name, namespace }: AccessSubject,
): boolean {
  if (wanted.kind === 'ServiceAccount' && kind === 'User')
    return matchesGlob(`${ACCOUNT}${wanted.namespace ?? '*'}:${wanted.name}`, name);
  if (wanted.kind !== kind || !matchesGlob(wanted.name, name)) return false;
  return kind !== 'ServiceAccount' || wanted.namespace === null || wanted.namespace === namespace;
}

/** The namespace of the ServiceAccounts that a subject stands for: one by name or as a user, or all of it as a group. */
export function accountNamespaceOf({ kind, name, namespace }: AccessSubject): string | null {
  if (kind === 'ServiceAccount') return namespace;
  if (kind === 'User' && name.startsWith(ACCOUNT)) return name.slice(ACCOUNT.length).split(':')[0] || null;
  if (kind === 'Group' && name.startsWith(`${ACCOUNTS}:`)) return name.slice(ACCOUNTS.length + 1) || null;
  return null;
}
