/** Rule port-value: a port number out of range, or a name that no container port can have. */

import type { YamlDocument } from '../../core/document.ts';
import { listOf } from '../../core/list.ts';
import { portNameProblems } from '../../core/names.ts';
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { insertPair, removePair } from '../../core/yaml/edit.ts';
import { asScalar, asString, pairOf, type YamlMap, type YamlNode } from '../../core/yaml/nodes.ts';
import { replaceNumber, replaceString } from '../../core/yaml/reshape.ts';
import { isSure, portsOf } from './places.ts';
import { PORT_VALUE_EXAMPLES } from './port-value-examples.ts';
import { fixes, REFUSED, spanOf, violationsFor } from './violations.ts';

export const portValue: Rule = {
  on: 'policy',
  meta: {
    id: 'port-value',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'A port is neither a port number nor a possible name of a port.',
    why: `\`port\` is a number from 1 to 65535, or the name of a container port: at most 15 lower-case letters, digits and single dashes, with at least one letter. The API server refuses a policy with anything else, and nothing of it takes effect.

A number in quotes is a **name** to the server, and a name needs a letter: write \`port: 6379\`, not \`port: "6379"\`. A range is \`port\` and \`endPort\`, and a protocol has its own field.`,
    refs: [
      {
        title: 'Kubernetes API: NetworkPolicyPort',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
      {
        title: 'Kubernetes: targeting a range of ports',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports',
      },
    ],
    examples: PORT_VALUE_EXAMPLES,
  },
  *check(policy): Iterable<Finding> {
    const { document } = policy;
    for (const violation of violationsFor(policy, 'port-value')) {
      const number = asScalar(violation.node)?.text ?? '';
      const message = `There is no port ${number}: ports are the numbers from 1 to 65535. ${REFUSED}`;
      const span = spanOf(policy, violation);
      yield { at: { document, span }, message, fixes: withoutZero(policy, violation.node) };
    }
    for (const { map } of portsOf(policy)) {
      const node = map && pairOf(map, 'port')?.value;
      const text = asString(node);
      if (!map || !node || text === null || !isSure(policy, node)) continue;
      const problems = portNameProblems(text);
      if (problems.length === 0) continue;
      const message = `${problemOf(text, problems)} ${REFUSED}${remedy(text)}`;
      yield { at: { document, span: node.span }, message, fixes: fixesFor(policy, map, node, text) };
    }
  },
};

const NUMBER = /^[1-9]\d{0,4}$/;
const RANGE = /^([1-9]\d{0,4}) ?[-:] ?([1-9]\d{0,4})$/;
const WITH_PROTOCOL = /^([1-9]\d{0,4})\/(tcp|udp|sctp)$/i;

function isPort(text: string | undefined): boolean {
  return text !== undefined && NUMBER.test(text) && Number(text) <= 65535;
}

function problemOf(text: string, problems: readonly string[]): string {
  if (text === '') return 'The port is empty.';
  if (/^\d+$/.test(text)) return `"${text}" in quotes is the name of a port, and such a name needs a letter.`;
  return `No port can be named "${text}": the name of a port ${listOf(problems, problems.length)}.`;
}

function remedy(text: string): string {
  if (isPort(text)) return ` Write ${text} without quotes.`;
  if (RANGE.test(text)) return ' Write a range with `port` and `endPort`.';
  if (WITH_PROTOCOL.test(text)) return ' Write the protocol in `protocol`.';
  return text === '' ? ' Leave `port` out to mean every port of the protocol.' : '';
}

function fixesFor({ document }: Resource, map: YamlMap, node: YamlNode, text: string): Fix[] {
  if (isPort(text))
    return fixes(`Write ${text} without quotes`, true, replaceNumber(document, node, Number(text)));
  const [, first, last] = RANGE.exec(text) ?? [];
  if (isPort(first) && isPort(last) && Number(first) <= Number(last) && !pairOf(map, 'endPort')) {
    const from = replaceNumber(document, node, Number(first));
    const to = insertPair(document, map, 'endPort', Number(last), 'port');
    return fixes(`Write the range with \`endPort: ${last}\``, false, from, to);
  }
  const [, port, protocol] = WITH_PROTOCOL.exec(text) ?? [];
  if (isPort(port) && protocol && !pairOf(map, 'protocol')) {
    const name = protocol.toUpperCase();
    const number = replaceNumber(document, node, Number(port));
    return fixes(
      `Write \`protocol: ${name}\``,
      true,
      number,
      insertPair(document, map, 'protocol', name, 'port'),
    );
  }
  if (text === '') return withoutPort(document, map);
  // What was meant for a number and a protocol makes no name worth having.
  if (protocol) return [];
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (portNameProblems(name).length > 0) return [];
  return fixes(`Write "${name}"`, false, replaceString(document, node, name));
}

/** In other APIs, port 0 means every port. */
function withoutZero(policy: Resource, node: YamlNode): Fix[] {
  const place = [...portsOf(policy)].find(({ map }) => map && pairOf(map, 'port')?.value === node);
  return place?.map && asScalar(node)?.value === 0 ? withoutPort(policy.document, place.map) : [];
}

function withoutPort(document: YamlDocument, map: YamlMap): Fix[] {
  const port = pairOf(map, 'port');
  if (!port || pairOf(map, 'endPort')) return [];
  return fixes('Remove `port`: every port of the protocol', false, removePair(document, map, port));
}
