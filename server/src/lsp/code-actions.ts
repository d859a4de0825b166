/**
 * Owns code actions: a quick fix per finding and fix, all safe fixes at once, suppression with a reason, and the rule's page.
 */
import type {
  CodeAction,
  CodeActionContext,
  Command,
  Range as LspRange,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { Diagnosis, Edit, Fix } from '../core/rule.ts';
import { type DiagnosticStyle, overlaps, rangeOf, toDiagnostic } from './convert.ts';
import type { Session } from './session.ts';
import { canonicalUri } from './uri.ts';

export const FIX_ALL = 'source.fixAll.netpolGuard';

/** Commands that the client may offer; an action that needs one is left out where the client does not. */
export const OPEN_RULE = 'netpolGuard.openRule';
export const SUPPRESS = 'netpolGuard.suppress';

export interface ActionStyle extends DiagnosticStyle {
  /** Whether edits may name versions and files may be created. */
  readonly documentChanges: boolean;
  readonly createFiles: boolean;
  readonly commands: ReadonlySet<string>;
}

export function codeActions(
  session: Session,
  style: ActionStyle,
  clientUri: string,
  range: LspRange,
  context: CodeActionContext,
): CodeAction[] {
  const uri = canonicalUri(clientUri);
  const file = session.file(uri);
  if (!file) return [];
  const wants = (kind: string) =>
    !context.only || context.only.some((o) => kind === o || kind.startsWith(`${o}.`));
  const actions: CodeAction[] = [];
  if (wants('quickfix')) {
    const world = session.worldFor(uri);
    const first = file.documentAt(range.start.line);
    const documents = file.documents.filter(
      (d) => d.startLine >= first.startLine && d.startLine <= range.end.line,
    );
    const diagnoses = documents
      .flatMap((document) => [...world.diagnose(document)])
      .filter((d) => d.suppressed === null && overlaps(rangeOf(d.finding.at), range));
    for (const diagnosis of diagnoses) actions.push(...fixActions(session, style, diagnosis));
    for (const diagnosis of diagnoses) actions.push(...noteActions(session, style, diagnosis));
  }
  if (context.only?.some((o) => FIX_ALL === o || FIX_ALL.startsWith(`${o}.`))) {
    const edit = fixAll(session, style, uri);
    if (edit) actions.push({ title: 'Fix all safe NetworkPolicy problems', kind: FIX_ALL, edit });
  }
  return actions;
}

function fixActions(session: Session, style: ActionStyle, diagnosis: Diagnosis): CodeAction[] {
  const diagnostics = [toDiagnostic(diagnosis, style)];
  return (diagnosis.finding.fixes ?? []).flatMap((fix, index) => {
    const edit = toWorkspaceEdit(session, style, fix);
    if (!edit) return [];
    return [
      {
        title: fix.title,
        kind: 'quickfix',
        diagnostics,
        edit,
        ...(index === 0 && { isPreferred: fix.safe }),
      },
    ];
  });
}

function noteActions(session: Session, style: ActionStyle, diagnosis: Diagnosis): CodeAction[] {
  const { rule, finding } = diagnosis;
  const diagnostics = [toDiagnostic(diagnosis, style)];
  const uri = session.clientUri(finding.at.document.uri);
  const result: CodeAction[] = [];
  if (rule.family !== 'validity' && style.commands.has(SUPPRESS)) {
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
function fixAll(session: Session, style: ActionStyle, uri: string): WorkspaceEdit | null {
  const file = session.file(uri);
  if (!file) return null;
  const world = session.worldFor(uri);
  const taken: Edit[] = [];
  for (const document of file.documents)
    for (const diagnosis of world.diagnose(document)) {
      const fix =
        diagnosis.suppressed === null
          ? diagnosis.finding.fixes?.find((f) => f.safe && !f.creates)
          : undefined;
      if (
        fix?.edits.every(
          (edit) => edit.at.document.uri === uri && !taken.some((other) => collide(edit, other)),
        )
      )
        taken.push(...fix.edits);
    }
  return taken.length === 0 ? null : toWorkspaceEdit(session, style, { title: '', safe: true, edits: taken });
}

function collide(a: Edit, b: Edit): boolean {
  return (
    a.at.document === b.at.document && a.at.span.start <= b.at.span.end && b.at.span.start <= a.at.span.end
  );
}

/** The protocol's form of a fix; null when the client cannot carry it out. */
export function toWorkspaceEdit(session: Session, style: ActionStyle, fix: Fix): WorkspaceEdit | null {
  if (fix.creates && !style.createFiles) return null;
  const byUri = new Map<string, Edit[]>();
  for (const edit of fix.edits)
    byUri.set(edit.at.document.uri, [...(byUri.get(edit.at.document.uri) ?? []), edit]);
  const textEdits = (edits: readonly Edit[]) => edits.map((e) => ({ range: rangeOf(e.at), newText: e.text }));
  if (!style.documentChanges) {
    const changes = Object.fromEntries(
      [...byUri].map(([uri, edits]) => [session.clientUri(uri), textEdits(edits)]),
    );
    return { changes };
  }
  const documentChanges: NonNullable<WorkspaceEdit['documentChanges']> = [...byUri].map(([uri, edits]) => ({
    textDocument: { uri: session.clientUri(uri), version: session.versionOf(uri) },
    edits: textEdits(edits),
  }));
  if (fix.creates) {
    const { uri, text } = fix.creates;
    const start = { line: 0, character: 0 };
    documentChanges.push({ kind: 'create', uri, options: { overwrite: false, ignoreIfExists: false } });
    documentChanges.push({
      textDocument: { uri, version: null },
      edits: [{ range: { start, end: start }, newText: text }],
    });
  }
  return { documentChanges };
}
