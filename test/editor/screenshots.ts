// Takes the README's pictures, one in each theme: a finding with the menu of its fixes, above the list of those in all files. `npm run screenshots` writes images/readme/dark.png and images/readme/light.png, which are committed.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../scripts/lib/process.ts';
import { packageExtension } from '../../scripts/package.ts';
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
  for (const [name, theme] of Object.entries(themes)) {
    const workbench = await startWorkbench({
      vsix,
      copy: join(repository, 'examples/contractor-acme'),
      settings: { ...settings, 'workbench.colorTheme': theme },
      viewport: { width: 1120, height: 700 },
    });
    try {
      await takePicture(workbench, join(folder, `${name}.png`));
    } finally {
      await workbench.stop();
    }
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
  await w.page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  const { size } = statSync(file);
  console.log(`${file.slice(repository.length + 1)}  ${(size / 1024).toFixed(0)} KB`);
  if (size > limit) throw new Error(`${file} has ${size} bytes, above the limit of ${limit}`);
}

await main();
