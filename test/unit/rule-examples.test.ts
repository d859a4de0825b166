/** Runs every example of every rule: they are its documentation and its tests. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfig } from '../../server/src/core/config.ts';
import type { Diagnosis, Example, Fix, FixExample, Rule } from '../../server/src/core/rule.ts';
import { isAtLeast } from '../../server/src/core/severity.ts';
import { RULE_IDS, RULES } from '../../server/src/rules/index.ts';
import {
  applyFix,
  EXAMPLE_CONFIG_URI,
  EXAMPLE_URI,
  judge,
  judgeTyping,
  spanInFile,
  unmark,
  VARIANTS,
  type Variant,
} from '../support/example.ts';

for (const rule of RULES) {
  describe(rule.meta.id, () => {
    test('has a bad and a good example', () => {
      const bad = rule.meta.examples.filter((e) => unmark(e.yaml).spans.length > 0);
      assert.ok(bad.length > 0 && bad.length < rule.meta.examples.length);
    });
    for (const example of rule.meta.examples) {
      for (const variant of variantsOf(rule, example))
        test(`${example.title}, ${variant.name}`, () => checkExample(rule, example, variant));
    }
  });
}

/** Examples whose subject is the stream itself (syntax, suppression comments) are not rewritten as List items. */
function variantsOf(rule: Rule, example: Example): readonly Variant[] {
  const streamOnly = rule.on === 'document' || example.yaml.includes('# netpol-guard: ignore');
  return streamOnly ? VARIANTS.filter((v) => v.name !== 'inside kind: List') : VARIANTS;
}

function checkExample(rule: Rule, example: Example, variant: Variant): void {
  const { text, spans } = unmark(variant.write(example.yaml));
  const found = judge(text, example.config).filter((d) => d.rule.id === rule.meta.id);
  assert.deepEqual(
    found.map((d) => show(text, spanInFile(d))),
    spans.map((s) => show(text, s)),
  );
  const diagnosis = found[0];
  if (!diagnosis) return;
  assert.equal(spans.length, 1, 'a bad example marks exactly one span');
  if (example.severity) assert.equal(diagnosis.severity, example.severity);
  if (example.message) assert.ok(diagnosis.message.includes(example.message), diagnosis.message);
  const fixes = diagnosis.finding.fixes ?? [];
  const expected = example.fixes ?? [];
  assert.deepEqual(
    fixes.map(({ title, safe }) => ({ title, safe })),
    expected.map(({ title, safe }) => ({ title, safe })),
  );
  fixes.forEach((fix, i) => {
    const wanted = expected[i] as FixExample;
    const fixed = applyFix(text, fix, EXAMPLE_URI);
    assert.equal(fixed, variant.write(wanted.fixed), `the result of "${fix.title}"`);
    assert.deepEqual(created(fix.creates), Object.entries(wanted.creates ?? {}));
    if (wanted.config !== undefined) checkPrepared(example.config ?? '', fix, wanted.config);
    else if (!fix.creates) checkFixed(rule, text, fixed, example, wanted);
  });
}

/** What a fix adds to the config is refused until a person has completed it. */
function checkPrepared(config: string, fix: Fix, wanted: string): void {
  assert.equal(applyFix(config, fix, EXAMPLE_CONFIG_URI), wanted);
  assert.notDeepEqual(parseConfig(EXAMPLE_CONFIG_URI, wanted, RULE_IDS).problems, []);
}

function created(file: { uri: string; text: string } | undefined): [string, string][] {
  return file ? [[file.uri.slice(file.uri.lastIndexOf('/') + 1), file.text]] : [];
}

/**
 * A fix removes its finding and adds none beyond those the example lists. One that makes its finding milder instead lists
 * its own rule. What is only unknown, because an example is not a whole workspace, does not count as added.
 */
function checkFixed(rule: Rule, before: string, after: string, example: Example, wanted: FixExample): void {
  const found = { before: judge(before, example.config), after: judge(after, example.config) };
  const ids = (list: readonly Diagnosis[]) => list.map((d) => d.rule.id);
  const leaves = [...(wanted.leaves ?? [])].sort();
  const own = (list: readonly Diagnosis[]) => list.find((d) => d.rule.id === rule.meta.id)?.severity ?? 'off';
  const milder = isAtLeast(own(found.before), own(found.after)) && own(found.before) !== own(found.after);
  if (leaves.includes(rule.meta.id)) assert.ok(milder, 'the fix makes the finding milder');
  else assert.ok(!ids(found.after).includes(rule.meta.id), 'the fix removes the finding');
  const sure = found.after.filter((d) => d.finding.unknown === undefined);
  const added = ids(sure).filter((id) => id !== rule.meta.id && !ids(found.before).includes(id));
  assert.deepEqual(
    [...new Set(added)].sort(),
    leaves.filter((id) => id !== rule.meta.id),
    'findings the fix adds',
  );
}

function show(text: string, { start, end }: { start: number; end: number }): string {
  return `${start}: ${text.slice(start, end)}`;
}

test('every prefix of every example parses and lints without throwing', () => {
  const seen = new Set<string>();
  for (const rule of RULES)
    for (const example of rule.meta.examples) {
      const { text } = unmark(example.yaml);
      // Examples begin alike: what one has typed, the next need not type again.
      let from = 0;
      while (from < text.length && seen.has(text.slice(0, from + 1))) from++;
      for (let end = from; end < text.length; end++) seen.add(text.slice(0, end + 1));
      judgeTyping(text, from, example.config);
    }
});
