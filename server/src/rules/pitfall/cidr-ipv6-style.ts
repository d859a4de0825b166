/** Rule cidr-ipv6-style: an IPv6 range that is not written as RFC 5952 asks. */
import type { Finding, Rule } from '../../core/rule.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { withBlock } from '../example-yaml.ts';
import { itemSpan } from '../spans.ts';
import { rangesOf } from '../validity/places.ts';
import { fixes } from '../validity/violations.ts';

export const cidrIpv6Style: Rule = {
  on: 'policy',
  meta: {
    id: 'cidr-ipv6-style',
    family: 'pitfall',
    severity: 'hint',
    sees: 'document',
    title: 'An IPv6 range is not written in its canonical form.',
    why: `The same IPv6 range can be written in many ways: \`2001:DB8::/32\`, \`2001:0db8::/32\` and \`2001:db8:0:0::/32\` are one. The API server takes them all and keeps the text, so a search, a diff or a review that compares texts takes one range for several, and overlooks that two rules are about the same one. A server of Kubernetes 1.36 answers with a warning, which kubectl shows and most pipelines do not.

RFC 5952 gives each range one form: lower case, no leading zeros, and \`::\` for the longest run of zeros.`,
    refs: [
      {
        title: 'RFC 5952, A Recommendation for IPv6 Address Text Representation',
        url: 'https://www.rfc-editor.org/rfc/rfc5952#section-4',
      },
    ],
    examples: [
      {
        title: 'Upper case and written-out zeros',
        yaml: withBlock('cidr: ⟦2001:DB8:0::/48⟧ # the branch office'),
        message: 'The canonical form of 2001:DB8:0::/48 is 2001:db8::/48.',
        fixes: [
          {
            title: 'Write 2001:db8::/48',
            safe: true,
            fixed: withBlock('cidr: 2001:db8::/48 # the branch office'),
          },
        ],
      },
      {
        title: 'An exception in quotes',
        yaml: withBlock('cidr: "::/0"\n              except: [fc00::/7, ⟦"fe80:0:0:0::/10"⟧]'),
        fixes: [
          {
            title: 'Write fe80::/10',
            safe: true,
            fixed: withBlock('cidr: "::/0"\n              except: [fc00::/7, "fe80::/10"]'),
          },
        ],
      },
      { title: 'The canonical form', yaml: withBlock('cidr: 2001:db8:0:1::/64') },
      {
        title: 'A range that strict servers refuse is reported as that',
        yaml: withBlock('cidr: 2001:DB8::1/32'),
      },
      { title: 'IPv4 has one form only', yaml: withBlock('cidr: 203.0.113.0/24') },
    ],
  },
  *check(policy): Iterable<Finding> {
    const { document } = policy;
    for (const { node, text, cidr } of rangesOf(policy)) {
      if (cidr.irregularity !== null || text === cidr.canonical) continue;
      yield {
        at: { document, span: itemSpan(document, node) ?? node.span },
        message: `The canonical form of ${text} is ${cidr.canonical}. The API server keeps the text as it is, and whatever compares texts takes two spellings for two ranges.`,
        fixes: fixes(`Write ${cidr.canonical}`, true, replaceString(document, node, cidr.canonical)),
      };
    }
  },
};
