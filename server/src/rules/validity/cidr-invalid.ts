/** Rule cidr-invalid: what no API server accepts as an IP range. What only strict ones refuse is another rule's. */

import { parseAddress } from '../../core/ip-notation.ts';
import type { Resource } from '../../core/resource.ts';
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import { appendItem } from '../../core/yaml/edit.ts';
import {
  asMap,
  asScalar,
  asSeq,
  get,
  isNull,
  pairOf,
  type YamlMap,
  type YamlNode,
  type YamlPair,
} from '../../core/yaml/nodes.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { parseCidr } from '../../engine/cidr.ts';
import { cidrsOf } from '../../engine/cidr-list.ts';
import { itemSpan } from '../spans.ts';
import { CIDR_INVALID_EXAMPLES } from './cidr-invalid-examples.ts';
import { hasOtherKeys, ipBlocksOf, isSure, peersOf } from './places.ts';
import { fixes, REFUSED } from './violations.ts';

export const cidrInvalid: Rule = {
  on: 'policy',
  meta: {
    id: 'cidr-invalid',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'An IP range is missing, or is not in CIDR notation.',
    why: `An \`ipBlock\` needs a \`cidr\`: an address, a slash, and how many bits of the address are the network. The API server refuses a policy with anything else there or in \`except\`, and nothing of it takes effect.

A single address is \`192.0.2.44/32\`, or \`2001:db8::1/128\`. There are no wildcards, no ranges with a dash and no host names: a NetworkPolicy knows addresses only.`,
    refs: [
      {
        title: 'Kubernetes API: IPBlock',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
      { title: 'RFC 4632, CIDR notation', url: 'https://www.rfc-editor.org/rfc/rfc4632#section-3.1' },
    ],
    examples: CIDR_INVALID_EXAMPLES,
  },
  *check(policy): Iterable<Finding> {
    for (const { pair, block } of ipBlocksOf(policy)) {
      yield* cidrFinding(policy, pair, block);
      for (const node of asSeq(get(block, 'except'))?.items ?? [])
        yield* valueFinding(policy, node, 'The exception');
    }
  },
};

const FIELDS = ['cidr', 'except'];

function* cidrFinding(policy: Resource, pair: YamlPair, block: YamlMap): Iterable<Finding> {
  const cidr = pairOf(block, 'cidr');
  if (cidr && !isNull(cidr.value)) yield* valueFinding(policy, cidr.value, 'The `cidr`');
  else if (!hasOtherKeys(block, FIELDS) && isSure(policy, pair.value)) {
    const { document } = policy;
    const message = `This \`ipBlock\` has no \`cidr\`, so it says no addresses. ${REFUSED} Write the range in \`cidr\`, such as 203.0.113.0/24.`;
    yield { at: { document, span: (cidr ?? pair).key.span }, message };
  }
}

/** Judges one range; what is not a string is wrong-type's business. */
function* valueFinding(policy: Resource, node: YamlNode, subject: string): Iterable<Finding> {
  const { document } = policy;
  const scalar = asScalar(node);
  const text = isNull(node) ? '' : scalar?.value;
  if (typeof text !== 'string' || parseCidr(text) || !isSure(policy, node)) return;
  const span = itemSpan(document, node) ?? node.span;
  yield {
    at: { document, span },
    message: `${subject} ${problemOf(text)} ${REFUSED}`,
    fixes: fixesFor(policy, node, text),
  };
}

function problemOf(text: string): string {
  const bare = text.trim();
  if (bare === '') return 'is empty: write a range such as 203.0.113.0/24.';
  if (parseCidr(bare)) return `"${text}" has blanks around the range.`;
  const address = parseAddress(bare);
  if (address && isNetwork(address)) return `is the address ${bare} without the length of its network.`;
  if (address)
    return `is the address ${bare} without the length of its network: a single address is ${bare}/${address.family === 4 ? 32 : 128}.`;
  const url = afterScheme(bare);
  if (url !== null && parseCidr(url)) return `"${text}" is a URL; write the range alone: ${url}.`;
  if (url !== null) return `"${text}" is a URL; a NetworkPolicy knows addresses only.`;
  const masked = fromMask(bare);
  if (masked !== null) return `"${text}" gives its network mask; write the number of its bits: ${masked}.`;
  const [host = ''] = bare.split('/');
  const network = parseAddress(host);
  if (network)
    return `"${text}" does not end in the length of a network, which is a number from 0 to ${network.family === 4 ? 32 : 128}.`;
  if (/[*xX]/.test(host) && /^[\d.*xX]+$/.test(host))
    return `"${text}" has a wildcard; write the bits that count, as in 10.0.0.0/8.`;
  if (/^[\d.:a-f]+ ?(?:-|–) ?[\d.:a-f]+$/i.test(bare))
    return `"${text}" is a range from one address to another; write the CIDR ranges it consists of.`;
  if (/^[\d.]+$/.test(host))
    return `"${text}" is not an IPv4 range: that is four numbers from 0 to 255 and a length, such as 203.0.113.0/24.`;
  if (/[g-z]/i.test(host)) return `"${text}" is a name; a NetworkPolicy knows addresses only.`;
  return `"${text}" is not a range in CIDR notation, such as 203.0.113.0/24 or 2001:db8::/32.`;
}

function fixesFor(policy: Resource, node: YamlNode, text: string): Fix[] {
  const { document } = policy;
  const bare = text.trim();
  if (parseCidr(bare)) return fixes('Take the blanks away', true, replaceString(document, node, bare));
  const address = parseAddress(bare);
  const write = (title: string, safe: boolean, range: string) =>
    fixes(`${title} ${range}`, safe, replaceString(document, node, range));
  if (address) {
    const network = networkOf(bare, address);
    const single = `${bare}/${address.family === 4 ? 32 : 128}`;
    return [
      ...(network === null ? [] : write('Make it the network', false, network)),
      ...write('Make it the single address', false, single),
    ];
  }
  const ranges = fromTo(bare);
  const meant = fromWildcards(bare) ?? (ranges.length === 1 ? ranges[0] : undefined);
  if (meant !== undefined) return write('Write', false, meant);
  if (ranges.length > 1 && ranges.length <= MOST_RANGES)
    return fixes(`Write the ${ranges.length} ranges it consists of`, false, asItems(policy, node, ranges));
  const url = afterScheme(bare);
  if (url !== null && parseCidr(url)) return write('Write', false, url);
  const masked = fromMask(bare);
  return masked === null ? [] : write('Write', true, masked);
}

/** A longer list is nothing to put into somebody's policy. */
const MOST_RANGES = 8;

/** Writes ranges in place of the one at `node`: the others are items of their own behind it. */
function asItems(policy: Resource, node: YamlNode, ranges: readonly string[]): Edit[] | null {
  const { document } = policy;
  const [first = '', ...others] = ranges;
  const place = [...peersOf(policy)].find(({ map }) => isIn(map, node));
  const block = asMap(get(place?.map, 'ipBlock'));
  if (!place || !block) return null;
  const isCidr = get(block, 'cidr') === node;
  // What is excepted lies in one of the ranges only.
  if (isCidr && block.pairs.length > 1) return null;
  const list = isCidr ? place.list : asSeq(get(block, 'except'));
  const added = others.map((cidr) =>
    list
      ? appendItem(document, list, isCidr ? { ipBlock: { cidr } } : cidr, isCidr ? place.node : node)
      : null,
  );
  const [head] = added;
  const replaced = replaceString(document, node, first);
  if (!head || !replaced) return null;
  // All of them go to the same place, so that they are one edit.
  return [replaced, { ...head, text: added.map((edit) => edit?.text ?? '').join('') }];
}

function isIn(peer: YamlMap | null, node: YamlNode): boolean {
  const block = asMap(get(peer, 'ipBlock'));
  return get(block, 'cidr') === node || asSeq(get(block, 'except'))?.items.includes(node) === true;
}

/** The range of an IPv4 address whose last numbers are zero, if those are what its network leaves open. */
function networkOf(text: string, { family, value }: { family: 4 | 6; value: bigint }): string | null {
  const zeros = /(?:\.0+)+$/.exec(text)?.[0].split('.').length ?? 1;
  return family === 4 && zeros > 1 && value !== 0n ? `${text}/${8 * (5 - zeros)}` : null;
}

/** `10.0.0.0/16` for `10.0.*.*`; null for anything else. */
function fromWildcards(text: string): string | null {
  const numbers = text.split('.');
  const fixed = numbers.findIndex((number) => /^[*xX]$/.test(number));
  if (numbers.length !== 4 || fixed < 1 || !numbers.slice(fixed).every((n) => /^[*xX]$/.test(n))) return null;
  const range = `${numbers.map((n, i) => (i < fixed ? n : '0')).join('.')}/${8 * fixed}`;
  return parseCidr(range) ? range : null;
}

/** The ranges that are together all addresses from one to another; none where `text` is no such thing. */
function fromTo(text: string): string[] {
  const [first, last, more] = text.split(/ ?[-–] ?/);
  const [start, end] = [parseAddress(first ?? ''), parseAddress(last ?? '')];
  if (!start || !end || start.family !== end.family || more !== undefined) return [];
  if (end.value < start.value) return [];
  return start.family === 4
    ? cidrsOf({ v4: [[Number(start.value), Number(end.value) + 1]], v6: [] })
    : cidrsOf({ v4: [], v6: [[start.value, end.value + 1n]] });
}

/** Whether an address looks like that of a network, since it ends in zeros: how many of them belong to it is not known. */
function isNetwork({ family, value }: { family: 4 | 6; value: bigint }): boolean {
  return (value & (family === 4 ? 0xffn : 0xffffn)) === 0n;
}

/** `10.0.0.0/8` for `10.0.0.0/255.0.0.0`; null for anything else. */
function fromMask(text: string): string | null {
  const [host = '', mask = '', more] = text.split('/');
  const [address, bits] = [parseAddress(host), parseAddress(mask)];
  if (more !== undefined || address?.family !== 4 || bits?.family !== 4) return null;
  const digits = bits.value.toString(2).padStart(32, '0');
  return /^1*0*$/.test(digits) ? `${host}/${digits.replaceAll('0', '').length}` : null;
}

/** `10.0.0.0/8` for `http://10.0.0.0/8`; null for anything else. */
function afterScheme(text: string): string | null {
  return /^[a-z][a-z0-9+.-]*:\/\/(.*)$/i.exec(text)?.[1] ?? null;
}
