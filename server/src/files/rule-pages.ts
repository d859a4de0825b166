/**
 * Owns where the pages of the rules are: on the web when the package says where, else as files beside the program.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The address of a rule's page on the web; null without a homepage. */
export function webPage(homepage: string, ruleId: string): string | null {
  return homepage === '' ? null : `${homepage.replace(/\/+$/, '')}/docs/rules/${ruleId}.md`;
}

/** The file URI of a rule's page as it ships beside `program`, the file that was started; null when it is not there. */
export function packagedPage(program: string | undefined, ruleId: string): string | null {
  if (program === undefined || !existsSync(program)) return null;
  // The program may have been started through a link, as npm makes them in node_modules/.bin.
  const page = join(dirname(realpathSync(program)), '..', 'docs', 'rules', `${ruleId}.md`);
  return existsSync(page) ? pathToFileURL(page).href : null;
}
