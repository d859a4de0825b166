/**
 * Owns the outline: the objects of a file, and of a NetworkPolicy its selector and rules.
 */
import {
  type CancellationToken,
  type DocumentSymbol,
  type SymbolInformation,
  SymbolKind,
} from 'vscode-languageserver/node';
import type { YamlDocument } from '../core/document.ts';
import { nameNode, type Resource, resourcesOf } from '../core/resource.ts';
import { contains } from '../core/span.ts';
import type { YamlPair } from '../core/yaml/nodes.ts';
import { DIRECTIONS, RULES_FIELD } from '../engine/direction.ts';
import { type Policy, policyOf, rulesOf } from '../engine/policy.ts';
import { describeSelector } from '../engine/selector.ts';
import type { Session } from './session.ts';
import { contentModified, mapInSlices, throwIfCancelled } from './slices.ts';
import type { ClientStyle } from './style.ts';
import { canonicalUri } from './uri.ts';

/** Answers textDocument/documentSymbol, in slices; as a list of objects where the client cannot show a tree. */
export async function documentSymbols(
  session: Session,
  style: ClientStyle,
  clientUri: string,
  token: CancellationToken,
): Promise<DocumentSymbol[] | SymbolInformation[]> {
  const uri = canonicalUri(clientUri);
  const version = session.versionOf(uri);
  const check = () => {
    throwIfCancelled(token);
    if (session.versionOf(uri) !== version) throw contentModified();
  };
  const symbolsIn = (document: YamlDocument) => resourcesOf(document).map((r) => symbolOf(document, r));
  const documents = [...(session.file(uri)?.documents ?? [])];
  const symbols = (await mapInSlices(documents, symbolsIn, check)).flat();
  if (style.symbolTree) return symbols;
  return symbols.map(({ name, kind, range }) => ({ name, kind, location: { uri: clientUri, range } }));
}

function symbolOf(document: YamlDocument, resource: Resource): DocumentSymbol {
  const policy = resource.role === 'policy' ? policyOf(resource) : null;
  const name = nameNode(resource).span;
  // A name may come from an anchor elsewhere; what an outline selects has to be inside the object.
  const selected = contains(resource.root.span, name)
    ? name
    : (resource.root.pairs[0]?.key ?? resource.root).span;
  return {
    name: resource.name || resource.kind,
    detail: resource.namespace === null ? resource.kind : `${resource.kind} in ${resource.namespace}`,
    kind: resource.role === 'policy' ? SymbolKind.Class : SymbolKind.Object,
    range: document.rangeOf(resource.root.span),
    selectionRange: document.rangeOf(selected),
    children: policy ? childrenOf(document, policy) : [],
  };
}

function childrenOf(document: YamlDocument, policy: Policy): DocumentSymbol[] {
  const symbols: DocumentSymbol[] = [];
  const { pair, selector } = policy.podSelector;
  if (pair)
    symbols.push(pairSymbol(document, pair, selector ? describeSelector(selector) : '', SymbolKind.Field));
  for (const direction of DIRECTIONS) {
    const { pair: rulesPair, rules } = rulesOf(policy, direction);
    if (!rulesPair) continue;
    const detail = rules.length === 1 ? '1 rule' : `${rules.length} rules`;
    symbols.push(pairSymbol(document, rulesPair, detail, SymbolKind.Array, RULES_FIELD[direction]));
  }
  return symbols;
}

function pairSymbol(
  document: YamlDocument,
  pair: YamlPair,
  detail: string,
  kind: SymbolKind,
  name: string = pair.name,
): DocumentSymbol {
  const range = document.rangeOf({
    start: pair.key.span.start,
    end: Math.max(pair.key.span.end, pair.value.span.end),
  });
  return { name, detail, kind, range, selectionRange: document.rangeOf(pair.key.span) };
}
