// What a person sees of what reaches what: the Testing view with passing and failing tests, an explained connection, and the lens
// that says who can reach a workload. Everything in both themes, for the pictures.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite } from 'node:test';
import { repository } from '../../scripts/lib/process.ts';
import { packageExtension } from '../../scripts/package.ts';
import { startWorkbench, ui, type Workbench } from './harness.ts';

const TESTS = 'acme.netpol-test.yaml';
const EGRESS = 'acme-portal/netpol-portal-api-egress.yaml';
const RANGE = '203.0.113.0/25';

for (const theme of ['Dark Modern', 'Light Modern'])
  suite(theme, () => {
    let w: Workbench;
    const name = (picture: string) => `${picture}-${theme.split(' ')[0]?.toLowerCase()}`;
    const test = (title: string, run: () => Promise<void>) => ui(`${title}, ${theme}`, () => w, run);
    /** A test in the Testing view, by its label as it is read out: its name and what became of it. */
    const testRow = (title: string, state: string) =>
      w.page
        .locator(`.test-explorer .monaco-list-row[aria-label*="${title}"][aria-label*="${state}"]`)
        .first();

    /** Waits for a step of Explain Connection: the list of the step before has some of the same rows. */
    const step = (number: number) =>
      w.page.locator('.quick-input-widget:visible', { hasText: `${number} of 3` }).waitFor();

    before(async () => {
      w = await startWorkbench({
        vsix: await packageExtension(),
        copy: join(repository, 'examples/contractor-acme-fixed'),
        settings: { 'workbench.colorTheme': theme },
      });
    });
    after(() => w?.stop());

    test('the Testing view lists the policy tests, and runs them', async () => {
      await w.open(TESTS);
      // The view is there once there is a test.
      await w.page.locator('.activitybar a.action-label[aria-label^="Testing"]').click({ timeout: 60_000 });
      await w.page.locator('.test-explorer .monaco-list-row', { hasText: TESTS }).waitFor();
      await w.command('Test: Run All Tests');
      await w.page.locator('.test-explorer .monaco-list-row', { hasText: TESTS }).click();
      await w.page.keyboard.press('ArrowRight');
      await testRow('No pod of a contractor', 'Passed').waitFor();
      await w.screenshot(name('tests-passed'));
    });

    test('a policy that is broken while typing fails its test, at the assertion', async () => {
      await w.open(EGRESS);
      await w.goTo(EGRESS, RANGE);
      for (let n = 0; n < RANGE.length; n++) await w.page.keyboard.press('Backspace');
      await w.page.keyboard.type('0.0.0.0/0');
      await testRow('do not reach the internet', 'Failed').waitFor();
      await testRow('No pod of a contractor', 'Passed').waitFor();
      const editor = await w.open(TESTS);
      await w.goTo(TESTS, 'to: 192.0.2.128/25');
      const message = editor.locator('.test-error-content-widget', {
        hasText: 'Expected denied, but acme-portal/portal-api',
      });
      await message.waitFor();
      await w.screenshot(name('test-failed-inline'));
      await message.click();
      // The rule responsible is shown as code.
      const peek = w.page.locator('.peekview-widget', { hasText: 'netpol-portal-api-egress.yaml' });
      await peek.waitFor();
      await w.screenshot(name('test-failed'));
      await w.page.keyboard.press('Escape');
    });

    test('and passes again when it is put right', async () => {
      await w.open(EGRESS);
      await w.command('File: Revert File');
      await testRow('do not reach the internet', 'Passed').waitFor();
    });

    test('a connection is explained, and a line leads to the rule', async () => {
      await w.command('NetworkPolicy Guard: Explain Connection…');
      await w.row('acme-portal/portal-api[Deployment]').waitFor();
      await w.screenshot(name('explain-from'));
      await w.row('acme-portal/portal-api[Deployment]').click();
      await step(2);
      await w.row('payments/payments-api[Deployment]').click();
      await step(3);
      await w.row('8443/TCP').click();
      const rule = w.row('Ingress rule');
      await rule.waitFor();
      await w.screenshot(name('explain-allowed'));
      await rule.click();
      const opened = w.page.locator(
        '.editor-instance .monaco-editor[data-uri$="/payments/netpol-payments-api.yaml"]',
      );
      await opened.first().waitFor();
    });

    test('an address may be typed', async () => {
      await w.command('NetworkPolicy Guard: Explain Connection…');
      await w.row('acme-portal/portal-web[Deployment]').click();
      await step(2);
      await w.page.keyboard.type('198.51.100.7');
      await w.row('outside of the cluster').waitFor();
      await w.page.keyboard.press('Enter');
      await step(3);
      await w.page.keyboard.type('443');
      await w.row('443/TCP').waitFor();
      await w.page.keyboard.press('Enter');
      await w.row('isolates its egress').waitFor();
      await w.screenshot(name('explain-denied'));
      await w.page.keyboard.press('Escape');
    });

    test('the lens above a workload says who can reach it', async () => {
      const editor = await w.open('payments/workloads.yaml');
      const lens = editor.locator('.codelens-decoration', { hasText: 'reachable from 3 workloads' }).first();
      await lens.waitFor();
      assert.match((await lens.textContent()) ?? '', /selected by .*reachable from 3 workloads/);
      await w.screenshot(name('lens-reachable'));
    });
  });
