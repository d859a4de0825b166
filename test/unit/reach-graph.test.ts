// The graph behind the Reachability panel says what the lists of connections and of changes say, however it puts workloads
// together.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { cidrsOf } from '../../server/src/engine/cidr-list.ts';
import { type Graph, type GraphEnd, graphOf } from '../../server/src/engine/graph/graph.ts';
import { isEmptyPortSet, type PortSet } from '../../server/src/engine/ports.ts';
import { connectionsOf, type End } from '../../server/src/engine/reach/connections.ts';
import { differenceOf } from '../../server/src/engine/reach/difference.ts';
import { factsOf } from '../../server/src/engine/reach/from-manifests.ts';
import { type Reach, reachOf } from '../../server/src/engine/reach/reach.ts';
import { world } from '../support/random-worlds.ts';
import { reachFrom } from '../support/reach-agreement.ts';
import { runs } from '../support/runs.ts';
import { type Files, worldOf } from '../support/world.ts';

function graphBetween(before: Reach, after: Reach): Graph {
  const work = graphOf(before, after);
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}

/** Pairs of ends, each with the ports of each kind; addresses as CIDRs. What is empty is left out. */
type Said = Map<string, Readonly<Record<string, string>>>;

function say(said: Said, from: string, to: string, ports: Readonly<Record<string, PortSet>>): void {
  const shown = Object.entries(ports).flatMap(([kind, set]) =>
    isEmptyPortSet(set) ? [] : [[kind, JSON.stringify(set.numbers)]],
  );
  if (shown.length > 0) said.set(`${from} > ${to}`, Object.fromEntries(shown));
}

/** Single blocks: how pieces of addresses are put together does not matter. */
function blocksOf(end: End): readonly string[] {
  return typeof end === 'string' ? [end] : cidrsOf(end);
}

function namesOf(end: GraphEnd): readonly string[] {
  return 'workloads' in end ? end.workloads : cidrsOf(end.addresses);
}

type Pick = (graph: Graph, edge: Graph['edges'][number]) => Readonly<Record<string, PortSet>>;

/** The edges as if nothing were put together. */
function expanded(graph: Graph, pick: Pick): Said {
  const said: Said = new Map();
  for (const edge of graph.edges)
    for (const from of namesOf(graph.ends[edge.from] as GraphEnd))
      for (const to of namesOf(graph.ends[edge.to] as GraphEnd))
        if (from !== to) say(said, from, to, pick(graph, edge));
  return said;
}

const after: Pick = ({ ports }, { after: { sure, possible } }) => ({
  sure: ports.setOf(sure),
  unknown: ports.setOf(ports.subtract(possible, sure)),
});

const changes: Pick = ({ ports }, { before: b, after: a }) => ({
  gained: ports.setOf(ports.subtract(a.sure, b.possible)),
  lost: ports.setOf(ports.subtract(b.sure, a.possible)),
});

function listed(reach: Reach): Said {
  const said: Said = new Map();
  for (const { from, to, ports: sure, unknown } of connectionsOf(reach))
    for (const a of blocksOf(from)) for (const b of blocksOf(to)) say(said, a, b, { sure, unknown });
  return said;
}

function changed(before: Reach, fresh: Reach): Said {
  const said: Said = new Map();
  for (const { from, to, gained, lost } of differenceOf(before, fresh).changes)
    for (const a of blocksOf(from)) for (const b of blocksOf(to)) say(said, a, b, { gained, lost });
  return said;
}

/** Adjacent blocks may be joined on one side: only pairs of workloads are compared there. */
function amongWorkloads(said: Said): Said {
  return new Map([...said].filter(([pair]) => pair.split(' > ').every((end) => end.includes('['))));
}

suite('the graph', () => {
  test('of random worlds says what the list of connections says', () => {
    fc.assert(
      fc.property(world, (found) => {
        const reach = reachFrom(found);
        assert.deepEqual(expanded(graphBetween(reach, reach), after), listed(reach));
      }),
      { numRuns: runs(60) },
    );
  });

  test('of two random worlds says what the list of changes says', () => {
    fc.assert(
      fc.property(world, world, (a, b) => {
        const [old, fresh] = [reachFrom(a), reachFrom(b)];
        const graph = graphBetween(old, fresh);
        assert.deepEqual(amongWorkloads(expanded(graph, after)), amongWorkloads(listed(fresh)));
        assert.deepEqual(amongWorkloads(expanded(graph, changes)), amongWorkloads(changed(old, fresh)));
      }),
      { numRuns: runs(60) },
    );
  });
});

