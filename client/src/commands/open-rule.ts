/** Owns the command that opens a rule's page: the one a quick fix names, or one picked from the list. */
import * as vscode from 'vscode';
import { openRulePage, ruleIds } from '../rule-page.ts';

export async function openRule(context: vscode.ExtensionContext, id?: unknown): Promise<void> {
  const picked = typeof id === 'string' ? id : await pickRule(context);
  if (picked !== undefined) await openRulePage(context, picked);
}

async function pickRule(context: vscode.ExtensionContext): Promise<string | undefined> {
  return vscode.window.showQuickPick(ruleIds(context), { title: 'Open the documentation of a rule' });
}
