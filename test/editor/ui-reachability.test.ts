// The Reachability panel as a person uses it: beside a policy that is being changed, with the mouse and with the keyboard alone.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { poll } from '../../scripts/lib/poll.ts';
import { repository } from '../../scripts/lib/process.ts';
import { packageExtension } from '../../scripts/package.ts';
import { startWorkbench, ui, type Workbench } from './harness.ts';

let w: Workbench;

before(async () => {
  w = await startWorkbench({
    vsix: await packageExtension(),
    copy: join(repository, 'examples/contractor-acme'),
    settings: { 'workbench.colorTheme': 'Light Modern', 'files.simpleDialog.enable': true },
    viewport: { width: 1600, height: 900 },
  });
});
after(() => w?.stop());

const test = (name: string, run: () => Promise<void>) => ui(name, () => w, run);

const POLICY = 'shared-services/netpol-smtp-relay-egress.yaml';

/** The page of the panel. */
function panel() {
  return w.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}

function link(state: string, text: string) {
  return panel().locator(`.link.${state}[aria-label*="${text}"]`).first();
}

function row(state: string, text: string) {
  return panel().locator(`tr.${state}`, { hasText: text }).first();
}

test('the command opens the picture beside the policy', async () => {
  await w.open(POLICY);
  await w.command('NetworkPolicy Guard: Show Reachability');
  await panel().locator('.box.contractor', { hasText: 'acme-portal' }).waitFor();
  await link('allowed', 'shared-services/smtp-relay to 198.51.100.128/28').waitFor();
  await panel().getByText('no unsaved changes').waitFor();
  await w.page.keyboard.press('Control+B');
  await w.screenshot('reachability-light');
});

/** Gives the keyboard to the policy's editor; until it has it, the panel has. */
async function toEditor(): Promise<void> {
  await w.page.keyboard.press('Control+1');
  await w.page.locator('.monaco-editor.focused').first().waitFor();
}

test('what is typed is shown as gained and lost before it is saved', async () => {
  await toEditor();
  await w.goTo(POLICY, 'port: 587');
  for (let n = 0; n < 3; n++) await w.page.keyboard.press('Backspace');
  await w.page.keyboard.type('25');
  await link('gained', 'smtp-relay to 198.51.100.128/28, 25/TCP').waitFor();
  await link('lost', 'smtp-relay to 198.51.100.128/28, 587/TCP').waitFor();
  await row('gained', '25/TCP').waitFor();
  assert.match(w.read(POLICY), /port: 587/, 'nothing is saved');
});

test('a click on a connection explains it and leads to the line', async () => {
  await panel().locator('.label.gained', { hasText: '25/TCP' }).click();
  const why = panel().getByRole('region', { name: 'Explanation' });
  await why.getByRole('heading', { name: 'Before: denied' }).waitFor();
  await why.getByRole('heading', { name: 'After: allowed' }).waitFor();
  await w.screenshot('reachability-explained');
  await why.getByRole('button', { name: 'netpol-smtp-relay-egress.yaml:' }).last().click();
  await w.page.locator('.monaco-editor.focused').first().waitFor();
  const place = w.page.locator('.statusbar-item', { hasText: /Ln \d+/ });
  await poll(async () => /Ln 1[0-9]/.test((await place.textContent()) ?? ''), {
    what: 'the rule to be shown',
  });
});

test('before, after and the difference are a key apart', async () => {
  await panel().getByRole('radio', { name: 'Difference' }).focus();
  await w.page.keyboard.press('ArrowRight');
  await link('allowed', '198.51.100.128/28, 587/TCP').waitFor();
  assert.equal(await panel().locator('[data-link].gained').count(), 0);
  await w.page.keyboard.press('ArrowRight');
  await link('allowed', '198.51.100.128/28, 25/TCP').waitFor();
  await w.page.keyboard.press('ArrowLeft');
  await w.page.keyboard.press('ArrowLeft');
  await link('gained', '25/TCP').waitFor();
});

test('the keyboard alone goes from a workload along its connection to the explanation, and back', async () => {
  const focused = () => panel().locator(':focus');
  await panel().locator('.header').first().focus();
  for (let n = 0; n < 30; n++) {
    await w.page.keyboard.press('ArrowDown');
    if ((await focused().getAttribute('data-node'))?.includes('smtp-relay')) break;
  }
  await w.page.keyboard.press('ArrowRight');
  await poll(async () => (await focused().getAttribute('data-link')) !== null, {
    what: 'the focus on a link',
  });
  for (let n = 0; n < 10; n++) {
    if (/gained/.test((await focused().getAttribute('aria-label')) ?? '')) break;
    await w.page.keyboard.press('ArrowDown');
  }
  await w.screenshot('reachability-keyboard');
  await w.page.keyboard.press('Enter');
  const why = panel().getByRole('region', { name: 'Explanation' });
  await why.getByRole('heading', { name: '25/TCP: gained' }).waitFor();
  await w.page.keyboard.press('Escape');
  await why.waitFor({ state: 'hidden' });
});

