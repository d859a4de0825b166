/**
 * Owns the edit that puts one peer in the place of the ipBlocks that together are the world.
 */
import type { YamlDocument } from '../core/document.ts';
import type { Edit } from '../core/rule.ts';
import { removeItem, replaceValue } from '../core/yaml/edit.ts';
import type { Json } from '../core/yaml/json.ts';
import { asSeq, type YamlSeq } from '../core/yaml/nodes.ts';
import type { World } from '../engine/world.ts';
import { joinCuts } from './edit-peer.ts';

/** The edits that put `peer` into each list of peers that has blocks of `world`, and take the blocks out. */
export function replaceBlocks(document: YamlDocument, { blocks }: World, peer: Json): Edit[] | null {
  const done = new Set<YamlSeq>();
  const edits: Edit[] = [];
  for (const block of blocks) {
    const { peers } = block.rule;
    const list = peers.kind === 'some' ? asSeq(peers.pair.value) : null;
    if (!list) return null;
    const { node } = block.peer;
    const edit = done.has(list) ? removeItem(document, list, node) : replaceValue(document, node, peer);
    if (!edit) return null;
    done.add(list);
    edits.push(edit);
  }
  return joinCuts(edits);
}
