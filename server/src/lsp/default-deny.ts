/**
 * Owns the requests behind "insert default deny": the namespaces there are, what each lacks, and the edit that gives one a
 * policy. Where the policy goes is decided where the rules' own fixes decide it.
 */
import type { WorkspaceEdit } from 'vscode-languageserver/node';
import { contractorsOf } from '../core/contractor.ts';
import type { NewFile } from '../core/rule.ts';
import type { NamespaceScope } from '../core/workspace.ts';
import { defaultDenyFileName, defaultDenyText } from '../engine/default-deny.ts';
import { DIRECTIONS, type Direction } from '../engine/direction.ts';
import { deniesByDefault } from '../rules/coverage/default-deny.ts';
import { defaultDenyFix } from '../rules/coverage/default-deny-fixes.ts';
import type { DefaultDenyParams, NamespaceInfo } from './protocol.ts';
import type { Session } from './session.ts';
import { canonicalUri, folderOf } from './uri.ts';
import { type EditStyle, toWorkspaceEdit } from './workspace-edit.ts';
import type { World } from './world.ts';

/** Every namespace that the client's folders and open documents name, in no particular order. */
export function namespaces(session: Session): NamespaceInfo[] {
  return [...session.worlds].flatMap((world) => {
    const scopes = [...world.workspace.scopes].filter((scope) => isNamedIn(session, scope));
    // Several kustomizations may make one namespace, or variants of it: it is offered once, with what any of them lacks.
    const byName = Map.groupBy(scopes, ({ name }) => name);
    return [...byName].flatMap(([name, same]) => (name === null ? [] : infoOf(world, name, same)));
  });
}

/** Whether the client shows a file of the namespace; what else is judged with its folders may lie anywhere in the repository. */
function isNamedIn(session: Session, { namespace, policies, workloads }: NamespaceScope): boolean {
  const members = [...(namespace ? [namespace] : []), ...policies, ...workloads];
  return members.some(({ document }) => session.isReported(document.uri));
}

function infoOf(world: World, name: string, scopes: readonly NamespaceScope[]): NamespaceInfo {
  const missing = DIRECTIONS.filter((direction) =>
    scopes.some((s) => deniesByDefault(s, direction) !== true),
  );
  const contractors = contractorsOf(world.config.contractors);
  const contractor = scopes.some(({ namespace }) => contractors.ofNamespace(name, namespace) !== null);
  return { name, folder: world.root, missing, contractor };
}

/** The edit that adds the policy; null when the namespace denies all that by default already. */
export function defaultDeny(
  session: Session,
  style: EditStyle,
  { namespace, directions, dns, near }: DefaultDenyParams,
): WorkspaceEdit | null {
  const place = near === null ? null : canonicalUri(near);
  const scope = scopeOf(session, namespace, directions, place);
  if (scope && directions.every((direction) => deniesByDefault(scope, direction) === true)) return null;
  const world = place === null ? null : session.worldFor(place);
  const platform = world?.config.platform.dns ?? null;
  const fix = scope && defaultDenyFix(scope, { title: '', directions, dns }, platform);
  if (fix && (fix.creates || fix.edits.length > 0)) return toWorkspaceEdit(session, style, fix);
  if (place === null) return null;
  const creates: NewFile = {
    uri: folderOf(place) + defaultDenyFileName(namespace, directions),
    text: defaultDenyText({ namespace, directions, dns, platform }),
  };
  return toWorkspaceEdit(session, style, { edits: [], creates });
}

/** The namespace in the world of a place, else in whichever world names it; one that lacks the policy before one that does not. */
function scopeOf(
  session: Session,
  namespace: string,
  directions: readonly Direction[],
  place: string | null,
): NamespaceScope | null {
  const worlds = [...(place === null ? [] : [session.worldFor(place)]), ...session.worlds];
  for (const world of worlds) {
    const scopes = [...world.workspace.scopes].filter((scope) => scope.name === namespace);
    const isNear = ({ members }: NamespaceScope) =>
      [...members].some(({ document }) => document.uri === place);
    const lacking = scopes.filter((s) =>
      directions.some((direction) => deniesByDefault(s, direction) !== true),
    );
    const scope = lacking.find(isNear) ?? lacking[0] ?? scopes[0];
    if (scope) return scope;
  }
  return null;
}
