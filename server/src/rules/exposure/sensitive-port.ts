/** Rule sensitive-port: a port of administration or of a database that everybody may connect to. */
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import { appendItem, prependPair, removeItem, replaceValue } from '../../core/yaml/edit.ts';
import { toJson } from '../../core/yaml/json.ts';
import { asSeq } from '../../core/yaml/nodes.ts';
import { everyNamespaceIn } from '../../engine/every-namespace.ts';
import { type Policy, soundPolicyOf } from '../../engine/policy.ts';
import type { Peer, PolicyRule, PortItem } from '../../engine/policy-rule.ts';
import { PROTOCOLS } from '../../engine/ports.ts';
import type { Selector } from '../../engine/selector.ts';
import { type SensitivePort, sensitivePortsIn } from '../../engine/sensitive-ports.ts';
import { worldsIn } from '../../engine/world.ts';
import { itemSpan } from '../spans.ts';
import { SENSITIVE_PORT_EXAMPLES } from './sensitive-port-examples.ts';

const OWN_NAMESPACE = [{ podSelector: {} }];

/** What lists more ports than this is for broad-port-range to judge. */
const MOST_PORTS = 1024;

export const sensitivePort: Rule = {
  on: 'policy',
  meta: {
    id: 'sensitive-port',
    family: 'exposure',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'A port of administration or of a database is open to everybody.',
    why: `The rule lets every source, the whole world or every namespace connect to a port on which machines are administrated or data is kept: SSH, the Docker API, etcd, PostgreSQL, Redis and their like. Several of them ask for no password by default, and all of them are what somebody who got into any pod looks for first.

Name who connects: the application's pods by label, the backup's namespace, the office's network. A rule that names neither peers nor ports is reported by \`allow-all-ingress\` alone, a wide range of ports by \`broad-port-range\`. A port's name may stand for any number: there this is a hint.`,
    refs: [
      {
        title: 'MITRE ATT&CK T1046, Network Service Discovery',
        url: 'https://attack.mitre.org/techniques/T1046/',
      },
      { title: 'NIST SP 800-190, 3.3.3 Poorly separated inter-container traffic' },
      { title: 'PCI DSS v4.0.1, 1.3.1: inbound traffic is restricted to what is necessary' },
    ],
    examples: SENSITIVE_PORT_EXAMPLES,
  },
  check: function* (resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy || policy.isolates.Ingress === false) return;
    const open = openPeers(policy.ingress.rules);
    for (const rule of policy.ingress.rules) {
      const source = sourceOf(rule, open);
      if (!source || rule.ports.kind !== 'some') continue;
      for (const item of rule.ports.items) {
        const found = isFew(item) && item.set ? sensitivePortsIn(item.set) : [];
        if (found.length > 0) yield finding(policy, rule, item, found, source);
      }
    }
  },
};

type Source = 'everybody' | 'every namespace';

/** The peers that stand for the world, and those for all pods of every namespace. */
function openPeers(rules: readonly PolicyRule[]): ReadonlyMap<Peer, Source> {
  const every = everyNamespaceIn(rules).filter(([{ peer }]) => !isSpecific(peer.podSelector));
  return new Map<Peer, Source>([
    ...every.flatMap((parts) => parts.map(({ peer }) => [peer, 'every namespace'] as const)),
    ...worldsIn(rules).flatMap(({ blocks }) => blocks.map(({ peer }) => [peer, 'everybody'] as const)),
  ]);
}

/** Whether a selector asks for a label. One that only rules labels out matches nearly everything. */
function isSpecific(selector: Selector | null): boolean {
  return selector?.requirements.some((r) => r.operator === 'In' || r.operator === 'Exists') ?? false;
}

function sourceOf({ peers }: PolicyRule, open: ReadonlyMap<Peer, Source>): Source | null {
  if (peers.kind === 'any') return 'everybody';
  const sources = (peers.kind === 'some' ? peers.items : []).flatMap((peer) => open.get(peer) ?? []);
  return sources.find((source) => source === 'everybody') ?? sources[0] ?? null;
}

