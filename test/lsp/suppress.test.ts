// The request that ignores a finding with a reason: what it writes, and that the finding is gone with nothing new in its place.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { startClient } from './client.ts';
import { applyEdit } from './edits.ts';
import { OPEN_INGRESS, policy } from './workspace.ts';

const DOCUMENT = 'untitled:web';
const RULE = 'allow-all-ingress';

/** Ignores the first finding of the rule in `text`, which then is `expected` and has the finding no more. */
async function checkSuppress(
  text: string,
  expected: string,
  ruleId = RULE,
  reason = 'a public gateway',
): Promise<void> {
  await using client = await startClient();
  client.open(DOCUMENT, text);
  const before = await client.diagnostics(DOCUMENT);
  const found = before.find((d) => d.code === ruleId);
  assert.ok(found, `there is a finding of ${ruleId}`);
  const params = { uri: DOCUMENT, position: found.range.start, ruleId, reason };
  const result = applyEdit(await client.request('netpolGuard/suppress', params), { [DOCUMENT]: text });
  assert.equal(result[DOCUMENT], expected);
  client.change(DOCUMENT, expected);
  assert.deepEqual(
    (await client.diagnostics(DOCUMENT)).map((d) => d.code),
    before.filter((d) => d !== found).map((d) => d.code),
  );
}

const OPEN = policy('web', OPEN_INGRESS);
const COMMENT = `# netpol-guard: ignore[${RULE}] a public gateway`;

suite('in YAML, a comment', () => {
  test('above the line, as deep as it', () =>
    checkSuppress(OPEN, OPEN.replace('    - {}', `    ${COMMENT}\n    - {}`)));
  test('in a later document', () => {
    const text = `${policy('api')}---\n${OPEN}---\n${policy('last')}`;
    return checkSuppress(text, text.replace('    - {}', `    ${COMMENT}\n    - {}`));
  });
  test('with CRLF', () => {
    const text = OPEN.replaceAll('\n', '\r\n');
    return checkSuppress(text, text.replace('    - {}', `    ${COMMENT}\r\n    - {}`));
  });
  test('on the last line, without a line end', () =>
    checkSuppress(OPEN.trimEnd(), OPEN.trimEnd().replace('    - {}', `    ${COMMENT}\n    - {}`)));
  test('beside one that is there', () => {
    const text = OPEN.replace('- {}', '# netpol-guard: ignore[world-cidr] something else\n    - {}').replace(
      '- {}',
      '- ports: null',
    );
    return checkSuppress(
      text.replace('- ports: null', '- {}'),
      text.replace('    - ports: null', `    ${COMMENT}\n    - {}`),
    );
  });
  test('of one line, whatever the reason looks like', () =>
    checkSuppress(
      OPEN,
      OPEN.replace('    - {}', `    # netpol-guard: ignore[${RULE}] two lines # and more\n    - {}`),
      RULE,
      '  two\nlines # and more ',
    ));
});

suite('in JSON, an annotation', () => {
  const json = (metadata: object, indent?: number) =>
    JSON.stringify(
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'web', namespace: 'shop', ...metadata },
        spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress: [{}] },
      },
      null,
      indent,
    );
  const KEY = `netpol-guard/ignore.${RULE}`;

  test('on one line', () =>
    checkSuppress(
      json({}),
      json({}).replace('"shop"', `"shop", "annotations": {"${KEY}": "a public gateway"}`),
    ));
  test('on many lines, beside others', () =>
    checkSuppress(
      json({ annotations: { owner: 'jane' } }, 2),
      json({ annotations: { owner: 'jane', [KEY]: 'a public gateway' } }, 2),
    ));
});

test('where there is no such document, there is no edit', async () => {
  await using client = await startClient();
  const params = { uri: 'untitled:none', position: { line: 0, character: 0 }, ruleId: RULE, reason: 'x' };
  assert.equal(await client.request('netpolGuard/suppress', params), null);
});
