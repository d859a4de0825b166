/**
 * Owns renaming the key or the value of a label wherever the same label is meant: on pods or namespaces, and in everything that
 * selects them. A renaming changes no allowed connection; where it would, or where it cannot be sure, it is refused.
 */
import type { Place, YamlDocument } from '../core/document.ts';
import { labelKeyProblem, labelValueProblem } from '../core/names.ts';
import { resourcesOf } from '../core/resource.ts';
import type { Edit } from '../core/rule.ts';
import { touches } from '../core/span.ts';
import { asScalar, get, type YamlNode } from '../core/yaml/nodes.ts';
import { replaceString } from '../core/yaml/reshape.ts';
import { hasAction, isTemplate } from '../core/yaml/template.ts';
import { NAMESPACE_NAME_LABEL } from '../engine/dns-servers.ts';
import { setByController } from '../engine/isolation.ts';
import { type LabelOwner, type LabelPlace, labelPlacesIn } from './label-places.ts';

/** A label's key, or one value of it, at one place. */
export interface LabelTarget {
  readonly owner: LabelOwner;
  readonly key: string;
  /** Null when it is the key that is to be renamed. */
  readonly value: string | null;
  readonly document: YamlDocument;
  readonly node: YamlNode;
}

/** Why something cannot be renamed, as a sentence for people, and the place that stands in the way. */
export interface Refusal {
  readonly refused: string;
  readonly because?: Place;
}

export interface Renaming {
  readonly edits: readonly Edit[];
  /** Documents that name it in text that cannot be read, or in policies of other kinds, and stay as they are. */
  readonly left: readonly YamlDocument[];
}

/** The label of pods or of namespaces that stands at `offset`; null where no label does. */
export function labelAt(document: YamlDocument, offset: number): LabelTarget | Refusal | null {
  for (const { owner, key, keyNode, values } of labelPlacesIn(document)) {
    if (touches(keyNode.span, offset)) return checked({ owner, key, value: null, document, node: keyNode });
    const value = values.find(({ node }) => touches(node.span, offset));
    if (value) return checked({ owner, key, value: value.text, document, node: value.node });
  }
  const other = resourcesOf(document).find(({ metadata }) => {
    const labels = get(metadata, 'labels');
    return labels && touches(labels.span, offset);
  });
  return other
    ? {
        refused: `This is a label of the ${other.kind} itself, by which neither pods nor namespaces are selected.`,
      }
    : null;
}

/** The target, unless others than the author of the manifests decide on it. */
function checked(target: LabelTarget): LabelTarget | Refusal {
  const { owner, key, value } = target;
  if (isTemplate(value ?? key))
    return { refused: 'This is template text. Rename the label where its value comes from.' };
  if (owner === 'namespaces' && key === NAMESPACE_NAME_LABEL)
    return {
      refused: `Kubernetes sets ${key} to the namespace's name. To mean another namespace, edit this place alone.`,
    };
  if (owner === 'pods' && setByController(key))
    return { refused: `A controller sets ${key} on its pods, so that it cannot be renamed.` };
  return target;
}

/** The edits in `documents`, which are everything that may name the label. */
export function renameLabel(
  documents: Iterable<YamlDocument>,
  target: LabelTarget,
  newText: string,
): Renaming | Refusal {
  const { owner, key, value } = target;
  const isKey = value === null;
  const problem = isKey ? labelKeyProblem(newText) : labelValueProblem(newText);
  if (problem) return { refused: `"${newText}" is no label ${isKey ? 'key' : 'value'}: it ${problem}.` };
  if (newText === (value ?? key)) return { edits: [], left: [] };
  const read = [...documents];
  const all = read.flatMap(labelPlacesIn);
  const own = all.filter((place) => place.owner === owner);
  const clash = isKey
    ? own.find((place) => place.key === newText)?.keyNode
    : own.filter((place) => place.key === key).flatMap(valueNamed(newText))[0];
  const holder = clash && own.find((place) => place.keyNode === clash || hasValue(place, clash));
  if (clash && holder) return alreadyUsed(target, newText, holder, clash);
  const edits = editsAt(all, target, newText);
  if (!Array.isArray(edits)) return edits;
  const edited = new Set(edits.map(({ at }) => at.document));
  return { edits, left: read.filter((document) => !edited.has(document) && mayNameIt(document, target)) };
}

