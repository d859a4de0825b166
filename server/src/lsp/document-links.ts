/**
 * Owns the links in a document: from the rules that comments and annotations ignore to their pages, and from a kustomization to
 * the files it names.
 */
import type { CancellationToken, DocumentLink } from 'vscode-languageserver/node';
import type { YamlDocument } from '../core/document.ts';
import { isKustomization, KUSTOMIZATION_FILES } from '../core/kustomize/kustomization.ts';
import { folderOf, isRemote, resolve } from '../core/kustomize/uri.ts';
import { IGNORE_ANNOTATION, suppressionsIn } from '../core/suppression.ts';
import { asMap, asScalar, asSeq, get, type YamlNode } from '../core/yaml/nodes.ts';
import { asking } from './asking.ts';
import type { Session } from './session.ts';
import { mapInSlices } from './slices.ts';
import type { ClientStyle } from './style.ts';

/** Answers textDocument/documentLink, in slices. */
export async function documentLinks(
  session: Session,
  style: ClientStyle,
  clientUri: string,
  token: CancellationToken,
): Promise<DocumentLink[]> {
  const { uri, world, check } = await asking(session, clientUri, token);
  const linksIn = (document: YamlDocument): DocumentLink[] => [
    ...rulePages(session, style, document),
    ...(isKustomization(uri) ? filesNamed(session, style, document) : []),
  ];
  const documents = [...(world.workspace.files.get(uri)?.documents ?? [])];
  return (await mapInSlices(documents, linksIn, check)).flat();
}

function rulePages(session: Session, style: ClientStyle, document: YamlDocument): DocumentLink[] {
  return suppressionsIn(document).flatMap(({ at, by, ruleId }) => {
    const target = session.isRule(ruleId) ? style.ruleUri(ruleId) : null;
    if (target === null) return [];
    const start = by === 'annotation' ? startOfId(document, at.span.start) : at.span.start;
    const span = { start, end: start + ruleId.length };
    return [{ range: document.rangeOf(span), target, tooltip: `What ${ruleId} is about` }];
  });
}

function startOfId({ text }: YamlDocument, keyStart: number): number {
  return text.indexOf(IGNORE_ANNOTATION, keyStart) + IGNORE_ANNOTATION.length;
}

/** The fields whose entries name files or folders, or have a `path` that does. */
const FILE_LISTS = [
  'resources',
  'bases',
  'components',
  'crds',
  'configurations',
  'patchesStrategicMerge',
  'patches',
  'patchesJson6902',
  'replacements',
];

function filesNamed(session: Session, style: ClientStyle, document: YamlDocument): DocumentLink[] {
  const entries = FILE_LISTS.flatMap((field) => asSeq(get(document.yaml.root, field))?.items ?? []);
  return entries.flatMap((entry) => {
    const node = asMap(entry) ? get(entry, 'path') : entry;
    const target = node ? fileNamed(session, document, node) : null;
    return node && target !== null
      ? [{ range: document.rangeOf(node.span), target: style.clientUri(target) }]
      : [];
  });
}

/** The file of the workspace that a scalar names, or the kustomization of a folder; null where it knows none. */
function fileNamed(session: Session, document: YamlDocument, node: YamlNode): string | null {
  const path = asScalar(node)?.text ?? '';
  // A patch may be written out in place of its file's name.
  if (path.includes('\n') || isRemote(path)) return null;
  const named = resolve(folderOf(document.uri), path);
  if (named === null) return null;
  const candidates = [named, ...KUSTOMIZATION_FILES.map((name) => `${named}/${name}`)];
  return candidates.find((uri) => session.file(uri) !== null) ?? null;
}
