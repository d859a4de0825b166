/** Rule end-port: the end of a range of ports without a beginning, in front of it, or beyond every port. */

import { portNameProblems } from '../../core/names.ts';
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { removePair } from '../../core/yaml/edit.ts';
import { asScalar, type YamlMap, type YamlNode, type YamlPair } from '../../core/yaml/nodes.ts';
import { replaceNumber } from '../../core/yaml/reshape.ts';
import { withPort } from '../example-yaml.ts';
import { given, hasOtherKeys, isSure, portsOf } from './places.ts';
import { fixes, REFUSED, spanOf, violationsFor } from './violations.ts';

export const endPort: Rule = {
  on: 'policy',
  meta: {
    id: 'end-port',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'A range of ports has no beginning, ends before it begins, or ends beyond every port.',
    why: `\`endPort\` is the last port of a range that begins at \`port\`: both are numbers from 1 to 65535, and \`endPort\` is not the smaller one. The API server refuses a policy where that does not hold, and nothing of it takes effect.

A named port is one port, whatever its number, and has no range. A range needs a network plugin that knows \`endPort\`; others apply \`port\` alone.`,
    refs: [
      {
        title: 'Kubernetes: targeting a range of ports',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports',
      },
    ],
    examples: [
      {
        title: 'The end in front of the beginning',
        yaml: withPort('protocol: TCP\nport: 32768 # node ports\nendPort: ⟦30000⟧'),
        message: 'ends at 30000 and begins at 32768',
        fixes: [
          {
            title: 'Swap the two ports',
            safe: false,
            fixed: withPort('protocol: TCP\nport: 30000 # node ports\nendPort: 32768'),
          },
        ],
      },
      {
        title: 'Beyond the last port',
        yaml: withPort('port: 65530\nendPort: ⟦65537⟧'),
        message: 'There is no port 65537',
        fixes: [
          {
            title: 'End the range at 65535, the last port',
            safe: false,
            fixed: withPort('port: 65530\nendPort: 65535'),
          },
        ],
      },
      {
        title: 'A range from a named port',
        yaml: withPort('port: http\nendPort: ⟦8090⟧'),
        message: 'begins at the named port "http"',
        fixes: [{ title: 'Remove `endPort`', safe: false, fixed: withPort('port: http') }],
      },
      {
        title: 'A range without a beginning',
        yaml: withPort('{ protocol: TCP, endPort: ⟦8090⟧ }'),
        message: 'has no `port` to begin at',
        fixes: [{ title: 'Remove `endPort`', safe: false, fixed: withPort('{ protocol: TCP }') }],
      },
      { title: 'A range', yaml: withPort('port: 30000\nendPort: 32767') },
      { title: 'A range of one port', yaml: withPort('port: 8080\nendPort: 8080') },
      { title: 'No end', yaml: withPort('port: http\nendPort: null') },
      { title: 'A number in quotes is the fault of the port', yaml: withPort('port: "8080"\nendPort: 8090') },
    ],
  },
  *check(policy): Iterable<Finding> {
    const { document } = policy;
    for (const violation of violationsFor(policy, 'end-port')) {
      const number = asScalar(violation.node)?.text ?? '';
      const message = `There is no port ${number}: ports are the numbers from 1 to 65535. ${REFUSED}`;
      yield {
        at: { document, span: spanOf(policy, violation) },
        message,
        fixes: lastPort(policy, violation.node),
      };
    }
    for (const { map } of portsOf(policy)) {
      const end = map && given(map, 'endPort');
      if (!map || !end || !isSure(policy, end.value) || !isPort(asScalar(end.value)?.value)) continue;
      const finding = judge(policy, map, end);
      if (finding) yield finding;
    }
  },
};

const FIELDS = ['protocol', 'port', 'endPort'];

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** Ends a range that goes beyond the last port at the last port. */
function lastPort(policy: Resource, end: YamlNode): Fix[] {
  const place = [...portsOf(policy)].find(({ map }) => map && given(map, 'endPort')?.value === end);
  const first = place?.map && asScalar(given(place.map, 'port')?.value)?.value;
  const last = asScalar(end)?.value;
  if (!isPort(first) || typeof last !== 'number' || last <= 65535) return [];
  return fixes('End the range at 65535, the last port', false, replaceNumber(policy.document, end, 65535));
}

/** Judges an `endPort` that is a port by what stands in `port`. A `port` that is wrong by itself is reported there. */
function judge(policy: Resource, map: YamlMap, end: YamlPair): Finding | null {
  const { document } = policy;
  const at = { document, span: end.value.span };
  const start = given(map, 'port');
  const last = asScalar(end.value)?.value;
  const remove = (): Fix[] => fixes('Remove `endPort`', false, removePair(document, map, end));
  if (!start) {
    if (hasOtherKeys(map, FIELDS)) return null;
    const message = `This range has no \`port\` to begin at. ${REFUSED} Name its first port in \`port\`.`;
    return { at, message, fixes: remove() };
  }
  const first = asScalar(start.value)?.value;
  if (!isSure(policy, start.value)) return null;
  if (typeof first === 'string' && portNameProblems(first).length === 0) {
    const message = `This range begins at the named port "${first}", and a named port is one port. ${REFUSED} Name the first port by its number, or remove \`endPort\`.`;
    return { at, message, fixes: remove() };
  }
  if (!isPort(first) || !isPort(last) || last >= first) return null;
  const swap = fixes(
    'Swap the two ports',
    false,
    replaceNumber(document, start.value, last),
    replaceNumber(document, end.value, first),
  );
  const message = `This range ends at ${last} and begins at ${first}: it holds no port. ${REFUSED}`;
  return { at, message, fixes: swap };
}
