/**
 * Owns saying in a few words how things stand with the cluster. What is wrong is said by the server, in sentences of its own.
 */
import type { ClusterInfo } from '../../../server/src/lsp/protocol.ts';

/** `live`, or how old what is shown is. */
export function ageOf({ phase, heardAt }: ClusterInfo): string {
  switch (phase) {
    case 'connecting':
      return 'reading …';
    case 'live':
      return 'live';
    case 'stale':
      return `as of ${timeOf(heardAt)}`;
    case 'failed':
      return 'not connected';
  }
}

export function timeOf(heardAt: number | null): string {
  return heardAt === null ? 'never' : new Date(heardAt).toLocaleTimeString();
}

/** What is missing, as a sentence; undefined when nothing is. */
export function missingOf({ missing, only }: ClusterInfo): string | undefined {
  if (missing.length === 0) return undefined;
  const scope = only === null ? '' : ` Only the namespace ${only} is read.`;
  return `You may not ${missing.join(', ')}.${scope}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
