/**
 * Owns the request for the live pods of the policy at a position, as its unsaved text is now.
 */
import type { CancellationToken, TextDocumentPositionParams } from 'vscode-languageserver/node';
import type { Cluster } from '../cluster/cluster.ts';
import type { YamlDocument } from '../core/document.ts';
import { offsetAt, type Position } from '../core/lines.ts';
import { type Resource, resourcesOf } from '../core/resource.ts';
import { touches } from '../core/span.ts';
import { policyOf } from '../engine/policy.ts';
import { affectedPods as podsOfPolicy } from '../report/affected-pods.ts';
import { liveSource } from '../report/live-source.ts';
import { asking } from './asking.ts';
import type { AffectedPods } from './protocol.ts';
import type { Session } from './session.ts';

/** Pods that are listed of one selector; the rest are counted. */
const MOST_LISTED = 500;

export async function affectedPods(
  session: Session,
  cluster: Cluster | null,
  { textDocument, position }: TextDocumentPositionParams,
  token: CancellationToken,
): Promise<AffectedPods | null> {
  if (!cluster?.isRead) return null;
  const { uri, world } = await asking(session, textDocument.uri, token);
  const documents = world.workspace.files.get(uri)?.documents ?? [];
  const written = policyAt(documents, session.file(uri)?.documentAt(position.line) ?? null, position);
  if (!written) return null;
  const source = liveSource(cluster, cluster.view);
  const views = world.workspace.viewsOf(written.document).filter((v) => (v.derived?.from ?? v) === written);
  return views.flatMap((view) => {
    const policy = policyOf(view);
    return policy ? { ...podsOfPolicy(policy, source, MOST_LISTED), uri: session.clientUri(uri) } : [];
  });
}

/** The policy that the cursor is in; elsewhere in a file that has just one, that one. */
function policyAt(
  documents: readonly YamlDocument[],
  document: YamlDocument | null,
  position: Position,
): Resource | null {
  const here = document ? policiesIn(document) : [];
  if (here.length === 1) return here[0] ?? null;
  if (document && here.length > 1) {
    const relative = { line: position.line - document.startLine, character: position.character };
    const offset = offsetAt(document.lineStarts, document.text, relative);
    return here.find(({ root }) => touches(root.span, offset)) ?? null;
  }
  const all = documents.flatMap(policiesIn);
  return all.length === 1 ? (all[0] ?? null) : null;
}

function policiesIn(document: YamlDocument): Resource[] {
  return resourcesOf(document).filter(({ role }) => role === 'policy');
}
