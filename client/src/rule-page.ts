/**
 * Owns where a rule's page is: in the package, shown as Markdown. Links to it go through a URI of the editor, so that they work
 * from diagnostics, hovers and outside the editor alike.
 */
import * as vscode from 'vscode';

const EXTENSION = 'netpol-guard.netpol-guard';

/** The address of a rule's page, with `{id}` in place of the rule's id. */
export function ruleUriTemplate(): string {
  return `${vscode.env.uriScheme}://${EXTENSION}/rules/{id}`;
}

/** Opens the pages that links point to. Anybody can make such a link: a name that is no rule's opens nothing. */
export function rulePageHandler(context: vscode.ExtensionContext): vscode.UriHandler {
  return {
    handleUri: async (uri) => {
      const [, id] = /^\/rules\/([^/]+)$/.exec(uri.path) ?? [];
      if (id !== undefined) await openRulePage(context, id);
    },
  };
}

/** Shows the page of a rule, or says that there is none. */
export async function openRulePage(context: vscode.ExtensionContext, id: string): Promise<void> {
  if (!(await ruleIds(context)).includes(id)) {
    void vscode.window.showWarningMessage(`NetworkPolicy Guard has no rule “${id}”.`);
    return;
  }
  const page = vscode.Uri.joinPath(pages(context), `${id}.md`);
  await vscode.commands.executeCommand('markdown.showPreview', page);
}

/** The ids of the rules that have a page. */
async function ruleIds(context: vscode.ExtensionContext): Promise<string[]> {
  const entries = await vscode.workspace.fs.readDirectory(pages(context));
  return entries
    .map(([name]) => name)
    .filter((name) => /^[a-z0-9-]+\.md$/.test(name))
    .map((name) => name.slice(0, -3));
}

/** Every rule with what it finds: the sentence below the heading of its page. */
export async function describedRules(
  context: vscode.ExtensionContext,
): Promise<{ id: string; title: string }[]> {
  return Promise.all(
    (await ruleIds(context)).map(async (id) => {
      const page = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(pages(context), `${id}.md`));
      const [, title = ''] = /^# .*\n\n(.*)/.exec(new TextDecoder().decode(page)) ?? [];
      return { id, title: title.replaceAll('`', '') };
    }),
  );
}

function pages(context: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules');
}
