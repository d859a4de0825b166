// Recorded answers of Kubernetes' own strict decoder (test/fixtures/yaml-scalars): what it refuses, our rules report, and what it
// takes, they do not call undecodable. README.md there says how the recordings are made.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { judge } from '../support/example.ts';

const fixtures = path.join(import.meta.dirname, '../fixtures/yaml-scalars');
const read = (file: string) => JSON.parse(readFileSync(path.join(fixtures, file), 'utf8'));

interface RecordedPolicy {
  readonly name: string;
  readonly yaml: string;
  readonly ok: boolean;
}

const policies: readonly RecordedPolicy[] = read('policy-decode.json').policies;

/** The rules that say that a text cannot be decoded, or not strictly. */
const DECODING = new Set(['unknown-field', 'wrong-type', 'duplicate-key', 'yaml-syntax']);
const CONFIG = 'kubernetes: "1.37"\n';

/** What the recordings refuse and we do not report, by reason. */
const SILENT: Readonly<Record<string, readonly string[]>> = {
  'apiVersion and kind name no networking.k8s.io/v1 NetworkPolicy, so the text is not ours to judge': [
    'apiversion',
    'Kind',
    'kind: 1',
    'kind: true',
    'kind: [a]',
    'kind: Pod',
    'kind: NetworkPolicyList',
    'apiVersion: 1',
    'scalar input',
    'sequence input',
    'List',
  ],
  'it is template text': ['podSelector: {matchLabels: {{ x }}}'],
  'a key that overrides what was merged in front of it works with kubectl and every tool that sends JSON': [
    'merge with override',
  ],
};

/** What the recordings take and we report, by reason. */
const STRICTER: Readonly<Record<string, readonly string[]>> = {
  'the recording decodes the first of two documents, we judge both': ['second document'],
};

function reports({ yaml }: RecordedPolicy): string[] {
  return judge(yaml, CONFIG)
    .filter((d) => d.rule.family === 'validity' && d.severity === 'error')
    .map((d) => d.rule.id);
}

suite('policies that the decoder refuses are reported', () => {
  const silent = Object.values(SILENT).flat();
  for (const policy of policies.filter((p) => !p.ok)) {
    const wanted = !silent.includes(policy.name);
    test(`${policy.name}${wanted ? '' : ' (not)'}`, () =>
      assert.equal(reports(policy).length > 0, wanted, reports(policy).join()));
  }
});

suite('policies that the decoder takes are not called undecodable', () => {
  const stricter = Object.values(STRICTER).flat();
  for (const policy of policies.filter((p) => p.ok && !stricter.includes(p.name)))
    test(policy.name, () =>
      assert.deepEqual(
        reports(policy).filter((id) => DECODING.has(id)),
        [],
      ),
    );
});

test('every exception names a recording', () => {
  const names = new Set(policies.map((p) => p.name));
  const exceptions = [...Object.values(SILENT), ...Object.values(STRICTER)].flat();
  assert.deepEqual(
    exceptions.filter((name) => !names.has(name)),
    [],
  );
});
