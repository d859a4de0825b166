/** Rule except-outside: an exception that is not strictly inside its block. */
import { ADDRESS_BITS, formatAddress } from '../../core/ip-notation.ts';
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { removeItem, removePair } from '../../core/yaml/edit.ts';
import { asSeq, asString, get, pairOf, type YamlMap, type YamlNode } from '../../core/yaml/nodes.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { type Cidr, isAddressSubset, isStrictlyInside, parseCidr } from '../../engine/cidr.ts';
import { webPolicy } from '../example-yaml.ts';
import { ipBlocksOf, isSure } from './places.ts';
import { fixes, REFUSED } from './violations.ts';

const TITLE = 'Remove the exception';

/** A policy with one block of this text. */
function withBlock(block: string): string {
  return webPolicy(`
    policyTypes:
      - Ingress
    ingress:
      - from:
          - ipBlock:
              cidr: ${block}
        ports:
          - port: 443
  `);
}

export const exceptOutside: Rule = {
  on: 'policy',
  meta: {
    id: 'except-outside',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'An exception is not a part of its block.',
    why: `\`except\` takes addresses out of \`cidr\`, so each of its ranges must lie inside that range and be smaller. The API server refuses the policy otherwise, and nothing of it takes effect.

An exception outside the block does nothing; one as large as the block leaves nothing. Correct the range that is wrong, or remove the exception. An exception in one item is no prohibition: another item or another policy may still allow its addresses.`,
    refs: [
      {
        title: 'Kubernetes API: IPBlock',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
    ],
    examples: [
      {
        title: 'Outside the block',
        yaml: withBlock(
          '203.0.113.0/24\n              except:\n                - 203.0.113.16/28\n                - ⟦203.0.114.16/28⟧ # the printers',
        ),
        message: '203.0.114.16/28 lies outside the block 203.0.113.0/24',
        fixes: [
          {
            title: TITLE,
            safe: false,
            fixed: withBlock('203.0.113.0/24\n              except:\n                - 203.0.113.16/28'),
          },
        ],
      },
      {
        title: 'As large as the block',
        yaml: withBlock('203.0.113.0/24\n              except: [⟦203.0.113.0/24⟧]'),
        message: 'as large as the block',
        fixes: [{ title: TITLE, safe: false, fixed: withBlock('203.0.113.0/24') }],
      },
      {
        title: 'One address, with the length of its network',
        yaml: withBlock('203.0.113.0/24\n              except: [⟦203.0.113.5/24⟧]'),
        message: 'as large as the block',
        fixes: [
          {
            title: 'Make it the single address 203.0.113.5/32',
            safe: false,
            fixed: withBlock('203.0.113.0/24\n              except: [203.0.113.5/32]'),
          },
          { title: TITLE, safe: false, fixed: withBlock('203.0.113.0/24') },
        ],
      },
      {
        title: 'Larger than the block',
        yaml: withBlock('203.0.113.0/24\n              except: [203.0.113.0/28, ⟦203.0.0.0/16⟧]'),
        message: 'larger than the block',
        fixes: [
          {
            title: TITLE,
            safe: false,
            fixed: withBlock('203.0.113.0/24\n              except: [203.0.113.0/28]'),
          },
        ],
      },
      {
        title: 'Of the other address family',
        yaml: withBlock(
          '"::/0"\n              except:\n                - ⟦10.0.0.0/8⟧\n                - fc00::/7',
        ),
        message: 'is IPv4 and the block ::/0 is IPv6',
        fixes: [
          {
            title: TITLE,
            safe: false,
            fixed: withBlock('"::/0"\n              except:\n                - fc00::/7'),
          },
        ],
      },
      {
        title: 'Inside, next to each other and overlapping',
        yaml: withBlock(
          '203.0.113.0/24\n              except: [203.0.113.0/25, 203.0.113.128/25, 203.0.113.7/32]',
        ),
      },
      {
        title: 'An exception that is no range at all is reported as such',
        yaml: withBlock('203.0.113.0/24\n              except: [203.0.113.300/32]'),
      },
    ],
  },
  *check(policy): Iterable<Finding> {
    for (const { block } of ipBlocksOf(policy)) {
      const node = get(block, 'cidr');
      const cidr = node ? cidrAt(policy, node) : null;
      if (!node || !cidr) continue;
      for (const item of asSeq(get(block, 'except'))?.items ?? []) {
        const problem = problemOf(cidrAt(policy, item), cidr, `the block ${asString(node)}`);
        if (problem) yield finding(policy, block, node, item, problem);
      }
    }
  },
};

function finding(policy: Resource, block: YamlMap, cidr: YamlNode, item: YamlNode, problem: string): Finding {
  const { document } = policy;
  return {
    at: { document, span: item.span },
    message: `The exception ${asString(item)} ${problem}. An exception must be a part of its block, and smaller. ${REFUSED}`,
    related: [{ at: { document, span: cidr.span }, message: 'The block.' }],
    fixes: [...singleAddress(policy, cidr, item), ...removal(policy, block, item)],
  };
}

/** An exception with host bits was probably meant as the one address, with the length of its network by mistake. */
function singleAddress({ document }: Resource, cidr: YamlNode, item: YamlNode): Fix[] {
  const range = parseCidr(asString(item) ?? '');
  const block = parseCidr(asString(cidr) ?? '');
  if (range?.irregularity !== 'host-bits' || !block) return [];
  const text = `${formatAddress(range.family, range.address)}/${ADDRESS_BITS[range.family]}`;
  const single = parseCidr(text);
  return single && isStrictlyInside(single, block)
    ? fixes(`Make it the single address ${text}`, false, replaceString(document, item, text))
    : [];
}

function cidrAt(policy: Resource, node: YamlNode): Cidr | null {
  const text = asString(node);
  return text !== null && isSure(policy, node) ? parseCidr(text) : null;
}

/** What is wrong with an exception, as a clause; null when nothing is. */
function problemOf(except: Cidr | null, cidr: Cidr, block: string): string | null {
  if (!except) return null;
  if (except.family !== cidr.family) return `is IPv${except.family} and ${block} is IPv${cidr.family}`;
  if (except.maskLength > cidr.maskLength)
    return isAddressSubset(except.set, cidr.set) ? null : `lies outside ${block}`;
  if (!isAddressSubset(cidr.set, except.set)) return `lies outside ${block}`;
  return `is ${except.prefix < cidr.prefix ? 'larger than' : 'as large as'} ${block}`;
}

function removal({ document }: Resource, block: YamlMap, item: YamlNode): Fix[] {
  const pair = pairOf(block, 'except');
  const list = asSeq(pair?.value);
  if (!pair || !list) return [];
  const edit = list.items.length > 1 ? removeItem(document, list, item) : removePair(document, block, pair);
  return fixes(TITLE, false, edit);
}
