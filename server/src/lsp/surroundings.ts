/**
 * Owns what hover says beyond the text under the cursor: which other policies select the same pods and what all of them come
 * to, which policies select a workload, and what a selector selects. What is not known is said to be unknown.
 */

import { listOf } from '../core/list.ts';
import { nameNode, type Resource } from '../core/resource.ts';
import type { NamespaceScope, Workspace } from '../core/workspace.ts';
import { companionship, type Overlap, policiesBeside } from '../engine/companions.ts';
import { podsOf } from '../engine/pods.ts';
import { type Policy, soundPolicyOf } from '../engine/policy.ts';
import { policiesSelecting, type Selection } from '../engine/selected.ts';
import { describeAddition, describeTogether } from '../report/describe-effect.ts';
import type { Asking } from './asking.ts';
import { mapInSlices } from './slices.ts';
import type { ClientStyle } from './style.ts';

/** Points at an object: its name as a link where the client takes Markdown, with its file and line. */
export type Pointer = (resource: Resource) => string;

/** Pointers for a hover in the file `from` (a canonical URI). */
export function pointerFrom(from: string, style: ClientStyle): Pointer {
  return (resource) => {
    const { document } = resource;
    const line = document.rangeOf(nameNode(resource).span).start.line + 1;
    const file = decodeURIComponent(document.uri.slice(document.uri.lastIndexOf('/') + 1));
    const place = document.uri === from ? `line ${line}` : `${file}:${line}`;
    const name = `\`${(resource.name ?? '(no name)').replaceAll('`', "'")}\``;
    if (!style.markdown) return `${name} (${place})`;
    const target = style.clientUri(document.uri).replaceAll('(', '%28').replaceAll(')', '%29');
    return `[${name}](${target}#L${line}) (${place})`;
  };
}

/** How the policies of a namespace stand to one of them. */
interface Company {
  /** Those that select all of its pods. */
  readonly all: readonly Policy[];
  readonly some: readonly Overlap[];
  /** Those of which it cannot be told. */
  readonly perhaps: readonly Policy[];
}

/** The worlds that are told of one by one. */
const WORLDS = 2;

/**
 * What is said of an object in each of the worlds it arrives in: said once where it is the same in all of them, else under the
 * name of the kustomization's folder.
 */
export async function inEachWorld(
  { world: { workspace } }: Asking,
  written: Resource,
  say: (view: Resource) => Promise<string> | string,
): Promise<string> {
  const views = workspace
    .viewsOf(written.document)
    .filter((view) => (view.derived?.from ?? view) === written);
  const said: string[] = [];
  for (const view of views.slice(0, WORLDS)) said.push(await say(view));
  if (said.length === 0) return say(written);
  const more = views.length - said.length;
  if (more === 0 && new Set(said).size === 1) return said[0] ?? '';
  const parts = said.map((text, i) => `**${worldName(views[i] as Resource)}**: ${text}`);
  if (more > 0)
    parts.push(more === 1 ? 'And in one more kustomization.' : `And in ${more} more kustomizations.`);
  return parts.join('\n\n');
}

/** The last folders on the way to the kustomization that is the root of a world: `overlays/dev`. */
function worldName({ derived }: Resource): string {
  const folders = decodeURIComponent(derived?.world ?? '')
    .split('/')
    .slice(0, -1);
  return `In ${folders.slice(-2).join('/')}`;
}

/** What the other policies of its namespace mean for the pods that a policy selects. */
export async function aroundPolicy(
  { world: { workspace }, check }: Asking,
  policy: Policy,
  pointer: Pointer,
): Promise<string> {
  const scope = workspace.scopeOf(policy.resource);
  if (!scope) return 'Its namespace is not known, and so neither are the other policies that count.';
  const beside = policiesBeside(policy, scope);
  const relations = await mapInSlices(beside, (other) => companionship(policy, other, scope), check);
  const company: Company = {
    all: beside.filter((_, i) => relations[i] === 'all'),
    some: relations.filter((relation) => relation !== null && typeof relation === 'object'),
    perhaps: beside.filter((_, i) => relations[i] === 'perhaps'),
  };
  const lines = companyLines(company, pointer);
  const isAlone = company.all.length + company.perhaps.length === 0;
  if (!isAlone) {
    const isSound = soundPolicyOf(policy.resource) !== null;
    const sure = [...(isSound ? [policy] : []), ...company.all];
    const maybe = [...(isSound ? [] : [policy]), ...company.perhaps];
    lines.push(...inAll({ sure, maybe }));
  }
  if (lines.length === 0)
    return [`${noOther(workspace)} these pods.`, ...doubts(workspace, scope, pointer)].join(' ');
  const title = 'Policies add up: what one of them allows, no other takes away.';
  return [title, '', ...lines, '', ...doubts(workspace, scope, pointer)].join('\n').trimEnd();
}

function noOther({ complete }: Workspace): string {
  return complete ? 'No other policy in the workspace selects' : 'No other policy that has been read selects';
}