/** Whether a document names the label, perhaps, where its places cannot be told. */
function mayNameIt(document: YamlDocument, { key, value }: LabelTarget): boolean {
  const { text } = document;
  if (!text.includes(key) || (value !== null && !text.includes(value))) return false;
  return (
    hasAction(text) ||
    document.soundUntil !== Number.POSITIVE_INFINITY ||
    resourcesOf(document).some(
      ({ role, apiVersion }) =>
        role === 'other-policy' && !apiVersion.startsWith('policy.networking.k8s.io/'),
    )
  );
}

function valueNamed(text: string): (place: LabelPlace) => YamlNode[] {
  return ({ values }) => values.filter((value) => value.text === text).map(({ node }) => node);
}

function hasValue({ values }: LabelPlace, node: YamlNode): boolean {
  return values.some((value) => value.node === node);
}

function alreadyUsed(
  { owner, key, value }: LabelTarget,
  newText: string,
  { document }: LabelPlace,
  { span }: YamlNode,
): Refusal {
  const label = value === null ? newText : `${key}=${newText}`;
  const subject = value === null ? `The label key ${label}` : `The label ${label}`;
  return {
    refused: `${subject} is used already for ${owner}, and the two would become one, which may change what is allowed. To change only this place, edit it.`,
    because: { document, span },
  };
}

/** A node to be written anew, in its document. */
interface Spot {
  readonly document: YamlDocument;
  readonly node: YamlNode;
}

function spotsIn(places: readonly LabelPlace[], { key, value }: LabelTarget): Spot[] {
  const same = places.filter((place) => place.key === key);
  if (value === null) return same.map(({ document, keyNode }) => ({ document, node: keyNode }));
  return same.flatMap((place) =>
    valueNamed(value)(place).map((node) => ({ document: place.document, node })),
  );
}

function editsAt(all: readonly LabelPlace[], target: LabelTarget, newText: string): Edit[] | Refusal {
  const own = all.filter(({ owner }) => owner === target.owner);
  const others = all.filter(({ owner }) => owner !== target.owner);
  const foreign = new Set(
    spotsIn(
      others.filter(({ forAll }) => !forAll),
      target,
    ).map(({ node }) => asScalar(node)),
  );
  const isSelectedBy =
    spotsIn(
      others.filter(({ selects }) => selects),
      target,
    ).length > 0;
  const forAll = new Set(own.filter((place) => place.forAll).map(({ document }) => document));
  const spots = spotsIn(own, target);
  const nodes = new Set(spots.map(({ node }) => node));
  const edits = new Map<YamlNode, Edit>();
  for (const { document, node } of spots) {
    const because = { document, span: node.span };
    const scalar = asScalar(node);
    if (foreign.has(scalar) || (isSelectedBy && forAll.has(document))) return { refused: SHARED, because };
    // What an alias stands for is renamed where it is written, if that is a place of the label itself.
    if (node.kind === 'alias' && scalar && nodes.has(scalar)) continue;
    const edit =
      node.kind === 'alias'
        ? withoutAlias(document, node, newText)
        : rewritten(document, node, nodes, newText);
    if (!edit) return { refused: UNEDITABLE, because };
    edits.set(node, edit);
  }
  return [...edits.values()];
}

const SHARED =
  'One text gives this label to pods and to namespaces, and both are selected by it. Rename it by hand.';
const UNEDITABLE =
  'The label is written in a way that cannot be edited safely: as a block scalar, with a tag, or anchored for something else. Rename it by hand.';

/** Writes the text in place of an alias: what the alias stands for is no label, and stays. */
function withoutAlias(document: YamlDocument, node: YamlNode, text: string): Edit | null {
  const plain = { kind: 'scalar', style: 'plain', span: node.span, text: '', value: '' } as const;
  return replaceString(document, plain, text);
}

/** Writes the text in place of a scalar; null where an alias elsewhere, which is no place of the label, stands for it, too. */
function rewritten(
  document: YamlDocument,
  node: YamlNode,
  places: ReadonlySet<YamlNode>,
  text: string,
): Edit | null {
  if (node.kind !== 'scalar' || isTemplate(node.text)) return null;
  const isShared =
    node.anchor !== undefined && aliasesOf(document.yaml.root, node).some((alias) => !places.has(alias));
  return isShared ? null : replaceString(document, node, text);
}

/** The aliases below `root` that stand for `target`. */
function aliasesOf(root: YamlNode | null, target: YamlNode): YamlNode[] {
  if (!root) return [];
  if (root.kind === 'alias') return root.target === target ? [root] : [];
  if (root.kind === 'seq') return root.items.flatMap((item) => aliasesOf(item, target));
  if (root.kind === 'map')
    return root.pairs.flatMap(({ key, value }) => [...aliasesOf(key, target), ...aliasesOf(value, target)]);
  return [];
}
