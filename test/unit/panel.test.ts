// What the Reachability panel makes of the server's answer: rows, boxes and links, what is folded, where things stand, and the
// texts that are exported.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { placesOf, type Rect } from '../../client/webview/layout.ts';
import { mermaidOf } from '../../client/webview/mermaid.ts';
import { routesOf } from '../../client/webview/routes.ts';
import { type Row, rowsOf, sentenceOf, sortedRows } from '../../client/webview/rows.ts';
import { type Scene, sceneOf } from '../../client/webview/scene.ts';
import { drawingOf, svgDocument } from '../../client/webview/svg.ts';
import { FIRST_VIEW, restored, type View } from '../../client/webview/view.ts';
import type { Reachability } from '../../server/src/lsp/protocol-reachability.ts';
import { type EdgeText, pictureOf, viewWith } from '../support/picture.ts';

const SHOP: readonly EdgeText[] = [
  ['from 0.0.0.0/0', 'edge/gateway', '443/TCP'],
  ['edge/gateway', 'shop/web-1+web-2', { kept: '80/TCP', gained: '8080/TCP' }],
  ['shop/web-1+web-2', 'shop/db', { lost: '5432/TCP' }],
  ['shop/web-1+web-2', 'shop/web-1+web-2', { unknown: '80/TCP' }],
  ['shop/db', 'to 203.0.113.0/24', '443/TCP'],
];
const PICTURE = pictureOf(SHOP, { alone: ['lab/idle'], contractors: { shop: 'acme' } });

function shown(picture: Reachability, choices: Partial<View> = {}): { rows: Row[]; scene: Scene } {
  const view = viewWith(choices);
  const rows = rowsOf(picture, view);
  return { rows, scene: sceneOf(picture, rows, view) };
}

function said(picture: Reachability, choices: Partial<View> = {}): string[] {
  return shown(picture, choices).rows.map((row) => sentenceOf(picture, row));
}

suite('rows', () => {
  test('of the difference say what is gained, lost, kept and unknown', () => {
    assert.deepEqual(said(PICTURE), [
      'allowed: 0.0.0.0/0 to edge/gateway, 443/TCP',
      'gained: edge/gateway to shop/web-1 + 1 alike, 8080/TCP',
      'allowed: edge/gateway to shop/web-1 + 1 alike, 80/TCP',
      'lost: shop/web-1 + 1 alike to shop/db, 5432/TCP',
      'unknown: shop/web-1 + 1 alike to shop/web-1 + 1 alike, 80/TCP',
      'allowed: shop/db to 203.0.113.0/24, 443/TCP',
    ]);
  });

  test('of one state say what is allowed in it', () => {
    const before = said(PICTURE, { mode: 'before' });
    assert.ok(before.includes('allowed: shop/web-1 + 1 alike to shop/db, 5432/TCP'));
    assert.ok(before.includes('unknown: shop/web-1 + 1 alike to shop/web-1 + 1 alike, 80/TCP'));
    const after = said(PICTURE, { mode: 'after' });
    assert.ok(after.includes('allowed: edge/gateway to shop/web-1 + 1 alike, 8080/TCP'));
    assert.equal(after.filter((text) => text.includes('shop/db,')).length, 0);
  });

  const filters: readonly (readonly [string, Partial<View>, number])[] = [
    ['a namespace', { namespace: 'edge' }, 3],
    ['a contractor', { contractor: 'acme' }, 5],
    ['a part of a name, in any case', { text: ' WEB-2 ' }, 4],
    ['an address', { text: '203.0.113' }, 1],
    ['changes', { onlyChanges: true }, 3],
    ['nothing that is there', { text: 'nobody' }, 0],
  ];
  for (const [what, choices, count] of filters)
    test(`are filtered by ${what}`, () => assert.equal(said(PICTURE, choices).length, count));

  test('are sorted by any column, up and down', () => {
    const { rows } = shown(PICTURE);
    const sorted = (by: View['sort']['by'], descending = false) =>
      sortedRows(PICTURE, rows, viewWith({ sort: { by, descending } })).map((row) => row.state);
    assert.deepEqual(sorted('state'), ['gained', 'lost', 'allowed', 'allowed', 'allowed', 'unknown']);
    assert.deepEqual(sorted('state', true).at(0), 'unknown');
    const ports = sortedRows(PICTURE, rows, viewWith({ sort: { by: 'ports', descending: false } }));
    assert.deepEqual(
      ports.map(({ port }) => port.port),
      [80, 80, 443, 443, 5432, 8080],
    );
  });
});

