// The live cluster as a person sees it: a context is picked, the pods of a policy appear, and the view follows the text and the
// cluster. The API server is a real one, and its audit log tells what was sent to it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite } from 'node:test';
import type { Locator } from 'playwright-core';
import { poll } from '../../scripts/lib/poll.ts';
import { repository } from '../../scripts/lib/process.ts';
import { packageExtension } from '../../scripts/package.ts';
import { findBinaries } from '../cluster/binaries.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { relabel } from '../cluster/seed.ts';
import { type Acme, seedAcme } from './acme-cluster.ts';
import { startWorkbench, ui, type Workbench } from './harness.ts';

/** The cluster tier says in capitals what to install where they are missing. */
const binaries = await findBinaries((line) => console.error(line));
const skip = 'obstacle' in binaries ? binaries.obstacle : false;

const POLICY = 'payments/netpol-payments-api.yaml';

for (const theme of ['Dark Modern', 'Light Modern'])
  suite(theme, { skip }, () => {
    let w: Workbench;
    let acme: Acme;
    const picture = (name: string) => w.screenshot(`cluster-${name}-${theme.split(' ')[0]?.toLowerCase()}`);
    const test = (title: string, run: () => Promise<void>) => ui(`${title}, ${theme}`, () => w, run);
    const view = () => w.page.locator('.part.sidebar');
    const row = (text: string | RegExp): Locator => view().locator('.monaco-list-row', { hasText: text });
    const shown = (text: string | RegExp) => row(text).first().waitFor();
    const gone = (text: string | RegExp) => row(text).first().waitFor({ state: 'detached' });
    const pick = async (context: string) => {
      await w.command('NetworkPolicy Guard: Choose Cluster Context');
      await w.row(context).click();
    };

    before(async () => {
      assert.ok(!('obstacle' in binaries));
      acme = await seedAcme(await startControlPlane(binaries));
      w = await startWorkbench({
        vsix: await packageExtension(),
        copy: join(repository, 'examples/contractor-acme'),
        settings: { 'workbench.colorTheme': theme, 'explorer.openEditors.visible': 0 },
        env: { KUBECONFIG: acme.kubeconfig },
        viewport: { width: 1280, height: 860 },
      });
    });
    after(async () => {
      await w?.stop();
      await acme?.server.stop();
    });

    test('before a context is picked, nothing is contacted', async () => {
      await w.open(POLICY);
      await w.status('No Cluster').waitFor();
      await w.command('NetworkPolicy Guard: Focus on Affected Pods View');
      await view()
        .locator('.welcome-view-content', { hasText: 'Nothing is contacted before you choose' })
        .waitFor();
      await picture('welcome');
      await w.status('No Cluster').click();
      await w.row('acme-contractor').waitFor();
      await w.row('staging').waitFor();
      await picture('pick');
      assert.deepEqual(acme.sent(), []);
    });

    test('a context is picked with the keyboard, and the pods of the policy appear', async () => {
      await w.page.keyboard.type('staging');
      await w.row('staging').waitFor();
      await w.page.keyboard.press('Enter');
      await shown('Selected: 3 pods');
      for (const name of ['5d4f8c7b9d-4x2kq', '5d4f8c7b9d-hq9zl']) await shown(name);
      await shown(/Ingress: 5 pods.*acme-portal/);
      await w.status('staging').waitFor();
      await picture('pods');
    });

    test('a selector that is edited, and not saved, selects other pods at once', async () => {
      const before = w.read(POLICY);
      await w.open(POLICY);
      await w.goTo(POLICY, 'app: payments-api');
      for (let n = 0; n < 'api'.length; n++) await w.page.keyboard.press('Backspace');
      await w.page.keyboard.type('db');
      await shown('payments-db-0');
      await gone('5d4f8c7b9d-4x2kq');
      await shown('Selected: 1 pod');
      assert.equal(w.read(POLICY), before, 'nothing was saved');
      for (let n = 0; n < 'db'.length; n++) await w.page.keyboard.press('Backspace');
      await w.page.keyboard.type('api');
      await shown('Selected: 3 pods');
    });

    test('a pod that is relabelled leaves, and comes back', async () => {
      await relabel(acme.server, 'payments', 'payments-api-5d4f8c7b9d-hq9zl', { app: 'quarantine' });
      await shown('Selected: 2 pods');
      await gone('5d4f8c7b9d-hq9zl');
      await relabel(acme.server, 'payments', 'payments-api-5d4f8c7b9d-hq9zl', { app: 'payments-api' });
      await shown('Selected: 3 pods');
    });

    test('the view follows the cursor to another policy', async () => {
      await w.open('payments/netpol-payments-db.yaml');
      await shown('Selected: 1 pod');
      await w.open(POLICY);
      await shown('Selected: 3 pods');
    });

    test('a section leads to its place in the policy', async () => {
      await row(/Egress: 1 pod/)
        .first()
        .click();
      const place = w.page.locator('.statusbar-item', { hasText: /Ln \d+, Col \d+/ });
      const line = w
        .read(POLICY)
        .split('\n')
        .findIndex((text) => text.includes('app: payments-db'));
      const near = async () => {
        const [, found] = /Ln (\d+)/.exec((await place.textContent()) ?? '') ?? [];
        return Math.abs(Number(found) - line) <= 4;
      };
      await poll(near, { what: 'the cursor at the peer' });
    });

    test('a server that goes away leaves what was read, with its age, and is found again', async () => {
      await acme.server.restart(async () => {
        await view()
          .getByText(/does not answer/)
          .first()
          .waitFor();
        await view()
          .getByText(/payments\/payments-api · staging · as of /)
          .first()
          .waitFor();
        await shown('5d4f8c7b9d-4x2kq');
        await picture('stale');
      });
      await poll(
        async () =>
          (await view()
            .getByText(/does not answer/)
            .count()) === 0,
        {
          what: 'the server to be found again',
          timeout: 60_000,
        },
      );
    });

    test('who may read one namespace sees it, and what is missing', async () => {
      await pick('acme-contractor');
      await view()
        .getByText(/You may not list namespaces/)
        .first()
        .waitFor();
      await w.open('acme-portal/netpol-portal-api-egress.yaml');
      await shown('Selected: 2 pods');
      await shown('7c9d6f5b48-hq2wd');
      // Nobody knows how many pods there are where this user may not look.
      await shown('Egress: unknown');
      await picture('one-namespace');
    });

    test('after disconnecting, nothing is shown or sent', async () => {
      await w.command('NetworkPolicy Guard: Disconnect from Cluster');
      await w.status('No Cluster').waitFor();
      await view().locator('.welcome-view-content').waitFor();
    });

    test('over all of this, only get, list and watch were sent', () => {
      const sent = new Set(acme.sent().map(({ verb }) => verb));
      assert.deepEqual([...sent].sort(), ['get', 'list', 'watch']);
      return Promise.resolve();
    });
  });
