/**
 * Owns the requests of our own client: edits that suppress a finding, or give a namespace default deny.
 */
import type { WorkspaceEdit } from 'vscode-languageserver/node';
import type { YamlDocument } from '../core/document.ts';
import { offsetAt } from '../core/lines.ts';
import { type Resource, resourcesOf } from '../core/resource.ts';
import type { Edit } from '../core/rule.ts';
import { touches } from '../core/span.ts';
import { IGNORE_ANNOTATION } from '../core/suppression.ts';
import { columnOf, insertPair, replace } from '../core/yaml/edit.ts';
import { asMap, get } from '../core/yaml/nodes.ts';
import type { SuppressParams } from './protocol.ts';
import type { Session } from './session.ts';
import { type EditStyle, toWorkspaceEdit } from './workspace-edit.ts';

/** The edit that ignores a rule at a position: a comment above the line, or in JSON an annotation on the object. */
export function suppress(session: Session, style: EditStyle, params: SuppressParams): WorkspaceEdit | null {
  const document = session.file(params.uri)?.documentAt(params.position.line);
  if (!document) return null;
  const relative = { line: params.position.line - document.startLine, character: params.position.character };
  const offset = offsetAt(document.lineStarts, document.text, relative);
  const reason = params.reason.replace(/\s+/g, ' ').trim();
  const resource = resourcesOf(document).find((r) => touches(r.root.span, offset));
  const inFlow = resource?.root.style === 'flow';
  const edit = inFlow
    ? annotate(document, resource, params.ruleId, reason)
    : comment(document, offset, params.ruleId, reason);
  return edit && toWorkspaceEdit(session, style, { edits: [edit] });
}

function comment(document: YamlDocument, offset: number, ruleId: string, reason: string): Edit {
  const start = offset - columnOf(document, offset);
  const indent = /^[ \t]*/.exec(document.text.slice(start))?.[0] ?? '';
  return replace(document, { start, end: start }, `${indent}# netpol-guard: ignore[${ruleId}] ${reason}\n`);
}

function annotate(document: YamlDocument, resource: Resource, ruleId: string, reason: string): Edit | null {
  const key = `${IGNORE_ANNOTATION}${ruleId}`;
  const annotations = asMap(get(resource.metadata, 'annotations'));
  if (annotations) return insertPair(document, annotations, key, reason);
  return resource.metadata && insertPair(document, resource.metadata, 'annotations', { [key]: reason });
}
