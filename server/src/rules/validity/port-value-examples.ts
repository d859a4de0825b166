/** Owns the examples of rule port-value. */
import type { Example, FixExample } from '../../core/rule.ts';
import { withPort } from '../example-yaml.ts';

function bad(title: string, item: string, message: string, ...fixes: FixExample[]): Example {
  return { title, yaml: withPort(item), message, fixes };
}

function fix(title: string, safe: boolean, item: string): FixExample {
  return { title, safe, fixed: withPort(item) };
}

export const PORT_VALUE_EXAMPLES: readonly Example[] = [
  bad(
    'A number in quotes',
    'port: ⟦"6379"⟧ # redis',
    'in quotes is the name of a port',
    fix('Write 6379 without quotes', true, 'port: 6379 # redis'),
  ),
  bad('A number beyond the last port', 'port: ⟦84430⟧', 'There is no port 84430'),
  bad(
    'Zero',
    'protocol: UDP\nport: ⟦0⟧',
    'from 1 to 65535',
    fix('Remove `port`: every port of the protocol', false, 'protocol: UDP'),
  ),
  bad('A number beyond every port, in quotes', 'port: ⟦"84430"⟧', 'such a name needs a letter'),
  bad(
    'A range',
    'protocol: TCP\nport: ⟦8080-8090⟧ # workers',
    'Write a range with `port` and `endPort`',
    fix('Write the range with `endPort: 8090`', false, 'protocol: TCP\nport: 8080 # workers\nendPort: 8090'),
  ),
  bad(
    'A port with its protocol',
    'port: ⟦53/udp⟧',
    'Write the protocol in `protocol`',
    fix('Write `protocol: UDP`', true, 'port: 53\nprotocol: UDP'),
  ),
  bad(
    'A port with its protocol, in braces',
    '{ port: ⟦53/UDP⟧ }',
    'Write the protocol in `protocol`',
    fix('Write `protocol: UDP`', true, '{ port: 53, protocol: UDP }'),
  ),
  bad(
    'Upper case',
    'port: ⟦HTTP⟧',
    'has only lower-case letters, digits and dashes',
    fix('Write "http"', false, 'port: http'),
  ),
  bad('Too long a name', 'port: ⟦prometheus-metrics⟧', 'has at most 15 characters'),
  bad(
    'Dashes at the ends and in a row',
    'port: ⟦"-http--alt"⟧',
    'has no two dashes in a row and neither begins nor ends with a dash',
    fix('Write "http-alt"', false, 'port: "http-alt"'),
  ),
  bad(
    'Nothing between the quotes',
    'port: ⟦""⟧',
    'The port is empty',
    fix('Remove `port`: every port of the protocol', false, '{}'),
  ),
  { title: 'A number', yaml: withPort('port: 6379') },
  { title: 'Numbers in other spellings', yaml: withPort('{ port: 0x18EB, endPort: 6_400 }') },
  { title: 'A name', yaml: withPort('port: http-alt') },
  { title: 'No port: every port of the protocol', yaml: withPort('protocol: TCP') },
  { title: 'Template text', yaml: withPort('port: "{{ .Values.port }}"') },
];
