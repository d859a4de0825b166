/** Owns the examples of rule cidr-invalid. */
import type { Example, FixExample } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';

/** A policy with one block of this text. */
function withBlock(block: string): string {
  return webPolicy(`
    policyTypes:
      - Ingress
    ingress:
      - from:
          - ipBlock:
              ${block}
        ports:
          - port: 443
  `);
}

function bad(title: string, cidr: string, message: string, ...fixes: FixExample[]): Example {
  return { title, yaml: withBlock(`cidr: ⟦${cidr}⟧`), message, fixes };
}

function fix(title: string, safe: boolean, cidr: string): FixExample {
  return { title, safe, fixed: withBlock(`cidr: ${cidr}`) };
}

export const CIDR_INVALID_EXAMPLES: readonly Example[] = [
  bad(
    'A single address without its mask',
    '192.0.2.44',
    'a single address is 192.0.2.44/32',
    fix('Make it the single address 192.0.2.44/32', false, '192.0.2.44/32'),
  ),
  bad(
    'A single IPv6 address',
    '"2001:db8::1"',
    'a single address is 2001:db8::1/128',
    fix('Make it the single address 2001:db8::1/128', false, '"2001:db8::1/128"'),
  ),
  bad(
    'A network without its length',
    '203.0.113.0',
    'without the length of its network.',
    fix('Make it the network 203.0.113.0/24', false, '203.0.113.0/24'),
    fix('Make it the single address 203.0.113.0/32', false, '203.0.113.0/32'),
  ),
  bad(
    'A mask in the old notation',
    '203.0.113.0/255.255.255.0',
    'write the number of its bits: 203.0.113.0/24',
    fix('Write 203.0.113.0/24', true, '203.0.113.0/24'),
  ),
  bad(
    'Blanks in the quotes',
    "' 203.0.113.0/24'",
    'has blanks around the range',
    fix('Take the blanks away', true, "'203.0.113.0/24'"),
  ),
  bad(
    'A mask in both notations: which of them counts is not known',
    '10.0.0.0/255.0.0.0/8',
    'does not end in the length of a network',
  ),
  bad(
    'A URL',
    'http://203.0.113.0/24',
    'is a URL; write the range alone',
    fix('Write 203.0.113.0/24', false, '203.0.113.0/24'),
  ),
  bad('The URL of a name', 'https://db.example.com', 'is a URL; a NetworkPolicy knows addresses only'),
  bad('An address that is none', '300.1.2.0/24', 'four numbers from 0 to 255'),
  bad('Too long a network', '203.0.113.0/33', 'a number from 0 to 32'),
  bad('A wildcard', '10.0.*.*', 'has a wildcard', fix('Write 10.0.0.0/16', false, '10.0.0.0/16')),
  bad(
    'A range that is one in CIDR notation, too',
    '203.0.113.16-203.0.113.31',
    'from one address to another',
    fix('Write 203.0.113.16/28', false, '203.0.113.16/28'),
  ),
  bad('A range', '203.0.113.1-203.0.113.9', 'from one address to another', {
    title: 'Write the 4 ranges it consists of',
    safe: false,
    fixed: withBlock(
      ['203.0.113.1/32', '203.0.113.2/31', '203.0.113.4/30', '203.0.113.8/31']
        .map((range) => `cidr: ${range}`)
        .join('\n          - ipBlock:\n              '),
    ),
  }),
  bad('A range of too many parts', '203.0.113.1-203.0.120.250', 'from one address to another'),
  bad('A name', 'db.example.com', 'is a name'),
  bad('Nothing between the quotes', '""', 'is empty'),
  {
    title: 'A block without a range',
    yaml: withBlock('except: [203.0.113.16/28]').replace('ipBlock', '⟦ipBlock⟧'),
    message: 'has no `cidr`',
  },
  {
    title: 'A range without a value',
    yaml: withBlock('⟦cidr⟧:'),
    message: 'has no `cidr`',
  },
  {
    title: 'An exception without its mask',
    yaml: withBlock('cidr: 203.0.113.0/24\n              except: [203.0.113.16/28, ⟦203.0.113.1⟧]'),
    message: 'The exception is the address 203.0.113.1',
    fixes: [
      {
        title: 'Make it the single address 203.0.113.1/32',
        safe: false,
        fixed: withBlock('cidr: 203.0.113.0/24\n              except: [203.0.113.16/28, 203.0.113.1/32]'),
      },
    ],
  },
  { title: 'IPv4', yaml: withBlock('cidr: 203.0.113.0/24') },
  { title: 'IPv6, however it is written', yaml: withBlock('cidr: 2001:DB8:0::/48') },
  {
    title: 'Bits behind the length of the network: refused by strict servers only',
    yaml: withBlock('cidr: 203.0.113.7/24'),
  },
  { title: 'Template text', yaml: withBlock('cidr: {{ .Values.cidr }}') },
  { title: 'A placeholder', yaml: withBlock('cidr: $OFFICE_CIDR') },
];
