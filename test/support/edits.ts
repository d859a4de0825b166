/**
 * Owns random texts and edits that are likely to move the borders of YAML documents, and a plain model of what an edit does to
 * a string by the Language Server Protocol.
 */
import fc from 'fast-check';
import type { Edit } from '../../server/src/core/source-file.ts';

const FRAGMENTS = [
  ...[
    '---',
    '---\n',
    '--- ',
    '---x',
    '...',
    '...\n',
    '... # end\n',
    '%YAML 1.1\n',
    '%',
    '#',
    '# note\n',
    ' ',
    '\t',
  ],
  ...[
    '\n',
    '\n\n',
    '\r\n',
    '\r',
    '\uFEFF',
    'a: 1\n',
    '  b: 2\n',
    '- c\n',
    'k: |\n  text\n',
    '|\n',
    '"',
    "'",
    '[',
    '}',
  ],
  ...['\u{1F680}', '\uD83D', '\uDE80', '-', '.', ':', 'kind: NetworkPolicy\n', '\u2028', '*a', '&a x\n', 'é'],
];

/** Text made of what matters to the borders of documents. */
export const fragments = fc
  .array(fc.constantFrom(...FRAGMENTS), { maxLength: 12 })
  .map((parts) => parts.join(''));

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - {}
`;

/** A file of documents, policies among them. */
export const files = fc
  .array(fc.oneof(fragments, fc.constant(POLICY), fc.constant('---\n'), fc.constant(`---\n${POLICY}`)), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

const position = fc.record({
  line: fc.oneof(fc.integer({ min: -1, max: 40 }), fc.integer({ min: 0, max: 6 })),
  character: fc.oneof(fc.integer({ min: -1, max: 30 }), fc.integer({ min: 0, max: 3 }), fc.constant(0)),
});

/** An edit whose ends may be anywhere, in any order, even outside of the text. Most are short. */
export const edits: fc.Arbitrary<Edit> = fc
  .tuple(position, position, fc.integer({ min: 0, max: 3 }), fc.oneof(fragments, fc.constant('')))
  .map(([start, other, reach, text]) => {
    const near = { line: start.line + (reach >> 1), character: start.character + reach };
    return { start, end: reach === 3 ? other : near, text };
  });

/** The offset of a position by the protocol: lines end with LF, CRLF or CR, and what is out of range is clamped. */
function offsetOf(text: string, { line, character }: Edit['start']): number {
  if (line < 0) return 0;
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  if (/[\r\n]$/.test(text) || text === '') lines.push('');
  if (line >= lines.length) return text.length;
  const start = lines.slice(0, line).join('').length;
  const content = (lines[line] as string).replace(/[\r\n]+$/, '');
  return start + Math.min(Math.max(0, character), content.length);
}

/** What the protocol says `text` is after `edit`. */
export function edited(text: string, edit: Edit): string {
  const start = offsetOf(text, edit.start);
  const end = Math.max(start, offsetOf(text, edit.end));
  return text.slice(0, start) + edit.text + text.slice(end);
}