test('the table is sorted by its headings, and a row explains itself', async () => {
  const heading = panel().getByRole('columnheader', { name: 'Ports' });
  await heading.getByRole('button').click();
  assert.equal(await heading.getAttribute('aria-sort'), 'ascending');
  await heading.getByRole('button').click();
  assert.equal(await heading.getAttribute('aria-sort'), 'descending');
  await row('lost', '587/TCP').getByRole('button').press('Enter');
  await panel().getByRole('heading', { name: '587/TCP: lost' }).waitFor();
  await panel().getByRole('columnheader', { name: 'State' }).getByRole('button').click();
});

test('filters leave what they name, and a namespace folds', async () => {
  await panel().getByRole('combobox', { name: 'Contractor' }).selectOption('acme');
  await panel().locator('.box', { hasText: 'acme-batch' }).waitFor();
  await panel().getByRole('searchbox').fill('portal-cache');
  await panel().locator('.node', { hasText: 'batch-worker' }).first().waitFor();
  await w.screenshot('reachability-filtered');
  await panel().getByRole('searchbox').fill('');
  await panel().getByRole('combobox', { name: 'Contractor' }).selectOption('');
  const header = panel().locator('.header[aria-label^="namespace acme-portal"]');
  await header.press('Enter');
  await panel().locator('.node', { hasText: '3 workloads' }).waitFor();
  await w.screenshot('reachability-folded');
  await header.press('Enter');
  await panel().locator('.node', { hasText: 'portal-cache' }).first().waitFor();
  await panel().getByLabel('Changes only').check();
  await poll(async () => (await panel().locator('[data-link]').count()) === 2, { what: 'only the changes' });
  await panel().getByLabel('Changes only').uncheck();
});

test('the picture is exported as SVG and as Mermaid', async () => {
  for (const [button, file, expected] of [
    ['Mermaid…', 'reachability.mmd', /^flowchart LR[\s\S]*\+ 25\/TCP/],
    ['SVG…', 'reachability.svg', /^<svg xmlns[\s\S]*>\+ 25\/TCP</],
  ] as const) {
    await panel().getByRole('button', { name: button }).click();
    await w.row('Save to a File').click();
    const name = w.page.locator('.quick-input-widget:visible input[type="text"]');
    await poll(async () => (await name.inputValue()).endsWith(file), { what: 'the dialog to save' });
    await w.page.keyboard.press('Enter');
    // The file is there a moment before its text is.
    const isWritten = () => existsSync(join(w.editor.workspace, file)) && expected.test(w.read(file));
    await poll(isWritten, { what: `the picture to be written to ${file}` });
    const text = w.read(file);
    assert.doesNotMatch(text, /var\(|currentColor/);
  }
});

test('what was chosen is there again after the panel was hidden', async () => {
  await panel().getByRole('radio', { name: 'After' }).check({ force: true });
  await row('allowed', '198.51.100.128/28').getByRole('button').click();
  await panel().getByRole('heading', { name: '25/TCP: allowed' }).waitFor();
  await w.page.keyboard.press('Control+2');
  await w.open('payments/workloads.yaml');
  await w.page.locator('.tab', { hasText: 'Reachability' }).click();
  await panel().getByRole('heading', { name: '25/TCP: allowed' }).waitFor();
  assert.equal(await panel().getByRole('radio', { name: 'After' }).isChecked(), true);
  await panel().getByRole('radio', { name: 'Difference' }).check({ force: true });
  await row('gained', '25/TCP').getByRole('button').click();
  await panel().getByRole('heading', { name: 'After: allowed' }).waitFor();
});

for (const [theme, name] of [
  ['Dark Modern', 'dark'],
  ['Dark High Contrast', 'high-contrast'],
  ['Light High Contrast', 'high-contrast-light'],
] as const)
  test(`it is legible in ${theme}`, async () => {
    await toEditor();
    await w.page.keyboard.press('Control+K');
    await w.page.keyboard.press('Control+T');
    await w.row('Light Modern').waitFor();
    await w.page.keyboard.type(theme);
    await w.row(theme).click();
    await poll(
      async () => {
        const wanted = {
          dark: 'vscode-dark',
          'high-contrast': 'vscode-high-contrast',
          'high-contrast-light': 'vscode-high-contrast-light',
        }[name];
        return (await panel().locator('body').getAttribute('class'))?.split(' ').includes(wanted);
      },
      { what: `the panel in ${theme}` },
    );
    await w.screenshot(`reachability-${name}`);
  });
