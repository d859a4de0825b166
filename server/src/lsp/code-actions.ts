/**
 * Owns code actions: a quick fix per finding and fix, all safe fixes at once, suppression with a reason, and the rule's page. Refactorings
 * join them from a file of their own.
 */
import {
  type CancellationToken,
  type CodeAction,
  type CodeActionParams,
  type Command,
  type Range as LspRange,
  uinteger,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { YamlDocument } from '../core/document.ts';
import type { Diagnosis } from '../core/rule.ts';
import { chooseSafeFixes } from '../core/safe-fixes.ts';
import { withChoices } from './choices.ts';
import { type DiagnosticStyle, overlaps, rangeOf, toDiagnostic } from './convert.ts';
import { REWRITE, refactorings } from './refactorings.ts';
import type { Session } from './session.ts';
import { contentModified, mapInSlices, throwIfCancelled } from './slices.ts';
import { canonicalUri } from './uri.ts';
import { type EditStyle, toWorkspaceEdit } from './workspace-edit.ts';

export const FIX_ALL = 'source.fixAll.netpolGuard';

/** Commands that the client may offer; an action that needs one is left out where the client does not. */
const OPEN_RULE = 'netpolGuard.openRule';
const SUPPRESS = 'netpolGuard.suppress';

export interface ActionStyle extends DiagnosticStyle, EditStyle {
  /** Whether actions may be more than commands. */
  readonly codeActions: boolean;
  readonly commands: ReadonlySet<string>;
}

/** Answers textDocument/codeAction, in slices. A client that takes commands only gets nothing. */
export async function codeActions(
  session: Session,
  style: ActionStyle,
  { textDocument, range, context: { only } }: CodeActionParams,
  token: CancellationToken,
): Promise<CodeAction[]> {
  if (!style.codeActions) return [];
  const uri = canonicalUri(textDocument.uri);
  const actions: CodeAction[] = [];
  if (!only || only.some((wanted) => isWithin('quickfix', wanted))) {
    const all = await diagnosesIn(session, uri, range, token);
    const here = all.filter((d) => overlaps(rangeOf(d.finding.at), range));
    actions.push(...merged(here.flatMap((diagnosis) => fixActions(session, style, diagnosis))));
    for (const diagnosis of here) actions.push(...noteActions(session, style, diagnosis));
  }
  if (!only || only.some((wanted) => isWithin(REWRITE, wanted)))
    actions.push(...refactorings(session, style, uri, range).filter((action) => !isAmong(actions, action)));
  if (only?.some((wanted) => isWithin(FIX_ALL, wanted))) {
    const edit = fixAll(session, style, uri, await diagnosesIn(session, uri, WHOLE, token));
    if (edit) actions.push({ title: 'Fix all safe NetworkPolicy problems', kind: FIX_ALL, edit });
  }
  return actions;
}

/** Whether one of `actions` does the same already: a fix says what is wrong, too. */
function isAmong(actions: readonly CodeAction[], { edit }: CodeAction): boolean {
  const effect = JSON.stringify(edit);
  return actions.some((action) => JSON.stringify(action.edit) === effect);
}

/** Whether a kind of action is the wanted kind or a kind of it. The empty kind is every kind. */
function isWithin(kind: string, wanted: string): boolean {
  return wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`);
}

const WHOLE: LspRange = { start: { line: 0, character: 0 }, end: { line: uinteger.MAX_VALUE, character: 0 } };

/** What is found, and not suppressed, in the documents of a file that a range touches. */
async function diagnosesIn(
  session: Session,
  uri: string,
  range: LspRange,
  token: CancellationToken,
): Promise<Diagnosis[]> {
  const version = session.versionOf(uri);
  const check = () => {
    throwIfCancelled(token);
    if (session.versionOf(uri) !== version) throw contentModified();
  };
  for (;;) {
    const world = session.worldFor(uri);
    if (world.workspace.allRead) await world.index(check);
    const revision = session.revisions.latest;
    const documents = documentsIn(session, uri, range);
    const diagnoses = await mapInSlices(
      documents,
      (document) => world.diagnose(document),
      check,
      (document, goOn) => world.prepare(document, goOn),
    );
    // A fix may touch other files; if they have changed meanwhile, it may not fit any more.
    if (session.revisions.latest === revision) return diagnoses.flat().filter((d) => d.suppressed === null);
  }
}

function documentsIn(session: Session, uri: string, { start, end }: LspRange): YamlDocument[] {
  const file = session.file(uri);
  if (!file) return [];
  const first = file.documentAt(start.line);
  return file.documents.filter((d) => d.startLine >= first.startLine && d.startLine <= end.line);
}

function fixActions(session: Session, style: ActionStyle, diagnosis: Diagnosis): CodeAction[] {
  const diagnostics = [toDiagnostic(diagnosis, style)];
  const world = session.worldFor(diagnosis.finding.at.document.uri);
  return (diagnosis.finding.fixes ?? []).flatMap((fix, index) =>
    withChoices(world, diagnosis, fix).flatMap((choice) => {
      const edit = toWorkspaceEdit(session, style, choice);
      if (!edit) return [];
      const isPreferred = index === 0 && fix.safe;
      return [
        { title: choice.title, kind: 'quickfix', diagnostics, edit, ...(isPreferred && { isPreferred }) },
      ];
    }),
  );
}

/** Offers once, and first, what corrects several findings at once. */
function merged(actions: readonly CodeAction[]): CodeAction[] {
  const byEffect = new Map<string, CodeAction>();
  for (const action of actions) {
    const effect = JSON.stringify([action.title, action.edit]);
    const same = byEffect.get(effect);
    const diagnostics = [...(same?.diagnostics ?? []), ...(action.diagnostics ?? [])];
    byEffect.set(effect, { ...action, ...same, diagnostics });
  }
  const reach = ({ diagnostics }: CodeAction) => diagnostics?.length ?? 0;
  return [...byEffect.values()].sort((a, b) => reach(b) - reach(a));
}

function noteActions(session: Session, style: ActionStyle, diagnosis: Diagnosis): CodeAction[] {
  const { rule, finding } = diagnosis;
  const diagnostics = [toDiagnostic(diagnosis, style)];
  const uri = session.clientUri(finding.at.document.uri);
  const result: CodeAction[] = [];
  if (diagnosis.suppressible && style.commands.has(SUPPRESS)) {
    const command: Command = {
      title: 'Ignore',
      command: SUPPRESS,
      arguments: [uri, rangeOf(finding.at).start, rule.id],
    };
    result.push({ title: `Ignore ${rule.id} here, with a reason …`, kind: 'quickfix', diagnostics, command });
  }
  if (style.commands.has(OPEN_RULE)) {
    const command: Command = { title: 'Open documentation', command: OPEN_RULE, arguments: [rule.id] };
    result.push({ title: `Open the documentation of ${rule.id}`, kind: 'quickfix', diagnostics, command });
  }
  return result;
}

/** The safe fixes of a file that do not touch each other's text; null when there are none. */
function fixAll(
  session: Session,
  style: ActionStyle,
  uri: string,
  diagnoses: readonly Diagnosis[],
): WorkspaceEdit | null {
  const edits = chooseSafeFixes(uri, diagnoses).flatMap(({ fix }) => fix.edits);
  return edits.length === 0 ? null : toWorkspaceEdit(session, style, { edits });
}
