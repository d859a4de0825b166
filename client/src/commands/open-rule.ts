/** Owns the command that opens a rule's page: the one a quick fix names, or one picked from the list. */
import * as vscode from 'vscode';
import { describedRules, openRulePage } from '../rule-page.ts';

export async function openRule(context: vscode.ExtensionContext, id?: unknown): Promise<void> {
  const picked = typeof id === 'string' ? id : await pickRule(context);
  if (picked !== undefined) await openRulePage(context, picked);
}

async function pickRule(context: vscode.ExtensionContext): Promise<string | undefined> {
  const rules = await describedRules(context);
  const items = rules.map(({ id, title }) => ({ label: id, detail: title }));
  const options = { title: 'Open the documentation of a rule', matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.label;
}
