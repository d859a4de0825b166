/**
 * Owns what the extension and the page of the Reachability panel say to each other. Types only.
 */
import type { Reachability, Why, WhyParams, WhyPlace } from '../../server/src/lsp/protocol-reachability.ts';

/** What the page keeps while it is hidden and when the editor starts again. */
export interface Saved {
  /** The document whose surroundings are shown; null for the first folder. */
  readonly uri: string | null;
  /** What was chosen among several worlds; null for the document's own. */
  readonly world: string | null;
  readonly view: object;
}

export type Question = Pick<WhyParams, 'from' | 'to' | 'protocol' | 'port'>;

export type ToPage =
  | { readonly type: 'picture'; readonly picture: Reachability; readonly uri: string | null }
  | { readonly type: 'why'; readonly question: Question; readonly why: Why }
  /** Why there is no picture, or none that is up to date: a sentence. */
  | { readonly type: 'problem'; readonly text: string };

export type FromPage =
  /** The page is there: first of all, and again whenever it was hidden. */
  | { readonly type: 'ready'; readonly world: string | null }
  | { readonly type: 'world'; readonly world: string }
  | { readonly type: 'why'; readonly question: Question }
  | { readonly type: 'reveal'; readonly place: WhyPlace }
  | { readonly type: 'export'; readonly format: 'svg' | 'mermaid'; readonly text: string };
