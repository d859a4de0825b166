/**
 * Owns the checks of a config file that its JSON Schema cannot express: ranges, dates, ports, ids of rules, and what must go
 * together. What the schema refuses is not its business.
 */
import { rangeProblem, unknownRuleMessage } from './config-problem.ts';
import { readDay } from './day.ts';
import type { YamlDocument } from './document.ts';
import { readPorts } from './grants.ts';
import type { FileProblem } from './schema/words.ts';
import { asMap, asSeq, asString, get, pairOf, type YamlNode } from './yaml/nodes.ts';

/** Problems at their keys. Values of the wrong type are passed over: the schema has spoken of them. */
export function* configProblems(
  { yaml: { root } }: YamlDocument,
  knownRules: ReadonlySet<string>,
): Iterable<FileProblem> {
  yield* ruleIds(root, knownRules);
  const platform = get(root, 'platform');
  for (const name of ['podCidrs', 'serviceCidrs'])
    for (const [i, item] of items(get(platform, name))) yield* range(`platform.${name}[${i}]`, item);
  const names = new Set<string>();
  for (const [i, contractor] of items(get(root, 'contractors')))
    yield* contractorProblems(`contractors[${i}]`, contractor, names);
  for (const [i, item] of items(get(root, 'protected'))) yield* endProblems(`protected[${i}]`, item);
}

function* ruleIds(root: YamlNode | null, known: ReadonlySet<string>): Iterable<FileProblem> {
  const unknown = (id: string, node: YamlNode) =>
    known.has(id) ? [] : [{ span: node.span, message: unknownRuleMessage(id, known) }];
  for (const pair of asMap(get(root, 'rules'))?.pairs ?? []) yield* unknown(pair.name, pair.key);
  for (const [, item] of items(get(get(root, 'suppressions'), 'allow'))) {
    const id = asString(item);
    if (id !== null) yield* unknown(id, item);
  }
}

function* contractorProblems(where: string, node: YamlNode, names: Set<string>): Iterable<FileProblem> {
  const nameNode = get(node, 'name');
  const name = asString(nameNode);
  if (nameNode && name) {
    if (names.has(name))
      yield {
        span: nameNode.span,
        message: `${where}.name: there is a contractor "${name}" above. Join the two.`,
      };
    names.add(name);
  }
  yield* dateProblems(`${where}.expires`, get(node, 'expires'));
  for (const [i, subject] of items(get(node, 'subjects')))
    yield* subjectProblems(`${where}.subjects[${i}]`, subject);
  for (const [i, dependency] of items(get(node, 'dependencies')))
    yield* dependencyProblems(`${where}.dependencies[${i}]`, dependency);
}

function* subjectProblems(where: string, node: YamlNode): Iterable<FileProblem> {
  const kind = asString(get(node, 'kind'));
  const namespace = pairOf(asMap(node), 'namespace');
  if (kind === 'ServiceAccount' && !namespace)
    yield { span: node.span, message: `${where} needs the key "namespace": a ServiceAccount is in one.` };
  if ((kind === 'User' || kind === 'Group') && namespace)
    yield { span: namespace.key.span, message: `${where}.namespace: a ${kind} is in no namespace.` };
}

function* dependencyProblems(where: string, node: YamlNode): Iterable<FileProblem> {
  const map = asMap(node);
  if (!map) return;
  const to = pairOf(map, 'to');
  const from = pairOf(map, 'from');
  if (to && from)
    yield {
      span: from.key.span,
      message: `${where} has both "to" and "from". One grant is for one direction: write two.`,
    };
  if (!to && !from)
    yield {
      span: node.span,
      message: `${where} needs "to", what the contractor may connect to, or "from", what may connect to it.`,
    };
  for (const pair of [to, from]) if (pair) yield* endProblems(`${where}.${pair.name}`, pair.value);
  for (const [i, item] of items(get(map, 'ports'))) {
    const text = asString(item);
    if (text && readPorts(text) === null)
      yield {
        span: item.span,
        message: `${where}.ports[${i}] must be a port with its protocol, such as 443/TCP, 8000-8100/TCP or http/TCP.`,
      };
  }
  yield* dateProblems(`${where}.expires`, get(map, 'expires'));
}

/** A key besides these is probably the one that is missing, misspelt. */
const END_KEYS: ReadonlySet<string> = new Set(['podSelector', 'except']);

/** An end is pods of a namespace or a range of addresses, and never both. */
function* endProblems(where: string, node: YamlNode): Iterable<FileProblem> {
  const map = asMap(node);
  if (!map) return;
  const cidr = pairOf(map, 'cidr');
  const pods = pairOf(map, 'namespace') ?? pairOf(map, 'podSelector');
  if (cidr && pods)
    yield {
      span: cidr.key.span,
      message: `${where} is pods of a namespace or a range of addresses, not both: write two.`,
    };
  else if (!cidr && !pairOf(map, 'namespace') && map.pairs.every(({ name }) => END_KEYS.has(name)))
    yield { span: node.span, message: `${where} needs the key "namespace" or "cidr".` };
  if (cidr) yield* range(`${where}.cidr`, cidr.value);
}

function* range(where: string, node: YamlNode): Iterable<FileProblem> {
  const text = asString(node);
  const message = text ? rangeProblem(where, text) : null;
  if (message !== null) yield { span: node.span, message };
}

function* dateProblems(where: string, node: YamlNode | undefined): Iterable<FileProblem> {
  const text = node && asString(node);
  if (node && text && readDay(text) === null)
    yield {
      span: node.span,
      message: `${where} must be a day such as 2027-03-31, or a point in time such as 2027-03-31T18:00:00Z.`,
    };
}

function items(node: YamlNode | undefined): Iterable<[number, YamlNode]> {
  return (asSeq(node)?.items ?? []).entries();
}
