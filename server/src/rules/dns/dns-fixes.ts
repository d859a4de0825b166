/**
 * Owns the fixes that let the pods of a policy reach the cluster's DNS, written into that policy.
 */
import type { DnsPlatform } from '../../core/platform.ts';
import type { Edit, Fix } from '../../core/rule.ts';
import { appendItem, insertPair, replaceValue } from '../../core/yaml/edit.ts';
import type { Json } from '../../core/yaml/json.ts';
import { asSeq, deref, pairOf, type YamlMap, type YamlPair } from '../../core/yaml/nodes.ts';
import { ruleReachesDns } from '../../engine/dns.ts';
import { DNS_DESTINATIONS, dnsRuleOf } from '../../engine/dns-servers.ts';
import { includes } from '../../engine/intervals.ts';
import type { Policy } from '../../engine/policy.ts';
import type { StarvedPods } from './starved-pods.ts';

/** What to choose from where the config does not name the platform. */
const USUAL: readonly DnsPlatform[] = ['kube-dns', 'openshift', 'node-local-dns'];

/** The ways to allow what is lacking: by completing a rule that allows half of it, else by a rule of its own. */
export function dnsFixes(policy: Policy, lacks: StarvedPods['lacks'], platform: DnsPlatform | null): Fix[] {
  const edit = lacks === 'DNS' ? null : completed(policy, lacks, platform);
  if (edit) return [{ title: `Allow DNS over ${lacks} as well`, safe: false, edits: [edit] }];
  return (platform ? [platform] : USUAL).flatMap((choice) => {
    const added = withRule(policy, dnsRuleOf(choice));
    const title = `Allow DNS to ${DNS_DESTINATIONS[choice].name}`;
    return added ? [{ title, safe: false, edits: [added] }] : [];
  });
}

/** Adds the lacking protocol to the rule that allows DNS over the other one, for the same ports. */
function completed(policy: Policy, lacks: 'UDP' | 'TCP', platform: DnsPlatform | null): Edit | null {
  const other = lacks === 'UDP' ? 'TCP' : 'UDP';
  const rule = policy.egress.rules.find((r) => ruleReachesDns(policy, r, other, platform) === true);
  if (rule?.ports.kind !== 'some' || !isPlain(rule.ports.pair)) return null;
  const { pair, set } = rule.ports;
  const seq = asSeq(pair.value);
  const edits = [53, 5353]
    .filter((port) => includes(set.numbers[other], port))
    .map((port) => seq && appendItem(policy.resource.document, seq, { protocol: lacks, port }));
  const [first] = edits;
  return first ? { at: first.at, text: edits.map((edit) => edit?.text ?? '').join('') } : null;
}

function withRule(policy: Policy, rule: Json): Edit | null {
  const { resource, spec, egress } = policy;
  const { document } = resource;
  if (!isOwn(resource.root, pairOf(resource.root, 'spec'))) return null;
  if (!egress.pair) return insertPair(document, spec, 'egress', [rule]);
  if (!isOwn(spec, egress.pair)) return null;
  const seq = asSeq(egress.pair.value);
  return seq && seq.items.length > 0
    ? appendItem(document, seq, rule)
    : replaceValue(document, egress.pair.value, [rule]);
}

/** Whether a pair is written in `map` itself, and its value for nobody else. */
function isOwn(map: YamlMap, pair: YamlPair | undefined): boolean {
  return pair !== undefined && map.pairs.includes(pair) && isPlain(pair);
}

function isPlain({ value }: YamlPair): boolean {
  return value.kind !== 'alias' && deref(value)?.anchor === undefined;
}
