/**
 * Owns which words of the workspace fit where the cursor stands in a policy: labels where a selector is written, namespaces where
 * one is named, ports in a rule.
 */
import type { Resource } from '../core/resource.ts';
import type { NamespaceScope, Workspace } from '../core/workspace.ts';
import { isNull } from '../core/yaml/nodes.ts';
import { policyOf, rulesOf } from '../engine/policy.ts';
import { namespacesMatching, workloadsMatching } from '../engine/selected.ts';
import { readSelector } from '../engine/selector.ts';
import { serviceOf } from '../engine/services.ts';
import { fieldsAround } from './block-path.ts';
import { destinationsOf, lookupBeside } from './selection.ts';
import { fieldOf, fieldsOfItem, itemAround, policyAround, type Spot, takenItems } from './spot.ts';
import {
  namespaceNames,
  namespaceVocabulary,
  podVocabulary,
  portWords,
  type Vocabulary,
  type Word,
} from './vocabulary.ts';

/** Words to offer; `key` ones are followed by a colon. */
export interface Offer {
  readonly kind: 'key' | 'value';
  readonly words: readonly Word[];
}

const NOTHING: Offer = { kind: 'value', words: [] };

/** What the workspace has for a spot, without what stands there already. */
export async function offersAt(workspace: Workspace, spot: Spot, check: () => void): Promise<Offer> {
  const { path, place } = spot;
  if (path.join(' ') === 'metadata' && place.key === 'namespace')
    return { kind: 'value', words: namespaceNames([...workspace.scopes]) };
  const field = path.findLastIndex((step) => step === 'podSelector' || step === 'namespaceSelector');
  if (field >= 0) return inSelector(spot, path.slice(field + 1), vocabularyAt(workspace, spot, check));
  if (place.key === 'port' && path.at(-2) === 'ports')
    return { kind: 'value', words: await portsAt(workspace, spot, check) };
  return NOTHING;
}

/** `path` is the way below the selector. */
async function inSelector(spot: Spot, path: readonly string[], vocabulary: Vocabulary): Promise<Offer> {
  const { lines, line, place } = spot;
  const [list, item, values, value] = path;
  if (list === 'matchLabels' && path.length === 1) {
    if (place.key !== null) return { kind: 'value', words: await vocabulary.values(place.key) };
    const taken = fieldsAround(lines, { line, column: place.column }, false).map(({ key }) => key);
    return { kind: 'key', words: without(await vocabulary.keys(), taken) };
  }
  if (list !== 'matchExpressions' || item !== '[]') return NOTHING;
  if (values === undefined && place.key === 'key') return { kind: 'value', words: await vocabulary.keys() };
  if (values !== 'values' || value !== '[]' || place.key !== null) return NOTHING;
  // A list in brackets has no items of its own in the path.
  const requirement = place.items.at(place.flowItems.length > 0 ? -1 : -2);
  const fields = requirement ? fieldsOfItem(lines, requirement) : [];
  const key = fields.find((f) => f.key === 'key')?.value.replace(/^(["'])(.*)\1$/, '$2');
  const words = key === undefined ? [] : await vocabulary.values(key);
  return { kind: 'value', words: without(words, takenItems(spot)) };
}

function without(words: readonly Word[], taken: readonly string[]): Word[] {
  return words.filter(({ text }) => !taken.includes(text));
}

/** The labels of what the selector at the spot selects from. */
function vocabularyAt(workspace: Workspace, spot: Spot, check: () => void): Vocabulary {
  const all = [...workspace.scopes];
  if (spot.path.lastIndexOf('namespaceSelector') >= 0)
    return namespaceVocabulary(besides(workspace, spot) ?? all, check);
  const meant = scopesMeant(workspace, spot)?.filter(({ workloads }) => workloads.length > 0) ?? [];
  // Where nothing is known of the namespaces that are meant, the words of the others are better than none.
  return podVocabulary(meant.length > 0 ? meant : (besides(workspace, spot) ?? all), check);
}

function ownScope(workspace: Workspace, spot: Spot): NamespaceScope | null {
  const policy = policyAround(spot);
  return policy && workspace.scopeOf(policy);
}

/** Every namespace that is judged together with the policy's. */
function besides(workspace: Workspace, spot: Spot): NamespaceScope[] | null {
  const own = ownScope(workspace, spot);
  return own && [...lookupBeside(workspace, own).all()];
}

/** The namespaces whose pods the podSelector at the spot is about; null when that cannot be told. */
function scopesMeant(workspace: Workspace, spot: Spot): NamespaceScope[] | null {
  const policy = policyAround(spot);
  const own = policy && workspace.scopeOf(policy);
  if (!policy || !own) return null;
  if (spot.path[1] === 'podSelector') return [own];
  const peer = itemAround(spot, policy, spot.path.slice(0, spot.path.indexOf('podSelector')));
  const node = fieldOf(peer, 'namespaceSelector');
  if (isNull(node)) return [own];
  const selector = readSelector(node, spot.document.text);
  if (!selector) return null;
  const { sure, maybe } = namespacesMatching(selector, lookupBeside(workspace, own));
  return [...sure, ...maybe];
}

/** The ports of the pods at which connections of the rule end, else of any in the policy's namespace. */
async function portsAt(workspace: Workspace, spot: Spot, check: () => void): Promise<Word[]> {
  const resource = policyAround(spot);
  const policy = resource && policyOf(resource);
  const own = ownScope(workspace, spot);
  const direction = spot.path[1] === 'egress' ? 'Egress' : 'Ingress';
  const node = policy && itemAround(spot, policy.resource, spot.path.slice(0, 3));
  const rule = policy && rulesOf(policy, direction).rules.find((r) => r.node === node);
  const meant = policy && rule ? destinationsOf(workspace, policy, rule).flat() : [];
  const scopes = own && direction === 'Ingress' ? [own] : (besides(workspace, spot) ?? [...workspace.scopes]);
  const workloads = meant.length > 0 ? meant : scopes.flatMap((scope) => scope.workloads);
  const around = new Set(workloads.map((workload) => workspace.scopeOf(workload)));
  const services = [...around].flatMap((scope) => (scope ? servicesOf(scope, new Set(workloads)) : []));
  return portWords(workloads, services, check);
}

/** The Services of a namespace that select any of the workloads. */
function servicesOf(scope: NamespaceScope, workloads: ReadonlySet<Resource>): Resource[] {
  return scope.services.filter((service) => {
    const selector = serviceOf(service)?.selector;
    return selector && workloadsMatching(selector, scope).sure.some((workload) => workloads.has(workload));
  });
}
