// What a person sees and does in the editor, with the packaged extension installed as a user installs it, on the workspace that
// the README walks through. Light theme, mouse and keyboard.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { poll } from '../../scripts/lib/poll.ts';
import { repository } from '../../scripts/lib/process.ts';
import { packageExtension } from '../../scripts/package.ts';
import { startWorkbench, ui, type Workbench } from './harness.ts';

/** A namespace that has no policy yet, and a file to write one into. */
const files = {
  'vendor-lab/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: vendor-lab\n',
  'scratch/new.yaml': '',
};

let w: Workbench;

before(async () => {
  w = await startWorkbench({
    vsix: await packageExtension(),
    copy: join(repository, 'examples/contractor-acme'),
    files,
    settings: { 'workbench.colorTheme': 'Light Modern' },
  });
});
after(() => w?.stop());

const test = (name: string, run: () => Promise<void>) => ui(name, () => w, run);

/** The heading of the Markdown preview that is shown. */
function heading(name: string) {
  const preview = w.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  return preview.getByRole('heading', { name });
}

test('the Problems panel lists findings of files nobody has opened', async () => {
  await w.problems();
  await w.problem('netpol-statement-archive.json').waitFor();
  await w.problem('netpol-statement-import.yaml').waitFor();
  await w.status('NetworkPolicy Guard').waitFor();
  await w.screenshot('problems-unopened');
  await w.page.keyboard.press('Control+J');
});

test('a mistake is underlined while it is typed, and fixed with the keyboard', async () => {
  const name = 'payments/netpol-baseline.yaml';
  const editor = await w.open(name);
  await w.goTo(name, '- protocol: UDP');
  assert.equal(await editor.locator('.squiggly-error').count(), 0);
  for (let n = 0; n < 3; n++) await w.page.keyboard.press('Backspace');
  await w.page.keyboard.type('udp');
  await editor.locator('.squiggly-error').waitFor();
  await w.page.keyboard.press('Escape');
  await w.screenshot('squiggle-while-typing');
  const fix = await w.fix('Write UDP');
  await w.screenshot('quick-fix');
  await fix.click();
  await editor.locator('.squiggly-error').waitFor({ state: 'detached' });
  const before = w.read(name);
  // The text is what it was before the mistake, so a comment shows that this save reached the disk.
  await w.page.keyboard.press('Control+Home');
  await w.page.keyboard.type('# Checked.\n');
  assert.equal(await w.save(name, (text) => text.startsWith('# Checked.')), `# Checked.\n${before}`);
});

test('one quick fix turns two alternatives into one peer', async () => {
  const name = 'payments/netpol-payments-api.yaml';
  await w.open(name);
  await w.goTo(name, '- podSelector');
  await (await w.fix('Merge into one peer')).click();
  const merged = [
    '        - namespaceSelector:',
    '            matchLabels:',
    '              kubernetes.io/metadata.name: acme-portal',
    '          podSelector:',
    '            matchLabels:',
    '              app: portal-api',
  ];
  await w.save(name, (saved) => saved.includes(merged.join('\n')));
});

test('the hover says what is wrong, and leads to the page of the rule', async () => {
  const name = 'acme-portal/network-policies.yaml';
  const editor = await w.open(name);
  const place = await editor.locator('.squiggly-error').first().boundingBox();
  assert.ok(place);
  await w.page.mouse.move(place.x + 4, place.y + place.height / 2);
  const text = await w.hover();
  assert.match(text, /every source/);
  assert.match(text, /empty-from-allows-all/);
  assert.match(text, /View Problem/);
  await w.screenshot('hover');
  await w.page.locator('.monaco-hover:visible a', { hasText: 'empty-from-allows-all' }).click();
  await heading('empty-from-allows-all').waitFor();
});

