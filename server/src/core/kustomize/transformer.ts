/**
 * Owns what the transformers that a kustomization lists do, as far as kustomize's own are concerned: those that leave alone what
 * policies look at, and those that write labels. Semantics: https://kubectl.docs.kubernetes.io/references/kustomize/builtins/.
 */
import { asMap, asSeq, asString, get, type YamlNode } from '../yaml/nodes.ts';
import { type LabelSet, pairsOf } from './kustomization.ts';

const HARMLESS: ReadonlySet<string> = new Set([
  'AnnotationsTransformer',
  'ImageTagTransformer',
  'ReplicaCountTransformer',
  'HashTransformer',
]);

/** The labels that the transformer configured in `root` writes, none for one that changes nothing else; null for any other. */
export function labelsOfTransformer(root: YamlNode | null): LabelSet[] | null {
  const kind = asString(get(root, 'kind'));
  if (asString(get(root, 'apiVersion')) !== 'builtin' || kind === null) return null;
  if (HARMLESS.has(kind)) return [];
  return kind === 'LabelTransformer' ? labelSet(root) : null;
}

/** Null where labels go anywhere but to objects and to the pods of workloads. */
function labelSet(root: YamlNode | null): LabelSet[] | null {
  const specs = asSeq(get(root, 'fieldSpecs'))?.items ?? [];
  const kinds = new Set<string>();
  let all = false;
  for (const spec of specs) {
    const path = asString(get(spec, 'path')) ?? '';
    const kind = asString(get(spec, 'kind'));
    if (path === 'metadata/labels' && kind === null) all = true;
    else if (/^spec\/(?:jobTemplate\/spec\/)?template\/metadata\/labels$/.test(path) && kind !== null)
      kinds.add(kind);
    else return null;
  }
  const labels = asMap(get(root, 'labels'));
  const pairs = pairsOf(get(root, 'labels'));
  if (!all || !labels || pairs.size !== labels.effective.length) return null;
  return [{ pairs, selectors: false, templates: kinds.size > 0, kinds }];
}
