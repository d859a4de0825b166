// The workbench as a person sees it: the packaged extension installed in the embedded editor, driven through a browser.
// Every helper waits for what it needs; none sleeps.
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/lib/chromium.ts';
import { type Editor, type EditorOptions, startEditor } from '../../scripts/lib/embedded-editor.ts';
import { poll } from '../../scripts/lib/poll.ts';
import { repository } from '../../scripts/lib/process.ts';

const screenshots = join(repository, 'test-results/screenshots');

export interface Workbench {
  editor: Editor;
  page: Page;
  /** Opens a file of the workspace by its path; answers with its editor. */
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
  /** The text of a file of the workspace, as it is on disk. */
  read(name: string): string;
  /** An entry of the menu of quick fixes, which is opened at the cursor. */
  fix(title: string): Promise<Locator>;
  /** Puts the cursor of the active editor where it is behind the first occurrence of a text in this file on disk. */
  goTo(name: string, text: string): Promise<void>;
  /** What the hover says that is shown. */
  hover(): Promise<string>;
  screenshot(name: string): Promise<void>;
  stop(): Promise<void>;
}

export interface WorkbenchOptions extends EditorOptions {
  /** Pixels of the window. */
  viewport?: { readonly width: number; readonly height: number };
}

export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const editor = await startEditor(options);
  let browser: Browser | undefined;
  try {
    browser = await launchChromium();
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1280, height: 800 } });
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
  const read = (name: string) => readFileSync(join(editor.workspace, name), 'utf8');
  /** Opens a quick pick with a key, fills it in and takes the first row once it holds a text: until then it is an old list. */
  const quickPick = async (key: string, value: string, text: string) => {
    const input = page.locator('.quick-input-widget:visible input[type="text"]');
    // A key goes to nobody while the keyboard changes hands.
    await poll(() => pressed(page, key, input), { what: `the quick pick of ${key}`, timeout: 20_000 });
    await input.fill(value);
    const first = page.locator('.quick-input-widget:visible .monaco-list-row[data-index="0"]');
    await first.filter({ hasText: text }).waitFor();
    await page.keyboard.press('Enter');
  };
  return {
    editor,
    page,
    row,
    read,
    open: async (name) => {
      await quickPick('Control+P', name, basename(name));
      const opened = page.locator(`.editor-instance .monaco-editor[data-uri$="/${name}"]`).first();
      await opened.locator('.view-line').first().waitFor();
      return opened;
    },
    command: (title) => quickPick('F1', `>${title}`, title),
    goTo: async (name, text) => {
      const lines = read(name)
        .slice(0, read(name).indexOf(text) + text.length)
        .split('\n');
      const place = `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
      await quickPick('Control+G', `:${place}`, `line ${lines.length}`);
      await page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden' });
    },
    fix: async (title) => {
      const entry = page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
      // A menu opened before the file's findings are there has nothing to offer, and does not fill up by itself.
      const offered = async () => {
        const isShown = await pressed(page, 'Control+.', entry);
        if (!isShown) await page.keyboard.press('Escape');
        return isShown;
      };
      await poll(offered, { what: `"${title}" to be offered`, timeout: 20_000 });
      return entry;
    },
    hover: async () => {
      const shown = page.locator('.monaco-editor .monaco-hover:visible').first();
      await shown.waitFor();
      // The editor writes spaces that do not break.
      return ((await shown.textContent()) ?? '').replaceAll('\u00a0', ' ');
    },
    status: (text) => page.locator('.statusbar-item', { hasText: text }).first(),
    problem: (text) => page.locator('.markers-panel .monaco-list-row', { hasText: text }).first(),
    problems: async () => {
      await page.keyboard.press('Control+Shift+M');
      await page.locator('.markers-panel').waitFor();
    },
    save: async (name, holds) => {
      // A fix may be on its way still when this is called.
      const saved = async () => {
        await page.keyboard.press('Control+S');
        return holds(read(name));
      };
      await poll(saved, { what: `${name} to be saved as expected`, interval: 100 });
      return read(name);
    },
    screenshot: (name) => takeScreenshot(page, name),
    stop: async () => {
      await browser.close();
      await editor.stop();
    },
  };
}

/** Presses a key; answers whether it brings up `shown` before long. */
async function pressed(page: Page, key: string, shown: Locator): Promise<boolean> {
  await page.keyboard.press(key);
  return shown.waitFor({ timeout: 2_000 }).then(
    () => true,
    () => false,
  );
}

/** A UI test that leaves a picture of what went wrong. */
export function ui(name: string, workbench: () => Workbench, run: () => Promise<void>): void {
  test(name, async (t: TestContext) => {
    try {
      await run();
    } catch (error) {
      await workbench().screenshot(`failed-${t.name.replaceAll(/\W+/g, '-')}`);
      throw error;
    }
  });
}

async function takeScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' });
}
