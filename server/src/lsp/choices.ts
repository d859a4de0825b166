/**
 * Owns the choices behind a fix that leaves a name to be filled in: the namespaces and pods that the workspace has. A rule that
 * looks at one policy cannot know them.
 */
import type { Resource } from '../core/resource.ts';
import { podLabels } from '../core/resource.ts';
import type { Diagnosis, Edit, Fix } from '../core/rule.ts';
import { contains } from '../core/span.ts';
import { renderScalar } from '../core/yaml/render.ts';
import { DIRECTIONS } from '../engine/direction.ts';
import { policyOf, rulesOf } from '../engine/policy.ts';
import type { World } from './world.ts';

/** A menu with more entries than this is no help. */
const MOST = 5;

/** How the title of a fix ends that leaves a name open. */
const OPEN_END = /, (?:whose name is )?to be filled in$/;

/** A key and its value as a fix writes them, in quotes or without. */
const NAMESPACE = /(["']?)(kubernetes\.io\/metadata\.name)\1(\s*:\s*)(["']?)my-namespace\4/;
const POD = /(["']?)(app)\1(\s*:\s*)(["']?)my-app\4/;

/** The keys by which pods are usually told apart, the best first. */
const NAME_KEYS = ['app', 'app.kubernetes.io/name', 'k8s-app', 'name'];

/** The fix once for each name that fits, and with the name still open; by itself where it leaves none open. */
export function withChoices(world: World, { resource }: Diagnosis, fix: Fix): Fix[] {
  const [edit] = fix.edits;
  if (!resource || !edit || fix.edits.length > 1 || !OPEN_END.test(fix.title)) return [fix];
  const choices = NAMESPACE.test(edit.text)
    ? namespacesFor(world, resource).map((name) => ({ key: null, value: name }))
    : POD.test(edit.text)
      ? podsFor(world, resource, edit)
      : [];
  const filled = choices.slice(0, MOST).map(({ key, value }) => ({
    ...fix,
    title: fix.title.replace(OPEN_END, `: ${key === null ? value : `${key}=${value}`}`),
    edits: [{ ...edit, text: fill(edit.text, key, value) }],
  }));
  return [...filled, fix];
}

function fill(text: string, key: string | null, value: string): string {
  const form = NAMESPACE.test(text) ? NAMESPACE : POD;
  return text.replace(form, (_, quote: string, name: string, colon: string, valueQuote: string) => {
    const written = valueQuote === '' ? renderScalar(value) : valueQuote + value + valueQuote;
    return `${quote}${key ?? name}${quote}${colon}${written}`;
  });
}

/** The names of the other namespaces, in order. */
function namespacesFor({ workspace }: World, { namespace }: Resource): string[] {
  const names = [...workspace.scopes].flatMap(({ name }) => (name === null ? [] : name));
  return [...new Set(names)].filter((name) => name !== namespace).sort();
}

interface PodChoice {
  readonly key: string;
  readonly value: string;
}

/** One label for each workload of the policy's own namespace, if those are the pods that the edit is about. */
function podsFor({ workspace }: World, resource: Resource, { at }: Edit): PodChoice[] {
  const policy = policyOf(resource);
  const peers = policy
    ? DIRECTIONS.flatMap((direction) => rulesOf(policy, direction).rules).flatMap(({ peers: list }) =>
        list.kind === 'some' ? list.items : [],
      )
    : [];
  const peer = peers.find(({ node }) => contains(node.span, at.span));
  if (peer && (peer.kind !== 'pods' || peer.namespaceSelectorPair)) return [];
  const choices = new Map<string, PodChoice>();
  for (const workload of workspace.scopeOf(resource)?.workloads ?? []) {
    const labels = podLabels(workload);
    const key = NAME_KEYS.find((name) => labels?.has(name));
    const value = key && labels?.get(key);
    if (key && value) choices.set(`${key}=${value}`, { key, value });
  }
  return [...choices.values()];
}
