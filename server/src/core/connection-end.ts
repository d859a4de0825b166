/**
 * Owns how people write one end of a connection, and its ports: in policy tests, on the command line and in pickers. Which pods
 * an end means is not its business.
 */
import { type CidrText, readCidr } from './ip-notation.ts';

/** A requirement on labels, as in a LabelSelector. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Empty for Exists and DoesNotExist. */
  readonly values: readonly string[];
}

/** All requirements must hold; none means everything matches. */
export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[];
}

/** One end of a connection. */
export type End =
  /** Every pod there is, and every address. */
  | { readonly kind: 'any' }
  | {
      readonly kind: 'workload';
      readonly namespace: string;
      readonly name: string;
      readonly of: string | null;
    }
  | { readonly kind: 'addresses'; readonly range: CidrText }
  | PodsEnd;

/** The pods that match `podSelector` in the namespaces that match both of the others; null means that all do. */
export interface PodsEnd {
  readonly kind: 'pods';
  /** The namespace's name, or a glob. */
  readonly namespace: string | null;
  readonly namespaceSelector: LabelSelector | null;
  readonly podSelector: LabelSelector | null;
}

/** What can stand for an end, to follow "is no" or "takes". */
export const END_FORMS =
  'a workload as namespace/name[Kind], an IP address, a range such as 203.0.113.0/24, or any';

const WORKLOAD =
  /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?:\[([A-Za-z]+)\])?$/;

/** Reads an end that is written as one text; null when it is none. The Kind may be left out. */
export function readEnd(text: string): End | null {
  if (text === 'any') return { kind: 'any' };
  const range = readCidr(text) ?? readCidr(`${text}/${text.includes(':') ? 128 : 32}`);
  if (range) return { kind: 'addresses', range };
  const [, namespace, name, of] = WORKLOAD.exec(text) ?? [];
  if (namespace === undefined || name === undefined) return null;
  return { kind: 'workload', namespace, name, of: of ?? null };
}

export type PortProtocol = 'TCP' | 'UDP' | 'SCTP';

/** The ports from `from` to `to`, both included. */
export interface PortSpan {
  readonly protocol: PortProtocol;
  readonly from: number;
  readonly to: number;
}

const PORT = /^(?:([0-9]{1,5})(?:-([0-9]{1,5}))?\/)?(TCP|UDP|SCTP)$/;

/** Reads `443/TCP`, `8000-8100/TCP`, or `TCP` for all of its ports; null when it is none of these. */
export function readPort(text: string): PortSpan | null {
  const [, first, last, protocol] = PORT.exec(text) ?? [];
  if (protocol === undefined) return null;
  const from = Number(first ?? 1);
  const to = Number(last ?? first ?? 65535);
  return from >= 1 && from <= to && to <= 65535 ? { protocol: protocol as PortProtocol, from, to } : null;
}
