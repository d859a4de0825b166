/**
 * Owns what the root config says about contractors: who they are, what they have been granted and until when, what is protected
 * from them, and which policies namespaces must have. What policies make of it is the rules' business.
 */
import { type Day, readDay } from './day.ts';

/** Namespaces by a glob of their names, or by labels of the Namespace object. */
export type NamespacePattern = string | { readonly matchLabels: Readonly<Record<string, string>> };

/** Who somebody is to the API server. `name` may be a glob. */
export interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly name: string;
  /** A ServiceAccount's; null when not given. */
  readonly namespace: string | null;
}

/** One end of a granted connection, or what is protected: pods of the namespaces of a glob, or a range of addresses. */
export type ConfigEnd =
  | {
      readonly kind: 'pods';
      readonly namespace: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'cidr'; readonly cidr: string };

/** Ports of one protocol: numbers from `from` to `to`, or a name. */
export type ConfigPorts =
  | { readonly protocol: 'TCP' | 'UDP' | 'SCTP'; readonly from: number; readonly to: number }
  | { readonly protocol: 'TCP' | 'UDP' | 'SCTP'; readonly name: string };

/** A connection that has been approved. */
export interface Dependency {
  /** Egress: the contractor's pods may connect to `end`; Ingress: `end` may connect to them. */
  readonly direction: 'Egress' | 'Ingress';
  readonly end: ConfigEnd;
  readonly ports: readonly ConfigPorts[];
  readonly approvedBy: string;
  readonly ticket: string;
  /** The last day on which it holds; null when neither the grant nor the contract says. */
  readonly expires: Day | null;
}

export interface ContractorConfig {
  readonly name: string;
  readonly namespaces: readonly NamespacePattern[];
  readonly subjects: readonly Subject[];
  readonly owner: string | null;
  /** The last day of the contract; null when not given. */
  readonly expires: Day | null;
  readonly dependencies: readonly Dependency[];
}

/** What no contractor may reach. */
export interface Protected {
  readonly end: ConfigEnd;
  /** Whether lookups at DNS servers in there are not meant. */
  readonly exceptDns: boolean;
}

interface EndFile {
  namespace?: string;
  podSelector?: Record<string, string | Record<string, string>>;
  cidr?: string;
}

/** A contractor as the file has it; by then it has been checked. */
export interface ContractorFile {
  name: string;
  namespaces: NamespacePattern[];
  subjects?: { kind: Subject['kind']; name: string; namespace?: string }[];
  owner?: string;
  expires?: string;
  dependencies?: {
    to?: EndFile;
    from?: EndFile;
    ports: string[];
    approvedBy: string;
    ticket: string;
    expires?: string;
  }[];
}

export function toContractor(file: ContractorFile): ContractorConfig {
  const expires = dayOrNull(file.expires);
  return {
    name: file.name,
    namespaces: file.namespaces,
    subjects: (file.subjects ?? []).map((s) => ({ ...s, namespace: s.namespace ?? null })),
    owner: file.owner ?? null,
    expires,
    dependencies: (file.dependencies ?? []).map((d) => ({
      direction: d.to ? 'Egress' : 'Ingress',
      end: toEnd(d.to ?? d.from ?? {}),
      ports: d.ports.flatMap((text) => readPorts(text) ?? []),
      approvedBy: d.approvedBy,
      ticket: d.ticket,
      expires: earlier(dayOrNull(d.expires), expires),
    })),
  };
}

export function toProtected({ except, ...end }: EndFile & { except?: 'dns' }): Protected {
  return { end: toEnd(end), exceptDns: except === 'dns' };
}

function toEnd({ namespace, podSelector = {}, cidr }: EndFile): ConfigEnd {
  if (cidr !== undefined) return { kind: 'cidr', cidr };
  const { matchLabels, ...plain } = podSelector;
  const labels = { ...(typeof matchLabels === 'object' ? matchLabels : {}), ...plain };
  return { kind: 'pods', namespace: namespace ?? '', labels: labels as Record<string, string> };
}

function dayOrNull(text: string | undefined): Day | null {
  return text === undefined ? null : readDay(text);
}

/** The earlier of two ends; null where there is none. */
function earlier(a: Day | null, b: Day | null): Day | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

const PORTS = /^(?:(\d{1,5})(?:-(\d{1,5}))?|([a-z0-9-]{1,15}))\/(TCP|UDP|SCTP)$/;

/** Reads `443/TCP`, `8000-8100/TCP` or `http/TCP`; null when it is none of these. */
export function readPorts(text: string): ConfigPorts | null {
  const match = PORTS.exec(text);
  if (!match) return null;
  const protocol = match[4] as ConfigPorts['protocol'];
  if (match[3] !== undefined) return { protocol, name: match[3] };
  const from = Number(match[1]);
  const to = Number(match[2] ?? from);
  return from >= 1 && to <= 65535 && from <= to ? { protocol, from, to } : null;
}
