/**
 * Owns the lenses above policies and workloads: how many workloads a policy selects and what it isolates, and how many policies
 * select a workload. Where they stand is told at once; what they say is worked out for those the client shows.
 */
import type { CancellationToken, CodeLens, Command, Location } from 'vscode-languageserver/node';
import type { YamlDocument } from '../core/document.ts';
import { nameNode, type Resource, resourcesOf } from '../core/resource.ts';
import type { Workspace } from '../core/workspace.ts';
import { DIRECTIONS } from '../engine/direction.ts';
import { type Policy, soundPolicyOf } from '../engine/policy.ts';
import { policiesSelecting } from '../engine/selected.ts';
import { asking } from './asking.ts';
import { count } from './count.ts';
import { locationOf, nameOf } from './link.ts';
import { SHOW_LOCATIONS } from './protocol.ts';
import { workloadsOf } from './selection.ts';
import type { Session } from './session.ts';
import type { Shown } from './shown.ts';
import { mapInSlices } from './slices.ts';
import type { ClientStyle } from './style.ts';
import { canonicalUri } from './uri.ts';

/** What finds the object of a lens again. */
interface LensData {
  readonly uri: string;
}

/** Answers textDocument/codeLens, in slices: one for each object that has anything to say. */
export async function codeLenses(
  session: Session,
  { lenses }: Shown,
  clientUri: string,
  token: CancellationToken,
): Promise<CodeLens[]> {
  const { uri, world, check } = await asking(session, clientUri, token);
  const { workspace } = world;
  const isShown = (resource: Resource): boolean => {
    const policy = policyIn(resource);
    if (policy) return lenses.policies && isolationOf(policy).length > 0;
    // Where no policy of the namespace is known, they are kept elsewhere for all one knows.
    return (
      resource.role === 'workload' &&
      lenses.workloads &&
      workspace.complete &&
      (workspace.scopeOf(resource)?.policies.length ?? 0) > 0
    );
  };
  const data: LensData = { uri: clientUri };
  const lensesIn = (document: YamlDocument): CodeLens[] =>
    resourcesOf(document)
      .filter(isShown)
      .map((resource) => ({ range: rangeOfLens(resource), data }));
  const documents = [...(workspace.files.get(uri)?.documents ?? [])];
  return (await mapInSlices(documents, lensesIn, check)).flat();
}

function policyIn(resource: Resource): Policy | null {
  return resource.role === 'policy' ? soundPolicyOf(resource) : null;
}

/** The first key of the object, above which the lens stands. */
function rangeOfLens({ document, root }: Resource): CodeLens['range'] {
  const { start } = document.rangeOf(root.span);
  return { start, end: start };
}

/** Answers codeLens/resolve. A lens whose object is gone says nothing: the client is about to ask for new ones. */
export function resolveCodeLens(session: Session, style: ClientStyle, lens: CodeLens): CodeLens {
  const { uri } = lens.data as LensData;
  const { start } = lens.range;
  const document = session.file(uri)?.documentAt(start.line);
  const resource = document && resourcesOf(document).find((r) => isAt(r, start));
  const { workspace } = session.worldFor(canonicalUri(uri));
  return { range: lens.range, command: resource ? commandFor(workspace, style, resource) : SILENT };
}

function isAt(resource: Resource, { line, character }: CodeLens['range']['start']): boolean {
  const { start } = rangeOfLens(resource);
  return start.line === line && start.character === character;
}

/** An empty command makes a lens text. */
const SILENT: Command = { title: '', command: '' };

function commandFor(workspace: Workspace, style: ClientStyle, resource: Resource): Command {
  const policy = policyIn(resource);
  if (policy) return forPolicy(workspace, style, policy);
  const scope = resource.role === 'workload' ? workspace.scopeOf(resource) : null;
  if (!scope) return SILENT;
  const { sure, maybe } = policiesSelecting(resource, scope);
  const title = `selected by ${count({ sure, maybe }, 'policy', 'policies')}`;
  return command(
    style,
    resource,
    title,
    [...sure, ...maybe].map((p) => p.resource),
  );
}

function forPolicy(workspace: Workspace, style: ClientStyle, policy: Policy): Command {
  const selected = workspace.complete ? workloadsOf(workspace, policy) : null;
  const everything = policy.podSelector.selector?.requirements.length === 0 ? 'all ' : '';
  const said = [
    ...(selected ? [`selects ${everything}${count(selected, 'workload', 'workloads')}`] : []),
    ...isolationOf(policy),
  ];
  const workloads = selected ? [...selected.sure, ...selected.maybe] : [];
  return command(style, policy.resource, said.join(' · '), workloads);
}

/** What the policy surely isolates. */
function isolationOf({ isolates }: Policy): string[] {
  const isolated = DIRECTIONS.filter((direction) => isolates[direction] === true);
  return isolated.length > 0 ? [`isolates ${isolated.join(', ').toLowerCase()}`] : [];
}

/** Shows the objects where the client can; anywhere else it is text. */
function command(style: ClientStyle, from: Resource, title: string, objects: readonly Resource[]): Command {
  if (objects.length === 0 || !style.commands.has(SHOW_LOCATIONS)) return { title, command: '' };
  const origin: Location = locationOf(
    { document: from.document, span: nameNode(from).span },
    style.clientUri,
  );
  const locations = objects.map((object) => locationOf(nameOf(object), style.clientUri));
  return { title, command: SHOW_LOCATIONS, arguments: [origin.uri, origin.range.start, locations] };
}
