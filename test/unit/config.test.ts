/** The config file as people write it: what counts, and what is said where something does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../server/src/core/config.ts';

const RULE_IDS = new Set(['world-cidr', 'peer-and-or']);
const parse = (text: string) => parseConfig('file:///.netpol-guard.yaml', text, RULE_IDS);

/** Each problem as `marked text: message`. */
function problems(text: string): string[] {
  return parse(text).problems.map(({ span, message }) => `${text.slice(span.start, span.end)}: ${message}`);
}

test('a rule is switched off with off, which YAML reads as false, and with "off"', () => {
  const { config, problems } = parse('rules:\n  world-cidr: off\n  peer-and-or: "off"\n');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    [...config.rules],
    [
      ['world-cidr', 'off'],
      ['peer-and-or', 'off'],
    ],
  );
});

test('a severity that there is not is one problem', () => {
  assert.deepEqual(problems('rules:\n  world-cidr: fatal\n'), [
    'fatal: rules.world-cidr must be one of error, warning, info, hint, off',
  ]);
});

test('a release without quotes is a number, in which 1.30 would be 1.3', () => {
  assert.deepEqual(problems('kubernetes: 1.30\n'), ['1.30: kubernetes must be a string: put it in quotes']);
  assert.equal(parse('kubernetes: "1.30"\n').config.kubernetesMinor, 30);
});

test('an unknown rule is named', () => {
  assert.deepEqual(problems('rules:\n  wordl-cidr: off\n'), [
    'wordl-cidr: There is no rule "wordl-cidr". List them with: netpol-guard rules',
  ]);
});
