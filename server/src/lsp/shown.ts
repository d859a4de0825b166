/**
 * Owns which hints and lenses are wanted, kind by kind. Every kind is, until somebody says otherwise.
 */
import type { ShownOptions } from './protocol.ts';

export interface Shown {
  readonly hints: { readonly podSelector: boolean; readonly peers: boolean; readonly namedPorts: boolean };
  readonly lenses: { readonly policies: boolean; readonly workloads: boolean; readonly reachable: boolean };
}

/** Reads what a client says; whatever it does not say, or says in no way that makes sense, is shown. */
export function shownBy(options: unknown): Shown {
  const { inlayHints, codeLens } = (isObject(options) ? options : {}) as ShownOptions;
  const isOn = (section: unknown, kind: string) => !isObject(section) || section[kind] !== false;
  return {
    hints: {
      podSelector: isOn(inlayHints, 'podSelector'),
      peers: isOn(inlayHints, 'peers'),
      namedPorts: isOn(inlayHints, 'namedPorts'),
    },
    lenses: {
      policies: isOn(codeLens, 'policies'),
      workloads: isOn(codeLens, 'workloads'),
      reachable: isOn(codeLens, 'reachable'),
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
