/**
 * Owns what a patch changes of the objects it is for, as far as policies depend on it: labels exactly, the rest as "may be
 * other than written". Semantics: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/.
 */
import { groupOf } from '../kinds.ts';
import { asMap, asSeq, asString, get, isNull, type YamlMap, type YamlNode } from '../yaml/nodes.ts';
import type { Target } from './kustomization.ts';

/** A label's new value; null when it is taken away. */
export type LabelChanges = ReadonlyMap<string, string | null>;

/** What a patch does to an object it is for. */
export interface Effect {
  readonly deletes: boolean;
  readonly labels: LabelChanges;
  readonly podLabels: LabelChanges;
  /** Whether the labels, those of the pods, or something else policies depend on may be other than can be told. */
  readonly unknown: { readonly labels: boolean; readonly pod: boolean; readonly spec: boolean };
}

/** An object as a patch looks for it: everything it is called, or was before it was renamed. */
export interface Candidate {
  readonly apiVersion: string;
  readonly kind: string;
  readonly names: readonly (string | null)[];
  readonly namespaces: readonly (string | null)[];
}

export interface Patch {
  /** Whether the patch is for this object: null when that cannot be told. */
  readonly isFor: (object: Candidate) => boolean | null;
  readonly effect: Effect;
  /** Where it stands, for people: a file's URI. */
  readonly uri: string;
}

const NONE: LabelChanges = new Map();
const NOTHING_UNKNOWN = { labels: false, pod: false, spec: false };
const NO_EFFECT: Effect = { deletes: false, labels: NONE, podLabels: NONE, unknown: NOTHING_UNKNOWN };
/** Of what cannot be read. */
const ANY_EFFECT: Effect = { ...NO_EFFECT, unknown: { labels: true, pod: true, spec: true } };

/** Reads a patch. `root` is its text, parsed; null when there is nothing to read. */
export function readPatchText(root: YamlNode | null, target: Target | null, uri: string): Patch {
  const operations = asSeq(root);
  const map = asMap(root);
  const isFor = target ? byTarget(target) : map ? byIdentity(map) : () => null;
  return {
    isFor,
    effect: operations ? ofOperations(operations.items) : map ? ofMerge(map) : ANY_EFFECT,
    uri,
  };
}

function byTarget({ group, version, kind, name, namespace, byLabels }: Target): Patch['isFor'] {
  const fits = (wanted: string | null, actual: readonly (string | null)[]): boolean | null => {
    if (wanted === null) return true;
    const pattern = wholly(wanted);
    if (!pattern || actual.includes(null)) return pattern ? anyOr(null, pattern, actual) : null;
    return anyOr(false, pattern, actual);
  };
  return (object) => {
    const verdicts = [
      fits(group, [groupOf(object.apiVersion)]),
      fits(version, [object.apiVersion.slice(object.apiVersion.indexOf('/') + 1)]),
      fits(kind, [object.kind]),
      fits(name, object.names),
      fits(namespace, object.namespaces),
      byLabels ? null : true,
    ];
    return verdicts.includes(false) ? false : verdicts.includes(null) ? null : true;
  };
}

function anyOr(otherwise: false | null, pattern: RegExp, actual: readonly (string | null)[]): boolean | null {
  return actual.some((value) => value !== null && pattern.test(value)) ? true : otherwise;
}

/** A pattern for the whole of a text; null when it is none that JavaScript knows. */
function wholly(pattern: string): RegExp | null {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return null;
  }
}

/** A patch without a target is for the object of its own kind and name, and of its own namespace if it names one. */
function byIdentity(map: YamlMap): Patch['isFor'] {
  const kind = asString(get(map, 'kind'));
  const apiVersion = asString(get(map, 'apiVersion'));
  const name = asString(get(get(map, 'metadata'), 'name'));
  const namespace = asString(get(get(map, 'metadata'), 'namespace'));
  return (object) => {
    if (kind !== object.kind || apiVersion === null || groupOf(apiVersion) !== groupOf(object.apiVersion))
      return false;
    if (name === null || object.names.includes(null)) return null;
    if (!object.names.includes(name)) return false;
    return namespace === null || object.namespaces.includes(namespace) ? true : null;
  };
}

