// Takes the README's pictures, each in both themes: a finding with the menu of its fixes, above the list of those in all files; and
// the live pods of a policy, from a real API server. `npm run screenshots` writes them to images/readme/; they are committed.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../scripts/lib/process.ts';
import { packageExtension } from '../../scripts/package.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { binariesForTests } from '../cluster/for-tests.ts';
import { seedAcme } from './acme-cluster.ts';
import { startWorkbench, type Workbench } from './harness.ts';

const folder = join(repository, 'images/readme');
const themes = { dark: 'Dark Modern', light: 'Light Modern' };
/** Bytes that a picture may have: everybody who clones the repository gets every version of it. */
const limit = 300_000;

const settings = {
  'breadcrumbs.enabled': false,
  'editor.guides.indentation': false,
  'editor.minimap.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.stickyScroll.enabled': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.tree.enableStickyScroll': false,
};

async function main(): Promise<void> {
  const vsix = await packageExtension();
  mkdirSync(folder, { recursive: true });
  const acme = await seedAcme(await startControlPlane(await binariesForTests()));
  try {
    for (const [name, theme] of Object.entries(themes)) {
      const workbench = await startWorkbench({
        vsix,
        copy: join(repository, 'examples/contractor-acme'),
        settings: { ...settings, 'workbench.colorTheme': theme },
        env: { KUBECONFIG: acme.kubeconfig },
        viewport: { width: 1120, height: 700 },
      });
      try {
        await takePicture(workbench, join(folder, `${name}.png`));
        await takeClusterPicture(workbench, join(folder, `cluster-${name}.png`));
      } finally {
        await workbench.stop();
      }
    }
  } finally {
    await acme.server.stop();
  }
}

async function takePicture(w: Workbench, file: string): Promise<void> {
  await w.problems();
  await w.problem('netpol-statement-archive.json').waitFor();
  const name = 'payments/netpol-payments-api.yaml';
  const editor = await w.open(name);
  await editor.locator('.squiggly-warning').first().waitFor();
  // The list follows the file that is open; without the side bar, its messages have room.
  await w.page.keyboard.press('Control+B');
  await w.problem('Two list items').waitFor();
  await w.goTo(name, '- podSelector');
  await w.fix('Merge into one peer');
  await save(w, file);
}

async function takeClusterPicture(w: Workbench, file: string): Promise<void> {
  await w.page.keyboard.press('Escape');
  await w.page.keyboard.press('Control+J');
  await w.command('NetworkPolicy Guard: Choose Cluster Context');
  await w.row('staging').click();
  const sideBar = w.page.locator('.part.sidebar');
  await sideBar.locator('.monaco-list-row', { hasText: '5d4f8c7b9d-4x2kq' }).waitFor();
  // Wide enough for what is in it.
  const sash = await w.page.locator('.part.sidebar').boundingBox();
  if (!sash) throw new Error('there is no side bar');
  const [x, y] = [sash.x + sash.width, sash.y + sash.height / 2];
  await w.page.mouse.move(x, y);
  await w.page.mouse.down();
  await w.page.mouse.move(x + 140, y, { steps: 5 });
  await w.page.mouse.up();
  await w.goTo('payments/netpol-payments-api.yaml', 'app: payments-api');
  await w.page.mouse.move(700, 600);
  await save(w, file);
}

async function save(w: Workbench, file: string): Promise<void> {
  await w.page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  const { size } = statSync(file);
  console.log(`${file.slice(repository.length + 1)}  ${(size / 1024).toFixed(0)} KB`);
  if (size > limit) throw new Error(`${file} has ${size} bytes, above the limit of ${limit}`);
}

await main();
