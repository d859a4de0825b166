/**
 * Owns the text of a snapshot file: writing it, and reading it with what is wrong at which key. What it means is decided elsewhere.
 */
import snapshotSchema from '../../../schemas/snapshot.schema.json' with { type: 'json' };
import { YamlDocument } from '../core/document.ts';
import { validateSnapshot } from '../core/schema/validators.generated.ts';
import { violationsOf } from '../core/schema/violation.ts';
import { type FileProblem, type FileWords, type KeySchema, schemaProblems } from '../core/schema/words.ts';
import type { Json } from '../core/yaml/json.ts';
import type { Snapshot } from './snapshot.ts';

export interface SnapshotFile {
  /** Null where there are problems. */
  readonly snapshot: Snapshot | null;
  /** With spans in the text. */
  readonly problems: readonly FileProblem[];
}

const WORDS: FileWords = {
  schema: snapshotSchema as KeySchema,
  whole: 'a snapshot',
  pattern: (where) => `${where} is not what a snapshot has there.`,
};

const NO_JSON =
  'This is no JSON, so it is no snapshot, or not all of one. Write a new one with netpol-guard snapshot.';

/** Reads the text of a snapshot file. Only where it is not what it should be is it parsed a second time, to find the places. */
export function readSnapshot(uri: string, text: string): SnapshotFile {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return { snapshot: null, problems: [{ span: { start: 0, end: 0 }, message: NO_JSON }] };
  }
  const isSound: (value: unknown) => boolean = validateSnapshot;
  if (isSound(value)) return { snapshot: value as unknown as Snapshot, problems: [] };
  const { root } = new YamlDocument(uri, text).yaml;
  const problems = root ? schemaProblems(violationsOf(validateSnapshot, value, root), WORDS) : [];
  return { snapshot: null, problems: problems.length > 0 ? problems : [NO_PLACE] };
}

const NO_PLACE: FileProblem = {
  span: { start: 0, end: 0 },
  message: 'This is no snapshot. Write one with netpol-guard snapshot.',
};

/** One object to a line, so that two snapshots can be compared. */
export function snapshotText({ namespaces, pods, policies, ...head }: Snapshot): string {
  const start = JSON.stringify(head, null, 2).slice(0, -2);
  const lists = Object.entries({ namespaces, pods, policies }).map(([key, items]) => {
    const lines = items.map((item) => `    ${JSON.stringify(item)}`);
    return `  ${JSON.stringify(key)}: [${lines.length > 0 ? `\n${lines.join(',\n')}\n  ` : ''}]`;
  });
  return `${start},\n${lists.join(',\n')}\n}\n`;
}
