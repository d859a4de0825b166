/**
 * Owns putting folded namespaces together that are alike: each has the same kinds of connections to the same kinds of others.
 * What is in a picture otherwise is decided elsewhere.
 */
import { textOf } from './rows.ts';
import type { Box, Link, Scene } from './scene.ts';

/** Colours are told apart in this many rounds at most; one more would hardly ever tell more apart. */
const ROUNDS = 4;

export function alikeBoxes(scene: Scene): Scene {
  const foldable = scene.boxes.filter(({ isFolded, kind }) => isFolded && kind === 'namespace');
  if (foldable.length < 2) return scene;
  const colours = coloursOf(foldable, scene.links);
  const groups = Map.groupBy(foldable, ({ id }) => colours.get(id));
  const merged = new Map<string, Box>();
  for (const group of groups.values())
    if (group.length > 1) {
      const box = together(group);
      for (const { id } of group) merged.set(id, box);
    }
  if (merged.size === 0) return scene;
  const boxes = [...new Set(scene.boxes.map((box) => merged.get(box.id) ?? box))];
  const nodeOf = (id: string) => merged.get(id)?.id ?? id;
  return { boxes, links: rejoined(scene.links, nodeOf) };
}

/** A text for each box, the same for those that are alike. Boxes and their only nodes have the same ids. */
function coloursOf(boxes: readonly Box[], links: readonly Link[]): Map<string, string> {
  let colours = new Map(boxes.map(({ id, contractor }) => [id, contractor ?? '-']));
  const touching = new Map<string, Link[]>();
  for (const link of links)
    for (const id of new Set([link.from, link.to]))
      if (colours.has(id)) {
        const known = touching.get(id);
        if (known) known.push(link);
        else touching.set(id, [link]);
      }
  let count = new Set(colours.values()).size;
  for (let round = 0; round < ROUNDS; round++) {
    const numbers = new Map<string, number>();
    const next = new Map<string, string>();
    for (const { id } of boxes) {
      const seen = new Set((touching.get(id) ?? []).map((link) => sideOf(link, id, colours)));
      const key = `${colours.get(id)}\n${[...seen].sort().join('\n')}`;
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      next.set(id, String(number));
    }
    colours = next;
    if (numbers.size === count) break;
    count = numbers.size;
  }
  return colours;
}

function sideOf({ from, to, state, text }: Link, own: string, colours: ReadonlyMap<string, string>): string {
  if (from === to) return `self ${state} ${text}`;
  const other = from === own ? to : from;
  return `${from === own ? 'to' : 'from'} ${state} ${text} ${colours.get(other) ?? other}`;
}

function together(group: readonly Box[]): Box {
  const [first] = group as [Box];
  const names = group.flatMap(({ namespaces }) => namespaces);
  const id = `alike ${names[0]}`;
  return {
    ...first,
    id,
    title: `${names[0]} + ${names.length - 1} alike`,
    namespaces: names,
    nodes: [
      {
        id,
        title: `${names.length} namespaces`,
        details: names.join('\n'),
        change: null,
      },
    ],
  };
}

function rejoined(links: readonly Link[], nodeOf: (id: string) => string): Link[] {
  const found = Map.groupBy(links, ({ from, to, state }) => `${state} ${nodeOf(from)} > ${nodeOf(to)}`);
  return [...found].map(([id, same]) => {
    const [first] = same as [Link];
    if (same.length === 1 && first.id === id) return first;
    const rows = same.flatMap((link) => link.rows);
    return {
      id,
      state: first.state,
      from: nodeOf(first.from),
      to: nodeOf(first.to),
      rows,
      text: textOf(rows),
    };
  });
}
