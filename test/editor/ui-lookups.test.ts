// What a person sees of the connections between policies and workloads: hints, lenses, the peek view, the menu of fixes and the
// Problems panel with what a finding points at. Everything in both themes, for the pictures.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite } from 'node:test';
import { repository } from '../../scripts/lib/process.ts';
import { packageExtension } from '../../scripts/package.ts';
import { startWorkbench, ui, type Workbench } from './harness.ts';

const API = 'payments/netpol-payments-api.yaml';

for (const theme of ['Dark Modern', 'Light Modern'])
  suite(theme, () => {
    let w: Workbench;
    const name = (picture: string) => `${picture}-${theme.split(' ')[0]?.toLowerCase()}`;
    const test = (title: string, run: () => Promise<void>) => ui(`${title}, ${theme}`, () => w, run);

    before(async () => {
      w = await startWorkbench({
        vsix: await packageExtension(),
        copy: join(repository, 'examples/contractor-acme'),
        settings: { 'workbench.colorTheme': theme },
      });
    });
    after(() => w?.stop());

    test('hints and lenses say what a policy means in this workspace', async () => {
      const editor = await w.open(API);
      await editor
        .locator('.codelens-decoration', { hasText: 'selects 1 workload · isolates ingress, egress' })
        .waitFor();
      await editor
        .locator('.view-line', { hasText: /podSelector:\s*1\sworkload/ })
        .first()
        .waitFor();
      await editor
        .locator('.view-line', { hasText: /port:\shttps\s*port\s8443/ })
        .first()
        .waitFor();
      await w.screenshot(name('hints'));
    });

    test('a click on a lens shows the workloads', async () => {
      const editor = await w.open(API);
      await editor.locator('.codelens-decoration a', { hasText: 'selects 1 workload' }).click();
      const peek = w.page.locator('.peekview-widget');
      await peek.waitFor();
      await peek.locator('.view-line', { hasText: 'kind: Deployment' }).first().waitFor();
      await w.screenshot(name('lens-peek'));
      await w.page.keyboard.press('Escape');
      await peek.waitFor({ state: 'detached' });
    });

    test('peeking at the definition of a peer’s label shows the pods that have it', async () => {
      await w.open(API);
      await w.goTo(API, 'app: payments-d');
      await w.command('Peek Definition');
      const peek = w.page.locator('.peekview-widget');
      await peek.waitFor();
      await peek.locator('.view-line', { hasText: 'app: payments-db' }).first().waitFor();
      await w.screenshot(name('definition-peek'));
      await w.page.keyboard.press('Escape');
      await peek.waitFor({ state: 'detached' });
    });

    test('a workload shows who selects it, and its references list policies and peers', async () => {
      const file = 'payments/workloads.yaml';
      const editor = await w.open(file);
      await editor.locator('.codelens-decoration', { hasText: 'selected by' }).first().waitFor();
      await w.goTo(file, 'name: payments-a');
      await w.page.keyboard.press('Shift+F12');
      const peek = w.page.locator('.peekview-widget');
      await peek.waitFor();
      await peek.locator('.ref-tree .monaco-list-row').first().waitFor();
      await w.screenshot(name('references'));
      await w.page.keyboard.press('Escape');
      await peek.waitFor({ state: 'detached' });
    });

    test('the hover says what the whole policy means beside the others', async () => {
      const editor = await w.open(API);
      await w.goTo(API, 'kind: Network');
      const place = await editor
        .locator('.view-line', { hasText: /^kind:/ })
        .first()
        .boundingBox();
      assert.ok(place);
      await w.page.mouse.move(place.x + 80, place.y + place.height / 2);
      assert.match(await w.hover(), /NetworkPolicy payments-api applies to/);
      await w.screenshot(name('hover-policy'));
      await w.page.mouse.move(place.x + 700, place.y + 300);
      await w.page.keyboard.press('Escape');
    });

    test('the menu of fixes offers choices', async () => {
      const file = 'shared-services/netpol-smtp-relay-egress.yaml';
      const editor = await w.open(file);
      await editor.locator('.codelens-decoration', { hasText: 'selects 1 workload' }).waitFor();
      await w.goTo(file, '- Egres');
      await w.fix('Allow DNS to the DNS of OpenShift');
      await w.screenshot(name('fix-choices'));
      const choices = await w.page
        .locator('.action-widget .monaco-list-row', { hasText: 'Allow DNS' })
        .count();
      assert.equal(choices, 3);
      await w.page.keyboard.press('Escape');
    });

    test('the Problems panel shows what a finding points at', async () => {
      await w.problems();
      // The list has rows for what is in sight only.
      await w.page.locator('.panel input[placeholder^="Filter"]').first().fill('**/netpol-payments-api.yaml');
      const finding = w.problem('Two list items mean');
      await finding.click();
      await w.page.keyboard.press('ArrowRight');
      await w.problem('The other alternative').waitFor();
      await w.screenshot(name('problems-related'));
    });

    test('completion offers the labels of the workspace’s pods, and says who has them', async () => {
      await w.open(API);
      await w.goTo(API, 'app: portal-api');
      for (let n = 0; n < 'portal-api'.length; n++) await w.page.keyboard.press('Backspace');
      await w.page.keyboard.press('Control+Space');
      const rows = w.page.locator('.suggest-widget.visible .monaco-list-row');
      await rows.filter({ hasText: 'payments-db' }).waitFor();
      await w.screenshot(name('label-completion'));
      await rows.filter({ hasText: 'payments-db' }).click();
      await w.save(API, (text) => text.includes('              app: payments-db\n      ports'));
    });
  });
