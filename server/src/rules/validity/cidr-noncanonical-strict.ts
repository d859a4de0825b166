/** Rule cidr-noncanonical-strict: a range that API servers accepted until they became strict in Kubernetes 1.36. */
import { ADDRESS_BITS, formatAddress } from '../../core/ip-notation.ts';
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule, RuleContext } from '../../core/rule.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import type { Cidr } from '../../engine/cidr.ts';
import { itemSpan } from '../spans.ts';
import { CIDR_NONCANONICAL_STRICT_EXAMPLES } from './cidr-noncanonical-strict-examples.ts';
import { type RangePlace, rangesOf } from './places.ts';
import { fixes } from './violations.ts';

/** The first minor release whose API server is strict by default. */
const STRICT_SINCE = 36;

export const cidrNoncanonicalStrict: Rule = {
  on: 'policy',
  meta: {
    id: 'cidr-noncanonical-strict',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'An IP range can be read in two ways, and API servers since 1.36 refuse it.',
    why: `\`10.0.0.5/24\` may mean the network \`10.0.0.0/24\` or the one address \`10.0.0.5/32\`, \`010.0.0.0/8\` starts with 10 for some programs and with 8 (octal) for others, and \`::ffff:10.0.0.0/104\` is IPv4 to one and IPv6 to another. An API server before 1.36 accepts all of them and leaves it to the network plugin what they mean. From Kubernetes 1.36 on it refuses a policy in which such a range is new; one that was stored before stays as it is. With the feature gate \`StrictIPCIDRValidation\` off, a server of 1.36 takes the range and answers with a warning (kubectl shows it) instead.

Write the network with its host bits cleared, or the single address with \`/32\` (IPv6: \`/128\`). This is an error where the config says that [\`kubernetes\`](../configuration.md#kubernetes) is 1.36 or later, and otherwise a warning.`,
    refs: [
      {
        title: 'Kubernetes enhancement 4858, IP/CIDR validation improvements',
        url: 'https://github.com/kubernetes/enhancements/issues/4858',
      },
      {
        title: 'Kubernetes API: IPBlock',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
    ],
    examples: CIDR_NONCANONICAL_STRICT_EXAMPLES,
  },
  *check(policy, context): Iterable<Finding> {
    for (const range of rangesOf(policy)) {
      if (range.cidr.irregularity === null) continue;
      const isRefused = (context.config.kubernetesMinor ?? 0) >= STRICT_SINCE;
      yield {
        at: { document: policy.document, span: itemSpan(policy.document, range.node) ?? range.node.span },
        message: `${problemOf(range)} ${refusal(context)} ${remedyFor(range.cidr)}`,
        ...(!isRefused && { severity: 'warning' as const }),
        fixes: choicesFor(policy, range),
      };
    }
  },
};

function problemOf({ text, cidr, isException }: RangePlace): string {
  switch (cidr.irregularity) {
    case 'leading-zeros':
      return `${text} has leading zeros, which some programs read as octal numbers.`;
    case 'v4-mapped':
      return `${text} is an IPv4 range in the notation of IPv6, and programs differ in which of both they take it for.`;
    default:
      return `${text} has host bits set: it may ${isException ? 'except' : 'mean'} the network ${cidr.canonical} or the address ${single(cidr)}.`;
  }
}

function refusal({ config: { kubernetesMinor } }: RuleContext): string {
  const refuse = 'refuse the policy, unless it is stored already.';
  if (kubernetesMinor === null) return `API servers from Kubernetes 1.${STRICT_SINCE} on ${refuse}`;
  return kubernetesMinor >= STRICT_SINCE
    ? `API servers of Kubernetes 1.${kubernetesMinor} ${refuse}`
    : `Kubernetes 1.${kubernetesMinor} takes it; API servers from 1.${STRICT_SINCE} on ${refuse}`;
}

function remedyFor(cidr: Cidr): string {
  return hasHostBits(cidr) ? 'Write the one that is meant.' : `Write ${cidr.canonical}.`;
}

function hasHostBits({ address, network }: Cidr): boolean {
  return address !== network;
}

function single({ family, address }: Cidr): string {
  return `${formatAddress(family, address)}/${ADDRESS_BITS[family]}`;
}

/** Which addresses were meant is in doubt, so that no choice is safe, not even the one that most plugins make. */
function choicesFor({ document }: Resource, { node, cidr }: RangePlace): Fix[] {
  const write = (title: string, text: string) => fixes(title, false, replaceString(document, node, text));
  if (!hasHostBits(cidr)) return write(`Write ${cidr.canonical}`, cidr.canonical);
  return [
    ...write(`Make it the network ${cidr.canonical}`, cidr.canonical),
    ...write(`Make it the single address ${single(cidr)}`, single(cidr)),
  ];
}
