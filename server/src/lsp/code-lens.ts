/**
 * Owns the lenses above policies and workloads: how many workloads a policy selects and what it isolates, how many policies
 * select a workload, and who can reach it. Where they stand is told at once; what they say is worked out for those the client shows.
 */
import type { CancellationToken, CodeLens, Command } from 'vscode-languageserver/node';
import type { YamlDocument } from '../core/document.ts';
import type { Resource } from '../core/resource.ts';
import type { Workspace } from '../core/workspace.ts';
import type { YamlMap } from '../core/yaml/nodes.ts';
import { DIRECTIONS } from '../engine/direction.ts';
import { type Policy, soundPolicyOf } from '../engine/policy.ts';
import { asking } from './asking.ts';
import { count, eitherOf } from './count.ts';
import { distinct, locationOf, nameOf } from './link.ts';
import { SHOW_LOCATIONS } from './protocol.ts';
import { isReachShown, reachableFrom } from './reach-lens.ts';
import type { Reaching } from './reaching.ts';
import { policiesOf, workloadsOf } from './selection.ts';
import type { Session } from './session.ts';
import type { Shown } from './shown.ts';
import { mapInSlices } from './slices.ts';
import type { ClientStyle } from './style.ts';
import { canonicalUri } from './uri.ts';
import type { World } from './world.ts';

/** What finds the object of a lens again. */
interface LensData {
  readonly uri: string;
  /** Whether it is the lens that says who can reach a workload. */
  readonly reach?: true;
}

/** Answers textDocument/codeLens, in slices: one for each object that has anything to say. */
export async function codeLenses(
  session: Session,
  { lenses: { policies, workloads, reachable } }: Shown,
  clientUri: string,
  token: CancellationToken,
): Promise<CodeLens[]> {
  const { uri, world, check } = await asking(session, clientUri, token);
  const { workspace } = world;
  const withReach = reachable && isReachShown(world);
  const isShown = (view: Resource): boolean => {
    const policy = policyIn(view);
    if (policy) return policies && isolationOf(policy).length > 0;
    const isWanted = workloads || withReach;
    const isLensed = view.role === 'workload' && isWanted && workspace.complete;
    // Where no policy of the namespace is known, they are kept elsewhere for all one knows.
    return isLensed && (workspace.scopeOf(view)?.policies.length ?? 0) > 0;
  };
  const data: LensData = { uri: clientUri };
  const kindsFor = (view: Resource): LensData[] => {
    if (view.role !== 'workload') return [data];
    return [...(workloads ? [data] : []), ...(withReach ? [{ ...data, reach: true as const }] : [])];
  };
  const lensesIn = (document: YamlDocument): CodeLens[] => {
    const byRoot = new Map(
      workspace
        .viewsOf(document)
        .filter(isShown)
        .map((view) => [view.root, view]),
    );
    return [...byRoot].flatMap(([root, view]) =>
      kindsFor(view).map((data) => ({ range: rangeOfLens(document, root), data })),
    );
  };
  const documents = [...(workspace.files.get(uri)?.documents ?? [])];
  return (await mapInSlices(documents, lensesIn, check)).flat();
}

function policyIn(resource: Resource): Policy | null {
  return resource.role === 'policy' ? soundPolicyOf(resource) : null;
}

/** The first key of the object, above which the lens stands. */
function rangeOfLens(document: YamlDocument, { span }: YamlMap): CodeLens['range'] {
  const { start } = document.rangeOf(span);
  return { start, end: start };
}

/** Answers codeLens/resolve. A lens whose object is gone says nothing: the client is about to ask for new ones. */
export function resolveCodeLens(
  session: Session,
  reaching: Reaching,
  style: ClientStyle,
  lens: CodeLens,
): CodeLens {
  const { uri, reach } = lens.data as LensData;
  const { line, character } = lens.range.start;
  const document = session.file(uri)?.documentAt(line);
  const world = session.worldFor(canonicalUri(uri));
  const { workspace } = world;
  const views = (document ? workspace.viewsOf(document) : []).filter((view) => {
    const { start } = rangeOfLens(view.document, view.root);
    return start.line === line && start.character === character;
  });
  if (reach) return { range: lens.range, command: forReach(reaching, world, style, views) };
  const policies = views.map(policyIn).filter((policy) => policy !== null);
  const command =
    policies.length > 0 ? forPolicies(workspace, style, policies) : forWorkloads(workspace, style, views);
  return { range: lens.range, command };
}

/** An empty command makes a lens text. */
const SILENT: Command = { title: '', command: '' };

function forWorkloads(workspace: Workspace, style: ClientStyle, views: readonly Resource[]): Command {
  const workloads = views.filter(({ role }) => role === 'workload');
  const found = workloads.flatMap((workload) => policiesOf(workspace, workload) ?? []);
  const [first] = workloads;
  if (!first || found.length === 0) return SILENT;
  const title = `selected by ${eitherOf(found.map((meant) => count(meant, 'policy', 'policies')))}`;
  const policies = found.flatMap(({ sure, maybe }) => [...sure, ...maybe]);
  return showing(
    style,
    first,
    title,
    policies.map(({ resource }) => resource),
  );
}

function forReach(reaching: Reaching, world: World, style: ClientStyle, views: readonly Resource[]): Command {
  const [first] = views;
  const found = reachableFrom(reaching, world, views);
  return first && found ? showing(style, first, found.title, found.sources) : SILENT;
}

/** `policies` are what worlds make of one policy. */
function forPolicies(workspace: Workspace, style: ClientStyle, policies: readonly Policy[]): Command {
  const found = workspace.complete ? policies.flatMap((policy) => workloadsOf(workspace, policy) ?? []) : [];
  const selectsAll =
    policies.every(({ podSelector }) => podSelector.selector?.requirements.length === 0) &&
    found.every(({ open }) => !open);
  const counts = eitherOf(found.map((meant) => count(meant, 'workload', 'workloads')));
  const selects = `selects ${selectsAll ? 'all ' : ''}${counts}`;
  const isolates = eitherOf(policies.flatMap(isolationOf));
  const [{ resource }] = policies as [Policy];
  const workloads = found.flatMap(({ sure, maybe }) => [...sure, ...maybe]);
  return showing(style, resource, counts === '' ? isolates : `${selects} · ${isolates}`, workloads);
}

/** What the policy surely isolates. */
function isolationOf({ isolates }: Policy): string[] {
  const isolated = DIRECTIONS.filter((direction) => isolates[direction] === true);
  return isolated.length > 0 ? [`isolates ${isolated.join(', ').toLowerCase()}`] : [];
}

/** Shows the objects where the client can; anywhere else it is text. */
function showing(style: ClientStyle, from: Resource, title: string, objects: readonly Resource[]): Command {
  if (objects.length === 0 || !style.commands.has(SHOW_LOCATIONS)) return { title, command: '' };
  const origin = locationOf(nameOf(from), style.clientUri);
  const locations = distinct(objects.map(nameOf), (place) => place).map((place) =>
    locationOf(place, style.clientUri),
  );
  return { title, command: SHOW_LOCATIONS, arguments: [origin.uri, origin.range.start, locations] };
}