suite('the scene', () => {
  test('has a box for each namespace, with workloads that nothing connects to, and for addresses', () => {
    const { boxes } = shown(PICTURE).scene;
    assert.deepEqual(
      boxes.map(({ title, contractor, nodes }) => [title, contractor, nodes.map((n) => n.title).join()]),
      [
        ['From outside', null, '0.0.0.0/0'],
        ['edge', null, 'gateway'],
        ['shop', 'acme', 'web-1 + 1 alike,db'],
        ['To outside', null, '203.0.113.0/24'],
        ['lab', null, 'idle'],
      ],
    );
  });

  test('with changes only leaves out what has none', () => {
    const { boxes } = shown(PICTURE, { onlyChanges: true }).scene;
    assert.deepEqual(
      boxes.map(({ title }) => title),
      ['edge', 'shop'],
    );
  });

  test('folds a namespace into one node when asked to', () => {
    const { boxes, links } = shown(PICTURE, { folded: { shop: true } }).scene;
    const shop = boxes.find(({ title }) => title === 'shop');
    assert.deepEqual(
      shop?.nodes.map(({ title }) => title),
      ['3 workloads'],
    );
    const inside = links.filter(({ from, to }) => from === to);
    assert.deepEqual(inside.map(({ state }) => state).sort(), ['lost', 'unknown']);
  });
});

/** Tenants that are alike, one that is not, and what all of them use. */
function tenants(count: number, change: EdgeText | null = null): Reachability {
  const edges: EdgeText[] = [];
  for (let i = 0; i < count; i++) {
    const name = `team-${String(i).padStart(3, '0')}`;
    edges.push(['ingress/nginx', `${name}/web`, '8080/TCP']);
    edges.push([`${name}/web`, `${name}/db`, '5432/TCP']);
    edges.push([`${name}/web`, 'dns/coredns', '53/UDP']);
    edges.push([`${name}/db`, 'dns/coredns', '53/UDP']);
  }
  edges.push(['team-001/web', 'to 203.0.113.0/24', '443/TCP']);
  return pictureOf(change ? [...edges, change] : edges);
}

suite('many namespaces', () => {
  test('are folded, and those that are alike put together', () => {
    const { boxes, links } = shown(tenants(50)).scene;
    assert.deepEqual(
      boxes.map(({ title }) => title),
      ['ingress', 'team-000 + 48 alike', 'dns', 'team-001', 'To outside'],
    );
    const alike = boxes.find(({ title }) => title.startsWith('team-000'));
    assert.equal(alike?.namespaces.length, 49);
    assert.equal(
      links.reduce((sum, { rows }) => sum + rows.length, 0),
      201,
    );
  });

  test('leave a changed one unfolded', () => {
    const { boxes } = shown(tenants(50, ['ingress/nginx', 'team-007/db', { gained: '5432/TCP' }])).scene;
    const [changed] = boxes.filter(({ title }) => title === 'team-007');
    assert.equal(changed?.isFolded, false);
    assert.ok(boxes.some(({ title }) => title === 'team-000 + 47 alike'));
  });

  test('that differ in a port are not alike', () => {
    const { boxes } = shown(tenants(50, ['ingress/nginx', 'team-009/db', '5432/TCP'])).scene;
    assert.ok(boxes.some(({ title }) => title === 'team-009'));
  });

  test('are unfolded by a filter that leaves few', () => {
    const { boxes } = shown(tenants(50), { namespace: 'team-005' }).scene;
    assert.deepEqual(
      boxes.map(({ title, isFolded }) => [title, isFolded]),
      [
        ['ingress', false],
        ['dns', false],
        ['team-005', false],
      ],
    );
  });
});

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

