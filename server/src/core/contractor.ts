/**
 * Owns the answer to "is this a contractor's?": by the root config's `contractors`, by the label `netpol-guard/contractor`,
 * and, with no `contractors` in a config, by the namespace's name. Other people's labels are never guessed from.
 */
import { matchesGlob } from './glob.ts';
import type { ContractorConfig, NamespacePattern } from './grants.ts';
import type { Resource } from './resource.ts';

/** The label by which a Namespace or a pod says whose it is. */
export const CONTRACTOR_LABEL = 'netpol-guard/contractor';

export interface Contractors {
  /** The contractor a namespace belongs to: a name, or an empty string when only the fact is known; null when none. */
  ofNamespace(name: string | null, namespace: Resource | null): string | null;
  /** What the root config says of a contractor; null when it is not in there. */
  named(name: string): ContractorConfig | null;
}

/** How contractors are told under this config; without one (or with none in it) by label and by name. */
export function contractorsOf(config: readonly ContractorConfig[] | null): Contractors {
  return {
    ofNamespace(name, namespace) {
      const label = namespace?.labels.get(CONTRACTOR_LABEL);
      if (label !== undefined) return label;
      if (config === null) return name !== null && namedLikeContractor(name) ? '' : null;
      for (const contractor of config)
        if (contractor.namespaces.some((entry) => matchesPattern(entry, name, namespace)))
          return contractor.name;
      return null;
    },
    named: (name) => config?.find((contractor) => contractor.name === name) ?? null,
  };
}

/** Whether a namespace is one of those of a glob, or of labels that its Namespace object has. */
function matchesPattern(entry: NamespacePattern, name: string | null, namespace: Resource | null): boolean {
  if (typeof entry === 'string') return name !== null && matchesGlob(entry, name);
  if (!namespace) return false;
  return Object.entries(entry.matchLabels).every(([key, value]) => namespace.labels.get(key) === value);
}

/** Whether a namespace's name has contractor, contractors, vendor or third-party as a whole token. */
function namedLikeContractor(name: string): boolean {
  return /(?:^|-)(?:contractors?|vendor|third-party)(?:-|$)/.test(name);
}