/** The effect of a strategic merge: maps are merged, a null takes away, and lists may be merged or replaced. */
function ofMerge(map: YamlMap): Effect {
  const directive = asString(get(map, '$patch'));
  if (directive === 'delete') return { ...NO_EFFECT, deletes: true };
  if (directive !== null) return ANY_EFFECT;
  const labels = labelChanges(get(get(map, 'metadata'), 'labels'));
  const spec = get(map, 'spec');
  const template = get(get(spec, 'jobTemplate'), 'spec') ?? spec;
  const podLabels = labelChanges(get(get(get(template, 'template'), 'metadata'), 'labels'));
  // A Pod is its own template: what is said of its labels and its spec is said of the pod's.
  const isPod = asString(get(map, 'kind')) === 'Pod';
  const podSpec = isPod ? spec : get(get(template, 'template'), 'spec');
  return {
    deletes: false,
    labels: labels ?? NONE,
    podLabels: podLabels ?? NONE,
    unknown: {
      labels: labels === null,
      pod: podLabels === null || saysOfPods(podSpec),
      spec: spec !== undefined || ACCESS_FIELDS.some((field) => get(map, field) !== undefined),
    },
  };
}

function labelChanges(node: YamlNode | undefined): LabelChanges | null {
  if (node === undefined) return NONE;
  const map = asMap(node);
  if (!map) return null;
  const changes = new Map<string, string | null>();
  for (const { name, value } of map.effective) {
    const text = isNull(value) ? null : asString(value);
    if (name === '$patch' || (text === null && !isNull(value))) return null;
    changes.set(name, text);
  }
  return changes;
}

/** What an object of RBAC says, which has no spec. */
const ACCESS_FIELDS = ['rules', 'aggregationRule', 'subjects', 'roleRef'];

/** Fields of a pod's spec that decide which policies apply to it, and at which ports. */
const DECISIVE = ['hostNetwork', 'dnsPolicy', 'dnsConfig', '$patch', '$retainKeys'];
const CONTAINERS = ['containers', 'initContainers'];

function saysOfPods(podSpec: YamlNode | undefined): boolean {
  if (podSpec === undefined) return false;
  if (!asMap(podSpec) || DECISIVE.some((field) => get(podSpec, field) !== undefined)) return true;
  return CONTAINERS.flatMap((field) => asSeq(get(podSpec, field))?.items ?? []).some(
    (container) => get(container, 'ports') !== undefined || get(container, '$patch') !== undefined,
  );
}

/** The effect of JSON patch operations (RFC 6902). */
function ofOperations(operations: readonly YamlNode[]): Effect {
  const effect = {
    deletes: false,
    labels: new Map<string, string | null>(),
    podLabels: new Map<string, string | null>(),
    unknown: { ...NOTHING_UNKNOWN },
  };
  for (const operation of operations) {
    const path = asString(get(operation, 'path'));
    if (path === null) return ANY_EFFECT;
    const steps = path.split('/').slice(1).map(unescaped);
    const change = labelChange(operation);
    const inTemplate = steps.indexOf('template');
    if (steps[0] === 'metadata') {
      if (steps[1] === 'labels' && steps[2] !== undefined && change !== undefined)
        effect.labels.set(steps[2], change);
      else if (steps[1] !== 'annotations') effect.unknown.labels = true;
      continue;
    }
    effect.unknown.spec = true;
    const rest = steps.slice(inTemplate + 1);
    if (inTemplate < 0) effect.unknown.pod ||= steps[0] !== 'spec' || steps.length < 2;
    else if (rest[0] === 'metadata' && rest[1] === 'labels' && rest[2] !== undefined && change !== undefined)
      effect.podLabels.set(rest[2], change);
    else if (rest[1] !== 'annotations') effect.unknown.pod ||= mayDecide(rest);
  }
  return effect;
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The value an operation gives a label, null when it takes it away; undefined when it is not that simple. */
function labelChange(operation: YamlNode): string | null | undefined {
  const op = asString(get(operation, 'op'));
  if (op === 'remove') return null;
  return op === 'add' || op === 'replace' ? (asString(get(operation, 'value')) ?? undefined) : undefined;
}

/** Fields below which a pod's template says nothing of what policies look at. */
const HARMLESS = new Set(['env', 'envFrom', 'image', 'imagePullPolicy', 'resources', 'volumeMounts', 'args']);
const HARMLESS_OF_POD = new Set(['volumes', 'tolerations', 'nodeSelector', 'affinity', 'securityContext']);

function mayDecide([spec, field, , inner]: readonly string[]): boolean {
  if (spec !== 'spec' || field === undefined) return true;
  if (HARMLESS_OF_POD.has(field)) return false;
  return !(CONTAINERS.includes(field) && inner !== undefined && HARMLESS.has(inner));
}
