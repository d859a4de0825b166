// What editors underline of a finding.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, startClient } from './client.ts';
import { policy } from './workspace.ts';

const DOCUMENT = 'untitled:web';

const TWO_ITEMS = `    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: gateway
        - podSelector:
            matchLabels:
              app: gateway
`;

for (const [name, text] of [
  ['LF', policy('web', TWO_ITEMS)],
  ['CRLF', policy('web', TWO_ITEMS).replaceAll('\n', '\r\n')],
] as const)
  test(`of a place of several lines only the first is underlined, ${name}`, async () => {
    await using client = await startClient();
    client.open(DOCUMENT, text);
    const found = (await client.diagnostics(DOCUMENT)).find(({ code }) => code === 'peer-and-or');
    assert.deepEqual(found?.range, { start: at(16, 10), end: at(16, 22) });
  });
