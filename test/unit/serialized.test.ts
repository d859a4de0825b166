// Lists that are sent again and again: their JSON is what JSON.stringify makes of them, in ASCII, and hardly any of it is made anew.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { joinParts, listJson } from '../../server/src/lsp/serialized.ts';
import { randomFrom } from '../support/random-yaml.ts';

type Part = readonly { readonly n: number; readonly text: string }[];

let next = 0;
function part(): Part {
  return Array.from({ length: 1 + (next % 3) }, () => ({ n: next++, text: 'größer als "1" \u2028 🚀' }));
}

function json(list: readonly unknown[]): string {
  const pieces = listJson(list);
  assert.ok(pieces);
  return pieces.join('');
}

suite('lists whose JSON is kept', () => {
  test('other values are none', () => {
    assert.equal(listJson([1]), null);
    assert.equal(listJson(undefined), null);
    assert.equal(listJson('items'), null);
  });

  test('a list without parts', () => {
    assert.equal(json(joinParts([])), '[]');
  });

  test('after random changes the JSON is that of the list, and ASCII', () => {
    const random = randomFrom(5);
    let parts = Array.from({ length: 300 }, part);
    let list = joinParts(parts);
    for (let round = 0; round < 200; round++) {
      const at = random.below(parts.length + 1);
      const fresh = Array.from({ length: random.below(round % 20 === 0 ? 200 : 3) }, part);
      parts = parts.toSpliced(at, random.below(round % 30 === 0 ? 150 : 3), ...fresh);
      list = joinParts(parts, list);
      const text = json(list);
      assert.deepEqual(JSON.parse(text), parts.flat());
      assert.match(text, /^[ -~]*$/);
    }
  });

  test('one part that changes leaves nearly all of the JSON as it was', () => {
    const parts = Array.from({ length: 1000 }, part);
    const list = joinParts(parts);
    const before = new Set(listJson(list));
    const after = listJson(joinParts(parts.with(500, part()), list)) ?? [];
    const anew = after.filter((piece) => !before.has(piece));
    assert.ok(anew.length <= 2, `${anew.length} pieces`);
    assert.ok(after.length > 20);
  });
});
