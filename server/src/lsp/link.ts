/**
 * Owns turning places of the workspace into the locations a client is sent.
 */
import type { Location, LocationLink, Range as LspRange } from 'vscode-languageserver/node';
import type { Place } from '../core/document.ts';
import { nameNode, type Resource } from '../core/resource.ts';
import { contains } from '../core/span.ts';
import { rangeOf } from './convert.ts';

/** The URI under which the client knows a file. */
export type ClientUri = (uri: string) => string;

export function locationOf(place: Place, clientUri: ClientUri): Location {
  return { uri: clientUri(place.document.uri), range: rangeOf(place) };
}

/** A link from `origin` that shows the whole of `resource` and selects `place` in it. */
export function linkTo(
  resource: Resource,
  place: Place,
  origin: LspRange,
  clientUri: ClientUri,
): LocationLink {
  const whole = contains(resource.root.span, place.span) ? resource.root.span : place.span;
  return {
    originSelectionRange: origin,
    targetUri: clientUri(place.document.uri),
    targetRange: rangeOf({ document: place.document, span: whole }),
    targetSelectionRange: rangeOf(place),
  };
}

/** Where an object is named. */
export function nameOf(resource: Resource): Place {
  return { document: resource.document, span: nameNode(resource).span };
}

/** The same things once each, in the order of files and text, by the places they are at. */
export function distinct<T>(things: readonly T[], placeOf: (thing: T) => Place): T[] {
  const keyOf = ({ document, span }: Place) => `${document.uri} ${document.start + span.start}`;
  const byKey = new Map(things.map((thing) => [keyOf(placeOf(thing)), thing]));
  return [...byKey.values()].sort((a, b) => inFileOrder(placeOf(a), placeOf(b)));
}

function inFileOrder(a: Place, b: Place): number {
  if (a.document.uri !== b.document.uri) return a.document.uri < b.document.uri ? -1 : 1;
  return a.document.start + a.span.start - b.document.start - b.span.start;
}
