/**
 * Owns what else can be done with a folder of manifests, to compare with: reading every file, and parsing every file with the
 * `yaml` package alone. Run by bench.ts in a process of its own; prints JSON.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Milliseconds of the work alone, without the start of the process, and its peak of resident memory in megabytes. */
export interface FolderWork {
  readonly took: number;
  readonly peak: number;
}

const [mode, folder] = process.argv.slice(2);
if (folder === undefined || (mode !== 'read' && mode !== 'parse'))
  throw new Error('usage: folder.ts read|parse FOLDER');
const started = performance.now();
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
  if (mode === 'parse') parseAllDocuments(text);
}
const work: FolderWork = {
  took: performance.now() - started,
  peak: process.resourceUsage().maxRSS / 1024,
};
console.log(JSON.stringify(work));
