/**
 * Owns the picture as Mermaid text, for a README or a pull request: https://mermaid.js.org/syntax/flowchart.html.
 */
import type { State } from './rows.ts';
import type { Scene } from './scene.ts';

/** Legible on light and dark ground. */
const COLOURS: Readonly<Record<State, string | null>> = {
  allowed: null,
  gained: '#1a7f37',
  lost: '#cf222e',
  unknown: '#9a6700',
};

const SIGNS: Readonly<Record<State, string>> = { allowed: '', gained: '+ ', lost: '− ', unknown: '? ' };

export function mermaidOf({ boxes, links }: Scene): string {
  const names = new Map<string, string>();
  const lines = ['flowchart LR'];
  boxes.forEach((box, i) => {
    const whose =
      box.contractor === null ? '' : ` (contractor${box.contractor === '' ? '' : ` ${box.contractor}`})`;
    lines.push(`  subgraph box${i}[${quoted(box.title + whose)}]`);
    for (const node of box.nodes) {
      const name = `n${names.size}`;
      names.set(node.id, name);
      lines.push(`    ${name}[${quoted(node.title)}]`);
    }
    lines.push('  end');
  });
  for (const { from, to, state, text } of links) {
    const arrow = state === 'allowed' ? '-->' : state === 'gained' ? '==>' : '-.->';
    lines.push(`  ${names.get(from)} ${arrow}|${quoted(SIGNS[state] + text)}| ${names.get(to)}`);
  }
  for (const [state, colour] of Object.entries(COLOURS)) {
    const places = links.flatMap((link, place) => (link.state === state ? [place] : []));
    if (colour !== null && places.length > 0)
      lines.push(`  linkStyle ${places.join(',')} stroke:${colour},color:${colour}`);
  }
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('&', '#amp;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;')}"`;
}
