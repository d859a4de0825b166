#!/usr/bin/env node
// Stands in for a VS Code executable under @vscode/test-electron: takes the same arguments, runs the suite in the
// extension host of the embedded editor, and exits with the suite's code. Nothing has to be downloaded for it.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../scripts/lib/chromium.ts';
import { type Editor, startEditor } from '../../scripts/lib/embedded-editor.ts';
import { repository } from '../../scripts/lib/process.ts';

const limit = Number(process.env.NETPOL_GUARD_SUITE_TIMEOUT ?? 180_000);
const parameters = ['extensionDevelopmentPath', 'extensionTestsPath'] as const;

process.exit(await runInEmbeddedEditor(process.argv.slice(2)));

async function runInEmbeddedEditor(args: readonly string[]): Promise<number> {
  const folder = args.find((arg) => !arg.startsWith('-') && existsSync(arg) && statSync(arg).isDirectory());
  const editor = await startEditor({ driver: true, ...(folder ? { folder: resolve(folder) } : {}) });
  let browser: Browser | undefined;
  try {
    browser = await launchChromium();
    return await openSuite(browser, editor, args);
  } finally {
    await browser?.close();
    await editor.stop();
  }
}

async function openSuite(browser: Browser, editor: Editor, args: readonly string[]): Promise<number> {
  const page = await browser.newPage();
  const finished = new Promise<number>((settle) => {
    // The workbench calls this function when the suite's run() has ended.
    void page.exposeFunction('codeAutomationExit', settle).then(() => page.goto(suiteUrl(editor, args)));
  });
  const { promise: late, resolve: giveUp } = Promise.withResolvers<'late'>();
  const timer = setTimeout(giveUp, limit, 'late');
  const code = await Promise.race([finished, late]);
  clearTimeout(timer);
  if (code === 0) return 0;
  const folder = join(repository, 'test-results/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, 'suite-failed.png') });
  if (code !== 'late') return code;
  console.error(`the suite did not end within ${limit} ms; see test-results/screenshots/suite-failed.png`);
  return 124;
}

function suiteUrl(editor: Editor, args: readonly string[]): string {
  const payload = parameters.flatMap((name) =>
    args
      .filter((arg) => arg.startsWith(`--${name}=`))
      .map((arg) => [name, `vscode-remote://127.0.0.1:${editor.port}${resolve(arg.slice(name.length + 3))}`]),
  );
  return `${editor.workspaceUrl}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