test('a finding is ignored only with a reason, which is written above it', async () => {
  const name = 'payments/netpol-payments-api.yaml';
  await w.open(name);
  await w.goTo(name, '- namespaceSelector: {}'.slice(0, -1));
  await (await w.fix('Ignore all-namespaces-peer')).click();
  const input = w.page.locator('.quick-input-widget:visible');
  await input.waitFor();
  await w.page.keyboard.type(' ');
  await input.getByText('can only be ignored with a reason').waitFor();
  await w.screenshot('ignore-needs-a-reason');
  await w.page.keyboard.type('every namespace has statement jobs, see SEC-1412');
  await w.page.keyboard.press('Enter');
  const comment =
    '# netpol-guard: ignore[all-namespaces-peer] every namespace has statement jobs, see SEC-1412\n';
  const text = await w.save(name, (saved) => saved.includes(comment));
  assert.match(text, / +# netpol-guard: .*\n +- namespaceSelector: \{\}/);
});

test('a snippet is inserted by its prefix and gives no finding of its own', async () => {
  const name = 'scratch/new.yaml';
  const editor = await w.open(name);
  await w.page.keyboard.type('np-default-deny');
  await w.page.keyboard.press('Control+Space');
  const entry = w.page.locator('.suggest-widget.visible .monaco-list-row', {
    hasText: 'deny all ingress and egress except DNS',
  });
  await entry.waitFor();
  await w.screenshot('snippet-completion');
  await entry.click();
  await w.page.keyboard.type('scratch');
  await w.page.keyboard.press('Escape');
  const text = await w.save(name, (saved) => saved.includes('namespace: scratch\n'));
  assert.match(text, /^apiVersion: networking\.k8s\.io\/v1\nkind: NetworkPolicy\n/);
  assert.match(text, /k8s-app: kube-dns/);
  assert.equal(await editor.locator('.squiggly-error, .squiggly-warning').count(), 0);
});

test('insert default deny creates the file beside the namespace', async () => {
  await w.command('NetworkPolicy Guard: Insert Default-Deny Policy');
  const namespace = w.row('vendor-lab');
  await namespace.waitFor();
  await w.screenshot('default-deny-namespace');
  await namespace.click();
  await w.row('Ingress and egress, except DNS').waitFor();
  await w.screenshot('default-deny-directions');
  await w.page.keyboard.press('Enter');
  const file = 'vendor-lab/vendor-lab-default-deny.yaml';
  await poll(() => existsSync(join(w.editor.workspace, file)) && w.read(file).includes('k8s-app: kube-dns'), {
    what: `${file} to be written`,
  });
  assert.match(w.read(file), /namespace: vendor-lab\nspec:\n {2}podSelector: \{\}/);
  await w.page.locator(`.monaco-editor[data-uri$="/${file}"]`).first().waitFor();
  await w.screenshot('default-deny-created');
});

test('the entry in the status bar opens the menu, and that a rule’s page', async () => {
  await w.status('NetworkPolicy Guard').click();
  await w.row('Insert Default-Deny Policy').waitFor();
  await w.screenshot('menu');
  await w.row('Open Rule Documentation').click();
  await w.row('all-namespaces-peer').waitFor();
  await w.screenshot('rules');
  await w.page.keyboard.type('peer-and');
  await w.row('peer-and-or').click();
  await heading('peer-and-or').waitFor();
  await w.screenshot('rule-page');
});

test('the walkthrough opens, and its sample has findings', async () => {
  // Without the side bar, the picture of a step has room beside it.
  await w.page.keyboard.press('Control+B');
  await w.command('Welcome: Open Walkthrough...');
  await w.row('NetworkPolicy Guard').click();
  await w.page.getByText('Say who is a contractor').waitFor();
  await w.screenshot('walkthrough');
  for (const step of [
    'Understand and fix',
    'Deny by default',
    'Say who is a contractor',
    'Run the same rules',
  ]) {
    await w.page.getByText(step).first().click();
    await w.screenshot(`walkthrough-${step.split(' ')[0]?.toLowerCase()}`);
  }
  await w.page.getByText('Open a policy').first().click();
  await w.page.getByRole('button', { name: 'Open a Sample Policy' }).click();
  await w.page.locator('.monaco-editor[data-uri^="untitled:"] .squiggly-error').first().waitFor();
  await w.screenshot('walkthrough-sample');
  await w.page.keyboard.press('Control+B');
});

test('a server that keeps crashing says so once, and comes back when asked to', async () => {
  const servers = () =>
    execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(w.editor.home) && line.includes('dist/server.js'))
      .map((line) => Number.parseInt(line, 10));
  let last = 0;
  for (let crash = 0; crash < 5; crash++) {
    last = await poll(() => servers().find((id) => id !== last), { what: 'a server' });
    process.kill(last, 'SIGKILL');
  }
  const toasts = w.page.locator('.notifications-toasts .notification-list-item');
  const toast = toasts.filter({ hasText: 'keeps stopping' });
  await toast.waitFor();
  // The list is drawn again while it is laid out.
  await poll(async () => (await toasts.count()) === 1, { what: 'one message' });
  await w.screenshot('server-keeps-stopping');
  await toast.getByRole('button', { name: 'Restart Server' }).click();
  await poll(() => servers().length === 1, { what: 'a server' });
  await w.page.keyboard.press('Control+Shift+M');
  await w.problem('netpol-statement-archive.json').waitFor();
});
