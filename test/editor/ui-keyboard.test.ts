// The same without a mouse, in a small window and the dark theme: nothing may be out of reach, or be cut off.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { repository } from '../../scripts/lib/process.ts';
import { packageExtension } from '../../scripts/package.ts';
import { startWorkbench, ui, type Workbench } from './harness.ts';

let w: Workbench;

before(async () => {
  w = await startWorkbench({
    vsix: await packageExtension(),
    copy: join(repository, 'examples/contractor-acme'),
    settings: { 'workbench.colorTheme': 'Dark Modern' },
    viewport: { width: 900, height: 600 },
  });
});
after(() => w?.stop());

const test = (name: string, run: () => Promise<void>) => ui(name, () => w, run);

test('a finding is reached from the Problems panel', async () => {
  await w.problems();
  await w.problem('netpol-statement-archive.json').waitFor();
  // Opening it anew puts the focus into the list, which was not there at first.
  await w.page.keyboard.press('Control+J');
  await w.problems();
  await w.screenshot('keyboard-problems');
  await w.page.keyboard.press('ArrowDown');
  await w.page.keyboard.press('ArrowDown');
  await w.page.keyboard.press('Enter');
  await w.page.locator('.monaco-editor[data-uri$="netpol-statement-archive.json"]').first().waitFor();
  await w.page.keyboard.press('Control+J');
});

test('F8 goes to the next finding and says what it is', async () => {
  const name = 'payments/netpol-payments-api.yaml';
  const editor = await w.open(name);
  await editor.locator('.squiggly-warning').first().waitFor();
  await w.page.keyboard.press('F8');
  const message = w.page.locator('.marker-widget', { hasText: 'Two list items mean "or"' });
  await message.waitFor();
  await w.screenshot('keyboard-next-problem');
  await w.page.keyboard.press('Escape');
});

test('the menu of fixes is used with the arrow keys, and the file is right', async () => {
  await w.fix('Merge into one peer');
  await w.screenshot('keyboard-quick-fix');
  await w.page.keyboard.press('Enter');
  const name = 'payments/netpol-payments-api.yaml';
  await w.save(name, (saved) => /metadata\.name: acme-portal\n {10}podSelector:\n/.test(saved));
});

test('the hover opens at the cursor', async () => {
  const name = 'payments/netpol-payments-api.yaml';
  await w.goTo(name, 'kind: Network');
  await w.page.keyboard.press('Control+K');
  await w.page.keyboard.press('Control+I');
  assert.match(await w.hover(), /applies to pods in namespace payments/);
  await w.screenshot('keyboard-hover');
  await w.page.keyboard.press('Escape');
});

test('insert default deny adds the policy behind the others of the namespace', async () => {
  await w.command('NetworkPolicy Guard: Insert Default-Deny Policy');
  await w.row('acme-batch').waitFor();
  await w.screenshot('keyboard-default-deny');
  await w.page.keyboard.type('acme-batch');
  await w.page.keyboard.press('Enter');
  await w.row('Ingress and egress, except DNS').waitFor();
  await w.page.keyboard.press('Enter');
  const name = 'acme-batch/network-policies.yaml';
  await w.page.locator(`.monaco-editor[data-uri$="/${name}"]`).first().waitFor();
  await w.screenshot('keyboard-default-deny-added');
  const text = await w.save(name, (saved) => saved.includes('name: default-deny\n'));
  assert.match(text, /name: default-deny\n {2}namespace: acme-batch\nspec:\n {2}podSelector: \{\}/);
});

test('create config writes the file and shows it', async () => {
  // The example has one, which is left alone.
  const before = w.read('.netpol-guard.yaml');
  await w.command('NetworkPolicy Guard: Create Configuration File');
  await w.page.locator('.notifications-toasts .notification-list-item', { hasText: 'already' }).waitFor();
  await w.page.locator('.monaco-editor[data-uri$="/.netpol-guard.yaml"]').first().waitFor();
  assert.equal(w.read('.netpol-guard.yaml'), before);
  await w.screenshot('keyboard-config');
});
