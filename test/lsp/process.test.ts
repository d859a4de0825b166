// The server as a process: how it ends, and what it makes of a client that does not speak LSP.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Client, REPOSITORY, SERVER, startClient } from './client.ts';
import { OPEN_INGRESS, policy } from './workspace.ts';

const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  'the server': SERVER,
  'netpol-guard lsp': [join(REPOSITORY, 'dist/cli.js'), 'lsp', '--stdio'],
};

for (const [name, program] of Object.entries(PROGRAMS))
  suite(name, () => {
    test('serves, and ends with 0 after shutdown and exit', async () => {
      await using client = await startClient({ program });
      client.open('untitled:web', policy('web', OPEN_INGRESS));
      assert.equal((await client.diagnostics('untitled:web')).length, 1);
      assert.equal(await client.stop(), 0);
    });

    test('ends with 0 when the client is gone after shutdown', async () => {
      await using client = await startClient({ program });
      await client.request('shutdown');
      client.process.stdin?.end();
      assert.equal(await client.ended(), 0);
    });

    test('ends with 1 after exit without shutdown', async () => {
      await using client = await startClient({ program });
      client.notify('exit', {});
      assert.equal(await client.ended(), 1);
    });

    test('ends with 1 when the client is gone without a word', async () => {
      await using client = await startClient({ program });
      client.process.stdin?.end();
      assert.equal(await client.ended(), 1);
    });

    test('ends when the process that the client named is gone', async () => {
      const editor = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      await using client = await startClient({ program, params: { processId: editor.pid ?? null } });
      editor.kill();
      await once(editor, 'exit');
      assert.equal(await client.ended(), 1);
    });
  });

test('after shutdown, requests are refused', async () => {
  await using client = await startClient();
  await client.request('shutdown');
  await assert.rejects(client.pull('untitled:x'), { code: -32600 });
});

suite('what is not LSP', () => {
  for (const [name, bytes] of Object.entries({
    'text that ends nowhere': 'GET / HTTP/1.1\r\n',
    'headers of something else': 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'a length that is no number': 'Content-Length: many\r\n\r\n',
    'bytes at random': Buffer.from([0, 255, 254, 13, 10, 13, 10, 1, 2, 3]),
  }))
    test(`${name} ends the server instead of leaving it deaf`, async () => {
      await using client = new Client(SERVER, 'ignore');
      client.process.stdin?.write(bytes);
      const asked = client.request('initialize', { processId: null, rootUri: null, capabilities: {} });
      await assert.rejects(asked);
      assert.equal(await client.ended(), 1);
    });

  for (const [name, body] of Object.entries({
    'text that is no JSON': '{"jsonrpc',
    'JSON that is no message': '[null, 42]',
    'a cancellation of nothing': '{"jsonrpc":"2.0","method":"$/cancelRequest"}',
    'an answer nobody asked for': '{"jsonrpc":"2.0","id":4711,"result":{}}',
    'a request without parameters': '{"jsonrpc":"2.0","id":"x","method":"textDocument/hover"}',
    'a notification with wrong ones':
      '{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":null}}',
  }))
    test(`${name} does no harm`, async () => {
      await using client = await startClient();
      client.process.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      client.open('untitled:web', policy('web', OPEN_INGRESS));
      assert.equal((await client.diagnostics('untitled:web')).length, 1);
      assert.equal(await client.stop(), 0);
    });
});