function deployment(name: string, app = name, namespace = 'shop'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  template:
    metadata: { labels: { app: ${app} } }
    spec: { containers: [{ name: main, image: main, ports: [] }] }
`;
}

function policy(ingress: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress: ${ingress}
`;
}

function reachIn(files: Files): Reach {
  return reachOf(factsOf(worldOf(files).workspace.scopes));
}

/** The ends, as the workloads or the CIDRs that are in them. */
function ends({ ends: all }: Graph): string[] {
  return all.map((end) => namesOf(end).join(' '));
}

suite('workloads', () => {
  const files = {
    'a.yaml': deployment('web-1', 'web'),
    'b.yaml': deployment('web-2', 'web'),
    'c.yaml': deployment('api'),
    'd.yaml': deployment('other', 'api', 'lab'),
  };

  test('that nothing tells apart are one end, in each namespace', () => {
    const reach = reachIn({
      ...files,
      'p.yaml': policy('[{ from: [{ podSelector: { matchLabels: { app: api } } }] }]'),
    });
    const graph = graphBetween(reach, reach);
    const [lab, api, web] = [
      'lab/other[Deployment]',
      'shop/api[Deployment]',
      'shop/web-1[Deployment] shop/web-2[Deployment]',
    ];
    assert.deepEqual(ends(graph).slice(0, 3), [lab, api, web]);
    const pairs = graph.edges.map(({ from, to }) => `${ends(graph)[from]} > ${ends(graph)[to]}`);
    assert.ok(pairs.includes(`${api} > ${web}`));
    assert.ok(!pairs.includes(`${lab} > ${web}`), 'another namespace is not let in');
    assert.ok(!pairs.includes(`${web} > ${web}`), 'nor is one of them by the other');
  });

  test('that a change tells apart are two', () => {
    const before = reachIn(files);
    const fresh = reachIn({ ...files, 'b.yaml': deployment('web-2'), 'p.yaml': policy('[]') });
    assert.ok(
      ends(graphBetween(before, before)).includes(
        'shop/api[Deployment] shop/web-1[Deployment] shop/web-2[Deployment]',
      ),
    );
    const both = ends(graphBetween(before, fresh));
    assert.ok(both.includes('shop/web-1[Deployment]'));
    assert.ok(both.includes('shop/api[Deployment] shop/web-2[Deployment]'));
  });

  test('that are there on one side only have connections on that side only', () => {
    const { 'd.yaml': _, ...fewer } = files;
    const graph = graphBetween(reachIn(fewer), reachIn(files));
    const place = graph.ends.findIndex((end) => 'workloads' in end && end.namespace === 'lab');
    const touching = graph.edges.filter(({ from, to }) => from === place || to === place);
    assert.ok(touching.length > 0);
    for (const { before } of touching) assert.equal(before.possible, 0);
  });
});

test('addresses are cut where the change cuts them', () => {
  const files = { 'a.yaml': deployment('web') };
  const block = (cidr: string) => policy(`[{ from: [{ ipBlock: { cidr: ${cidr} } }] }]`);
  const graph = graphBetween(
    reachIn({ ...files, 'p.yaml': block('203.0.113.0/24') }),
    reachIn({ ...files, 'p.yaml': block('203.0.113.0/25') }),
  );
  const cut = graph.edges.flatMap((edge) => {
    const end = graph.ends[edge.from] as GraphEnd;
    if ('workloads' in end) return [];
    return `${cidrsOf(end.addresses)}: ${Object.keys(expandedKinds(graph, edge)).join(' ')}`;
  });
  assert.deepEqual(cut.sort(), ['203.0.113.0/25: kept', '203.0.113.128/25: lost']);
});

function expandedKinds(graph: Graph, edge: Graph['edges'][number]): Readonly<Record<string, string>> {
  const said: Said = new Map();
  const { gained, lost } = changes(graph, edge) as Record<'gained' | 'lost', PortSet>;
  const kept = graph.ports.setOf(graph.ports.intersect(edge.before.sure, edge.after.sure));
  say(said, 'a', 'b', { gained, lost, kept });
  return said.get('a > b') ?? {};
}
