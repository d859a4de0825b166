/** Owns the examples of rule cidr-noncanonical-strict. */
import type { Example, FixExample } from '../../core/rule.ts';
import { withBlock } from '../example-yaml.ts';

type Choice = readonly [title: string, cidr: string];

function bad(title: string, cidr: string, message: string, ...choices: Choice[]): Example {
  const fix = ([name, fixed]: Choice): FixExample => ({
    title: name,
    safe: false,
    fixed: withBlock(`cidr: ${fixed}`),
  });
  return {
    title,
    yaml: withBlock(`cidr: ⟦${cidr}⟧`),
    severity: 'warning',
    message,
    fixes: choices.map(fix),
  };
}

const NETWORK: Choice = ['Make it the network 203.0.113.0/24', '203.0.113.0/24'];
const ADDRESS: Choice = ['Make it the single address 203.0.113.5/32', '203.0.113.5/32'];
const HOST_BITS = bad('Host bits', '203.0.113.5/24', 'the network 203.0.113.0/24', NETWORK, ADDRESS);

export const CIDR_NONCANONICAL_STRICT_EXAMPLES: readonly Example[] = [
  {
    ...HOST_BITS,
    title: 'An address with the length of its network, for a strict API server',
    config: 'kubernetes: "1.36"\n',
    severity: 'error',
    message: 'API servers of Kubernetes 1.36 refuse the policy',
  },
  {
    ...HOST_BITS,
    title: 'The same for an older one',
    config: 'kubernetes: "1.35"\n',
    message: 'Kubernetes 1.35 takes it; API servers from 1.36 on refuse',
  },
  {
    ...HOST_BITS,
    title: 'The same without a release in the config',
    message: 'API servers from Kubernetes 1.36 on refuse the policy, unless it is stored already.',
  },
  bad(
    'IPv6',
    '"2001:db8::1/64"',
    'the address 2001:db8::1/128',
    ['Make it the network 2001:db8::/64', '"2001:db8::/64"'],
    ['Make it the single address 2001:db8::1/128', '"2001:db8::1/128"'],
  ),
  bad('Leading zeros', '010.0.0.0/8', 'has leading zeros', ['Write 10.0.0.0/8', '10.0.0.0/8']),
  bad(
    'Leading zeros and host bits',
    '203.0.113.005/24',
    'has leading zeros, which some programs read as octal numbers. API',
    NETWORK,
    ADDRESS,
  ),
  bad('A leading zero in the length', '10.0.0.0/08', 'has leading zeros', ['Write 10.0.0.0/8', '10.0.0.0/8']),
  bad('IPv4 as IPv6', "'::ffff:203.0.113.0/120'", 'in the notation of IPv6', [
    'Write 203.0.113.0/24',
    "'203.0.113.0/24'",
  ]),
  {
    title: 'An exception',
    yaml: withBlock('cidr: 203.0.113.0/24\n              except: [203.0.113.16/28, ⟦203.0.113.40/28⟧]'),
    severity: 'warning',
    message: 'it may except the network 203.0.113.32/28 or the address 203.0.113.40/32',
    fixes: [
      {
        title: 'Make it the network 203.0.113.32/28',
        safe: false,
        fixed: withBlock('cidr: 203.0.113.0/24\n              except: [203.0.113.16/28, 203.0.113.32/28]'),
      },
      {
        title: 'Make it the single address 203.0.113.40/32',
        safe: false,
        fixed: withBlock('cidr: 203.0.113.0/24\n              except: [203.0.113.16/28, 203.0.113.40/32]'),
      },
    ],
  },
  { title: 'A network', yaml: withBlock('cidr: 203.0.113.0/24') },
  { title: 'A single address', yaml: withBlock('cidr: 203.0.113.5/32') },
  {
    title: 'IPv6 in another spelling, which cidr-ipv6-style reports',
    yaml: withBlock('cidr: 2001:DB8:0::/48'),
    config: 'kubernetes: "1.36"\n',
  },
  {
    title: 'No range at all, which cidr-invalid reports',
    yaml: withBlock('cidr: 203.0.113.5'),
  },
  {
    title: 'An exception outside its block, which except-outside reports',
    yaml: withBlock('cidr: 203.0.113.0/24\n              except: [203.0.114.5/28]'),
  },
  { title: 'Template text', yaml: withBlock('cidr: {{ .Values.address }}/24') },
];