function isFew({ set }: PortItem): boolean {
  const numbers = set?.numbers;
  return (
    numbers !== undefined &&
    PROTOCOLS.every((p) => numbers[p].reduce((sum, [from, to]) => sum + to - from, 0) <= MOST_PORTS)
  );
}

function finding(
  policy: Policy,
  rule: PolicyRule,
  item: PortItem,
  found: readonly SensitivePort[],
  source: Source,
): Finding {
  const { document } = policy.resource;
  const [first, ...others] = found as readonly [SensitivePort, ...SensitivePort[]];
  const isKnown = found.some(({ port }) => typeof port === 'number');
  const who = source === 'everybody' ? 'every source' : 'every pod of the cluster';
  const known =
    others.length > 0
      ? `Port ${first.port} (${first.service.name}) and ${others.length} more like it are open to ${who}`
      : `Port ${first.port} is ${first.service.name}, and it is open to ${who}`;
  const subject = isKnown
    ? known
    : `The port's name says ${first.service.name}, and it is open to ${who}. Which port it stands for is unknown; if it is ${first.service.name}`;
  return {
    at: { document, span: itemSpan(document, item.node) ?? rule.node.span },
    message: `${subject}${isKnown ? ':' : ','} whoever gets a foothold anywhere may try to log in or use its flaws. Name in \`from\` who connects to it.`,
    ...(!isKnown && { unknown: 'A name may stand for any port.' }),
    fixes: fixesFor(policy, rule, item),
  };
}

function fixesFor(policy: Policy, rule: PolicyRule, item: PortItem): Fix[] {
  const { document } = policy.resource;
  const list = rule.ports.kind === 'some' ? asSeq(rule.ports.pair.value) : null;
  if (rule.node.kind !== 'map' || !list?.items.includes(item.node)) return [];
  if (list.items.length > 1) {
    const edits = moveToOwnRule(policy, rule, item);
    return edits
      ? [{ title: 'Allow this port only from pods of the same namespace', safe: false, edits }]
      : [];
  }
  const { pair } = rule.peers;
  if (pair && (!rule.node.pairs.includes(pair) || (asSeq(pair.value)?.items.length ?? 0) > 1)) return [];
  const edit = pair
    ? replaceValue(document, pair.value, OWN_NAMESPACE)
    : prependPair(document, rule.node, 'from', OWN_NAMESPACE);
  return edit ? [{ title: 'Allow only pods of the same namespace', safe: false, edits: [edit] }] : [];
}

/** Takes the port out of its rule and gives it one of its own behind that. */
function moveToOwnRule({ resource, ingress }: Policy, rule: PolicyRule, { node }: PortItem): Edit[] | null {
  const { document } = resource;
  const rules = asSeq(ingress.pair?.value);
  const ports = rule.ports.kind === 'some' ? asSeq(rule.ports.pair.value) : null;
  const port = toJson(node);
  if (!rules?.items.includes(rule.node) || !ports || port === undefined) return null;
  const removal = removeItem(document, ports, node);
  const added = appendItem(document, rules, { from: OWN_NAMESPACE, ports: [port] }, rule.node);
  if (!removal || !added) return null;
  const isApart = removal.at.span.end <= added.at.span.start;
  return isApart ? [removal, added] : [merged(document.text, removal, added)];
}

/** One edit where the item's line, break and all, reaches beyond the place of the new rule. */
function merged(text: string, removal: Edit, added: Edit): Edit {
  const before = /(?:\r\n|\r|\n)$/.exec(text.slice(0, removal.at.span.start))?.[0].length ?? 0;
  const span = { start: removal.at.span.start - before, end: added.at.span.end };
  return { at: { ...added.at, span }, text: added.text };
}