suite('the layout', () => {
  for (const [what, picture] of [
    ['a few', PICTURE],
    ['500', tenants(248)],
  ] as const)
    test(`of ${what} workloads has nothing on top of anything else, and all links between nodes`, () => {
      const { scene } = shown(picture, { folded: {} });
      const places = placesOf(scene);
      const boxes = [...places.boxes.values()];
      for (const [i, box] of boxes.entries())
        for (const other of boxes.slice(i + 1)) assert.ok(!overlap(box, other));
      for (const { id, nodes } of scene.boxes) {
        const box = places.boxes.get(id) as Rect;
        assert.ok(box.x >= 0 && box.y >= 0);
        assert.ok(box.x + box.width <= places.width && box.y + box.height <= places.height);
        for (const node of nodes) {
          const rect = places.nodes.get(node.id) as Rect;
          assert.ok(rect.x >= box.x && rect.x + rect.width <= box.x + box.width, node.title);
          assert.ok(rect.y >= box.y && rect.y + rect.height <= box.y + box.height, node.title);
        }
      }
      const routes = routesOf(scene, places);
      for (const { id } of scene.links) assert.match(routes.get(id)?.path ?? '', /^M[-\d.,]+C/);
    });

  test('stays the same while only ports change', () => {
    const ports = (text: string) => shown(pictureOf([['a/x', 'b/y', text]])).scene;
    assert.deepEqual(placesOf(ports('80/TCP')), placesOf(ports('81/TCP, 82/TCP')));
  });
});

suite('SVG', () => {
  const { scene } = shown(PICTURE);

  test('says of every link what it is, and marks its state', () => {
    const { content } = drawingOf(scene);
    assert.match(
      content,
      /class="link gained"[^>]*aria-label="gained: edge\/gateway to shop\/web-1 \+ 1 alike, 8080\/TCP"/,
    );
    assert.match(content, /class="link lost"/);
    assert.match(content, />\+ 8080\/TCP</);
    assert.match(content, /class="badge".*>acme</);
    assert.equal(content.match(/<g class="link /g)?.length, scene.links.length);
  });

  test('as a document needs nothing else, and is well-formed', () => {
    const text = svgDocument(scene, '.x{fill:red}', 'A & B');
    assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+"/);
    assert.match(text, /<title>A &amp; B<\/title>/);
    assert.doesNotMatch(text, /var\(|href=|url\((?!#)/);
    const open: string[] = [];
    for (const [, closes, name, , closed] of text.matchAll(/<(\/?)([a-z]+)([^<>]*?)(\/?)>/g)) {
      if (closes) assert.equal(open.pop(), name);
      else if (!closed) open.push(name as string);
    }
    assert.deepEqual(open, []);
  });

  test('takes names that hold letters of markup as text', () => {
    const { content } = drawingOf(shown(pictureOf([['a/<b>"&', 'a/c', '1/TCP']])).scene);
    assert.match(content, /&lt;b&gt;&quot;&amp;/);
    assert.doesNotMatch(content, /<b>/);
  });
});

test('Mermaid has a subgraph for each box and a line for each link', () => {
  const picture = pictureOf(
    [
      ['edge/gateway', 'shop/web', { gained: '8080/TCP' }],
      ['shop/web', 'to 203.0.113.0/24', '443/TCP'],
    ],
    { contractors: { shop: 'ac"me' } },
  );
  assert.equal(
    mermaidOf(shown(picture).scene),
    `flowchart LR
  subgraph box0["edge"]
    n0["gateway"]
  end
  subgraph box1["shop (contractor ac#quot;me)"]
    n1["web"]
  end
  subgraph box2["To outside"]
    n2["203.0.113.0/24"]
  end
  n0 ==>|"+ 8080/TCP"| n1
  n1 -->|"443/TCP"| n2
  linkStyle 0 stroke:#1a7f37,color:#1a7f37
`,
  );
});

test('a view that was kept is taken as far as it makes sense', () => {
  assert.deepEqual(restored({}), FIRST_VIEW);
  assert.deepEqual(restored({ mode: 'after', text: 3, folded: { a: true }, sort: { by: 'x' }, more: 1 }), {
    ...FIRST_VIEW,
    mode: 'after',
    folded: { a: true },
  });
});
