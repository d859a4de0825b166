/**
 * Owns refactorings as code actions: offered where the cursor is, whether or not anything is wrong there. Their titles say
 * what becomes of the allowed connections.
 */
import type { CodeAction, Range as LspRange } from 'vscode-languageserver/node';
import { offsetAt } from '../core/lines.ts';
import { resourcesOf } from '../core/resource.ts';
import { contains } from '../core/span.ts';
import { soundPolicyOf } from '../engine/policy.ts';
import { type Matched, type PeerRefactoring, peerRefactorings } from '../refactor/peers.ts';
import { describePods } from '../report/describe-policy.ts';
import type { Session } from './session.ts';
import { type EditStyle, toWorkspaceEdit } from './workspace-edit.ts';

export const REWRITE = 'refactor.rewrite';

/** The refactorings of the peer that `range` lies in. */
export function refactorings(
  session: Session,
  style: EditStyle,
  uri: string,
  { start, end }: LspRange,
): CodeAction[] {
  const document = session.file(uri)?.documentAt(start.line);
  if (!document) return [];
  const [from, to] = [start, end].map(({ line, character }) =>
    offsetAt(document.lineStarts, document.text, { line: line - document.startLine, character }),
  );
  const selection = { start: from ?? 0, end: to ?? 0 };
  const resource = resourcesOf(document).find(
    ({ role, root }) => role === 'policy' && contains(root.span, selection),
  );
  const policy = resource && soundPolicyOf(resource);
  if (!policy) return [];
  return peerRefactorings(policy, selection).flatMap((refactoring) => {
    const edit = toWorkspaceEdit(session, style, refactoring);
    return edit ? [{ title: titleOf(refactoring), kind: REWRITE, edit }] : [];
  });
}

function titleOf({ kind, result }: PeerRefactoring): string {
  const matched = result.map(inWords).join(', and to ');
  if (kind === 'split') return `Split into two peers, either of which is enough: widens to ${matched}`;
  const other = kind === 'merge-with-next' ? 'next' : 'previous';
  return `Merge with the ${other} peer, so that both selectors must match: narrows to ${matched}`;
}

/** Longer selectors are cut: a title is one line of a menu. */
const LONGEST = 120;

function inWords(peer: Matched): string {
  const text = describePods(peer).replace(/\*\*|`/g, '');
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