/** The policies that are described one by one. */
const FEW = 3;

function companyLines({ all, some, perhaps }: Company, pointer: Pointer): string[] {
  const names = (policies: readonly Policy[]) => policies.map((p) => pointer(p.resource));
  const lines = all
    .slice(0, FEW)
    .map((p) => `- ${pointer(p.resource)} selects these pods, too; it ${describeAddition(p)}.`);
  const rest = names(all.slice(FEW));
  if (rest.length > 0) lines.push(`- ${listOf(rest)} ${rest.length === 1 ? 'does' : 'do'}, too.`);
  const shown = some.length > 2 ? 1 : 2;
  for (const { policy, workloads } of some.slice(0, shown))
    lines.push(
      `- ${pointer(policy.resource)} selects some of them, too: ${listOf(workloads.map(pointer), 2)}.`,
    );
  if (some.length > shown)
    lines.push(`- ${some.length - shown} more policies select some of them: hover over a workload's name.`);
  if (perhaps.length > 0)
    lines.push(
      `- Whether ${listOf(names(perhaps), 2)} select${perhaps.length === 1 ? 's' : ''} them, too, cannot be told.`,
    );
  return lines;
}

function inAll(policies: Selection<Policy>): string[] {
  return ['', 'All of them together:', ...describeTogether(policies).map((line) => `- ${line}`)];
}

/** What may make it otherwise than it is said. */
function doubts(workspace: Workspace, scope: NamespaceScope, pointer: Pointer): string[] {
  const result: string[] = [];
  const others = scope.otherPolicies.map((resource) => `${resource.kind} ${pointer(resource)}`);
  if (others.length > 0)
    result.push(`Not counted, for policies of other kinds may allow or deny more: ${listOf(others, 2)}.`);
  const elsewhere = [...workspace.namespacesBeside(scope).beside(scope)].flatMap(({ policies }) => policies);
  if (elsewhere.length > 0)
    result.push(`Not counted, for they may be applied elsewhere: ${listOf(elsewhere.map(pointer), 2)}.`);
  if (!workspace.complete) result.push('Not all files have been read, so there may be more.');
  else if (scope.unseen !== null) result.push(`There may be more: ${scope.unseen}.`);
  return result;
}

/** Which policies select the pods of a workload, and what these let in and out together. */
export function aroundWorkload(
  { world: { workspace } }: Asking,
  workload: Resource,
  pointer: Pointer,
): string {
  const { kind, name, namespace } = workload;
  const title =
    `**${kind} ${name ?? ''}**`.replace(' **', '**') +
    (namespace === null ? '' : ` in namespace \`${namespace}\``);
  const scope = workspace.scopeOf(workload);
  if (!scope)
    return `${title}: its namespace is not known, and so neither are the policies that select its pods.`;
  const policies = policiesSelecting(workload, scope);
  const names = (list: readonly Policy[]) =>
    listOf(
      list.map((p) => pointer(p.resource)),
      4,
    );
  const { sure, maybe } = policies;
  const lines: string[] = [];
  if (sure.length > 0) lines.push(`${title}: its pods are selected by ${names(sure)}.`);
  else if (maybe.length > 0) lines.push(`${title}: no policy surely selects its pods.`);
  else lines.push(`${title}: ${unselected(workspace)}`);
  if (maybe.length > 0)
    lines.push(`Whether ${names(maybe)} select${maybe.length === 1 ? 's' : ''} them cannot be told.`);
  if (sure.length + maybe.length > 0)
    lines.push('', ...describeTogether(policies).map((line) => `- ${line}`));
  const { hostNetwork } = podsOf(workload);
  if (hostNetwork)
    lines.push('', 'They are in the network of their node: most network plugins apply no policy to them.');
  const doubtful = doubts(workspace, scope, pointer);
  return [...lines, ...(doubtful.length > 0 ? ['', ...doubtful] : [])].join('\n');
}

function unselected({ complete }: Workspace): string {
  if (!complete) return 'no policy that has been read selects its pods.';
  return 'no policy in the workspace selects its pods, so **every connection** to and from them is allowed.';
}

/** What a selector selects of what the workspace has. `things` are workloads or namespaces; null where none are known. */
export function selected(
  workspace: Workspace,
  things: (Selection<Resource> & { readonly open?: boolean }) | null,
  what: string,
  pointer: Pointer,
): string | null {
  if (!things) return null;
  const { sure, maybe } = things;
  const names = (list: readonly Resource[]) =>
    listOf(list.map((resource) => `${resource.kind} ${pointer(resource)}`));
  const perhaps = maybe.length > 0 ? ` Perhaps also ${names(maybe)}.` : '';
  if (sure.length > 0) return `In the workspace: ${names(sure)}.${perhaps}`;
  if (maybe.length > 0) return `In the workspace: perhaps ${names(maybe)}.`;
  return workspace.complete && !things.open ? `The workspace has no ${what} that it selects.` : null;
}
