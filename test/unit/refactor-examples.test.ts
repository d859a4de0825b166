// Refactorings of every example of every rule: what comes out can be read, and means what it should.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEdits } from '../../server/src/core/safe-fixes.ts';
import { SourceFile } from '../../server/src/core/source-file.ts';
import { DIRECTIONS } from '../../server/src/engine/direction.ts';
import { rulesOf } from '../../server/src/engine/policy.ts';
import { type LabelPlace, labelPlacesIn } from '../../server/src/refactor/label-places.ts';
import { peerRefactorings } from '../../server/src/refactor/peers.ts';
import { type LabelTarget, labelAt, renameLabel } from '../../server/src/refactor/rename-label.ts';
import { RULES } from '../../server/src/rules/index.ts';
import { firstDifference, policiesIn } from '../support/allowed.ts';
import { unmark, VARIANTS, type Variant } from '../support/example.ts';

/** Each in one of the ways of writing it, so that all of them take their turn. */
const TEXTS = [...new Set(RULES.flatMap(({ meta }) => meta.examples.map(({ yaml }) => unmark(yaml).text)))]
  .filter((text) => text.length < 5000)
  .map((text, i) => (VARIANTS[i % VARIANTS.length] as Variant).write(text));

const NEW = 'a-new.name';

function fileOf(text: string): SourceFile {
  return new SourceFile('file:///workspace/example.yaml', text);
}

function problems(file: SourceFile): number {
  return file.documents.reduce((sum, document) => sum + document.yaml.problems.length, 0);
}

/** The places as they read, with the label renamed. */
function shown(places: readonly LabelPlace[], target: LabelTarget | null): unknown[] {
  return places.map(({ owner, key, values }) => {
    const isIt = target?.owner === owner && target.key === key;
    return [
      owner,
      isIt && target.value === null ? NEW : key,
      values.map(({ text }) => (isIt && text === target.value ? NEW : text)),
    ];
  });
}

test('every label can be renamed, and back again', () => {
  let count = 0;
  for (const text of TEXTS) {
    const file = fileOf(text);
    const done = new Set<string>();
    for (const document of file.documents)
      for (const { keyNode, values } of labelPlacesIn(document))
        for (const node of [keyNode, ...values.map((value) => value.node)]) {
          const target = labelAt(document, node.span.start);
          if (!target || 'refused' in target) continue;
          const id = JSON.stringify([target.owner, target.key, target.value]);
          if (done.has(id)) continue;
          done.add(id);
          const renaming = renameLabel(file.documents, target, NEW);
          if ('refused' in renaming) continue;
          count++;
          const after = fileOf(applyEdits(text, renaming.edits));
          assert.equal(problems(after), problems(file), after.text);
          const places = after.documents.flatMap(labelPlacesIn);
          assert.deepEqual(
            shown(places, null),
            shown(file.documents.flatMap(labelPlacesIn), target),
            after.text,
          );
        }
  }
  assert.ok(count > 200, String(count));
});

test('every merge narrows, and every split widens', () => {
  let count = 0;
  for (const text of TEXTS)
    for (const policy of policiesIn(text)) {
      if (!policy) continue;
      const { document } = policy.resource;
      for (const direction of DIRECTIONS)
        for (const { peers } of rulesOf(policy, direction).rules)
          for (const { node } of peers.kind === 'some' ? peers.items : [])
            for (const { kind, edits } of peerRefactorings(policy, {
              start: node.span.start,
              end: node.span.start,
            })) {
              count++;
              const after = applyEdits(text, edits);
              assert.equal(problems(fileOf(after)), 0, after);
              const fixed = policiesIn(after).find(
                (other) =>
                  other?.resource.document.start === document.start &&
                  other.resource.name === policy.resource.name,
              );
              assert.ok(fixed, after);
              const difference = firstDifference([policy], [fixed]);
              const direction = kind === 'split' ? /false → true$/ : /true → false$/;
              if (difference !== null) assert.match(difference, direction, after);
            }
    }
  assert.ok(count > 20, String(count));
});
