/**
 * Owns how ends of connections and sets of ports are written in reports: `namespace/name[Kind]` or a list of CIDRs, and ports with
 * their protocol.
 */
import type { PortProtocol, PortSpan } from '../core/connection-end.ts';
import { cidrsOf } from '../engine/cidr-list.ts';
import { isEveryPort, type PortSet, PROTOCOLS } from '../engine/ports.ts';
import type { Part } from '../engine/questions/parts.ts';
import type { End } from '../engine/reach/connections.ts';

/** A workload's name, or CIDRs with commas between them. */
export function endText(end: End): string {
  return typeof end === 'string' ? end : cidrsOf(end).join(',');
}

export function partText(part: Part): string {
  return part.kind === 'pods' ? part.workload : endText(part.addresses);
}

/** CIDRs that a list gives in full before it is cut short for people. */
const MOST_CIDRS = 3;

/** An end for people: all addresses in two words, and a long list of CIDRs cut short. */
export function shortEnd(end: End): string {
  if (typeof end === 'string') return end;
  const cidrs = cidrsOf(end);
  const text = cidrs.join(', ');
  if (text === '0.0.0.0/0, ::/0') return 'any address outside';
  if (cidrs.length <= MOST_CIDRS + 1) return text;
  // The widest ones say most.
  const widest = [...cidrs].sort((a, b) => prefixOf(a) - prefixOf(b)).slice(0, MOST_CIDRS);
  const shown = cidrs.filter((cidr) => widest.includes(cidr)).join(', ');
  return `${shown} and ${cidrs.length - MOST_CIDRS} more ranges`;
}

function prefixOf(cidr: string): number {
  return Number(cidr.slice(cidr.indexOf('/') + 1));
}

/** The ranges of a set, TCP first. */
function portSpans({ numbers }: PortSet): PortSpan[] {
  return PROTOCOLS.flatMap((protocol: PortProtocol) =>
    numbers[protocol].map(([from, end]) => ({ protocol, from, to: end - 1 })),
  );
}

/** `8443/TCP, 8000-8100/TCP`; `UDP` for all of a protocol; `all` for every port of TCP, UDP and SCTP. */
export function portsText(set: PortSet): string {
  if (isEveryPort(set)) return 'all';
  return portSpans(set).map(portSpanText).join(', ');
}

/** The same within a sentence. */
export function portsWords(set: PortSet): string {
  return isEveryPort(set) ? 'every port' : portsText(set);
}

export function portSpanText({ protocol, from, to }: PortSpan): string {
  if (from === 1 && to === 65535) return protocol;
  return from === to ? `${from}/${protocol}` : `${from}-${to}/${protocol}`;
}

/** As the JSON of every command has it. */
export function portsJson(set: PortSet): 'all' | PortSpan[] {
  return isEveryPort(set) ? 'all' : portSpans(set);
}

/** A part for people. */
export function shortPart(part: Part): string {
  return part.kind === 'pods' ? part.workload : shortEnd(part.addresses);
}
