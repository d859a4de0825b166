// The workbench as a person sees it: the packaged extension installed in the embedded editor, driven through a browser.
// Every helper waits for what it needs; none sleeps.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/lib/chromium.ts';
import { type Editor, type EditorOptions, startEditor } from '../../scripts/lib/embedded-editor.ts';
import { poll } from '../../scripts/lib/poll.ts';
import { repository } from '../../scripts/lib/process.ts';

const screenshots = join(repository, 'test-results/screenshots');

export interface Workbench {
  editor: Editor;
  page: Page;
  /** Opens a file of the workspace from the explorer; answers with its editor. */
  open(name: string): Promise<Locator>;
  /** Runs a command through the palette by its full title. */
  command(title: string): Promise<void>;
  /** A row of the quick pick that is open. */
  row(text: string): Locator;
  /** An entry of the status bar. */
  status(text: string): Locator;
  /** A row of the Problems panel; open it with `problems()` first. */
  problem(text: string): Locator;
  problems(): Promise<void>;
  /** Saves the active editor and waits until the file on disk satisfies the condition; answers with its text. */
  save(name: string, holds: (text: string) => boolean): Promise<string>;
  screenshot(name: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorkbench(options: EditorOptions): Promise<Workbench> {
  const editor = await startEditor(options);
  let browser: Browser | undefined;
  try {
    browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(20_000);
    await page.goto(editor.workspaceUrl);
    await page.locator('.explorer-viewlet .monaco-list-row').first().waitFor({ timeout: 60_000 });
    return workbench(editor, browser, page);
  } catch (error) {
    await browser?.close();
    await editor.stop();
    throw error;
  }
}

function workbench(editor: Editor, browser: Browser, page: Page): Workbench {
  const row = (text: string) =>
    page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: text }).first();
  return {
    editor,
    page,
    row,
    open: (name) => openFile(page, name),
    command: async (title) => {
      await page.keyboard.press('F1');
      const input = page.locator('.quick-input-widget:visible input[type="text"]');
      await input.waitFor();
      await input.fill(`>${title}`);
      await row(title).waitFor();
      await page.keyboard.press('Enter');
    },
    status: (text) => page.locator('.statusbar-item', { hasText: text }).first(),
    problem: (text) => page.locator('.markers-panel .monaco-list-row', { hasText: text }).first(),
    problems: async () => {
      await page.keyboard.press('Control+Shift+M');
      await page.locator('.markers-panel').waitFor();
    },
    save: async (name, holds) => {
      await page.keyboard.press('Control+S');
      const file = join(editor.workspace, name);
      await poll(() => holds(readFileSync(file, 'utf8')), { what: `${name} to be saved as expected` });
      return readFileSync(file, 'utf8');
    },
    screenshot: (name) => takeScreenshot(page, name),
    stop: async () => {
      await browser.close();
      await editor.stop();
    },
  };
}

async function openFile(page: Page, name: string): Promise<Locator> {
  const [leaf = name] = name.split('/').slice(-1);
  for (const part of name.split('/')) {
    const row = page
      .locator('.explorer-viewlet .monaco-list-row')
      .filter({ has: page.getByText(part, { exact: true }) });
    await row.first().waitFor();
    // Clicking an expanded folder would close it.
    if (part === leaf) await row.first().dblclick();
    else if ((await row.first().getAttribute('aria-expanded')) === 'false') await row.first().click();
  }
  const editor = page.locator(`.editor-instance .monaco-editor[data-uri$="/${name}"]`).first();
  await editor.waitFor();
  return editor;
}

async function takeScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' });
}
