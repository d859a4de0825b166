/**
 * Owns the way from bytes on disk to text: UTF-8, its byte order mark taken off but remembered. What is no text, or too much
 * of it, comes back as skipped, with the reason and what to do about it.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, open, read, readFile } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** A file's text. */
export interface Manifest {
  readonly path: string;
  readonly uri: string;
  /** Without a byte order mark. */
  readonly text: string;
  /** Whether the file starts with a byte order mark. */
  readonly bom: boolean;
}

/** A file that was not judged. */
export interface Skipped {
  readonly path: string;
  /** Why, to follow the file's name: "is UTF-16 text". */
  readonly reason: string;
  /** What to do about it, as a sentence. */
  readonly remedy: string;
  /** Whether the system refused it, so that the answer may lack what the file holds. */
  readonly unreadable: boolean;
}

export type ReadResult = { readonly manifest: Manifest } | { readonly skipped: Skipped };

/** Bytes. No manifest is as large: the API server takes objects of up to about 3 MB. */
export const MAX_SIZE = 10_000_000;

/** How many files are open at once. */
const PARALLEL = 16;

/** Reads one file. Never rejects. */
export function readManifest(path: string): Promise<ReadResult> {
  return new Promise((resolve) => {
    open(path, (error, file) => {
      if (error) return resolve({ skipped: refused(path, error) });
      readOpen(path, file, (result) => {
        closeSync(file);
        resolve(result);
      });
    });
  });
}

/**
 * In callbacks, and with the calls that never wait made at once: over ten thousand small files, promises of file handles take
 * several times as long.
 */
function readOpen(path: string, file: number, done: (result: ReadResult) => void): void {
  const finish = (error: Error | null, bytes: Buffer) =>
    done(error ? { skipped: refused(path, error) } : decode(path, pathToFileURL(path).href, bytes));
  const size = sizeOf(file);
  if (size > MAX_SIZE) {
    done(tooLarge(path, size));
  } else if (size === 0) {
    // Empty, or a pipe.
    readFile(file, finish);
  } else {
    const bytes = Buffer.allocUnsafe(size);
    read(file, bytes, 0, size, 0, (failure, count) => finish(failure, bytes.subarray(0, count)));
  }
}

/** In bytes; 0 where the system does not say. */
function sizeOf(file: number): number {
  try {
    return fstatSync(file).size;
  } catch {
    return 0;
  }
}

/** Reads many files, a bounded number at once; the results are in the order of `paths`. */
export async function readManifests(
  paths: readonly string[],
  onProgress: (done: number) => void = () => {},
): Promise<ReadResult[]> {
  const results: ReadResult[] = new Array(paths.length);
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < paths.length) {
      const i = next++;
      results[i] = await readManifest(paths[i] as string);
      onProgress(++done);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return results;
}

/** Reads the bytes of what is called `path` as text. */
export function decode(path: string, uri: string, bytes: Buffer): ReadResult {
  if (bytes.length > MAX_SIZE) return tooLarge(path, bytes.length);
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) return skip(path, 'is UTF-16 text', 'Save it as UTF-8.');
  if (bytes.includes(0)) {
    return skip(
      path,
      'is binary (it has a NUL byte)',
      'If it is no manifest, add it to `ignore` in the config.',
    );
  }
  if (!isUtf8(bytes)) return skip(path, 'is not UTF-8 text', 'Save it as UTF-8.');
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { manifest: { path, uri, text: bytes.toString('utf8', bom ? 3 : 0), bom } };
}

function tooLarge(path: string, size: number): ReadResult {
  const reason = `is too large (${(size / 1_000_000).toFixed(1)} MB; the limit is ${MAX_SIZE / 1_000_000} MB)`;
  return skip(path, reason, 'Split it, or add it to `ignore` in the config if it is no manifest.');
}

function skip(path: string, reason: string, remedy: string): ReadResult {
  return { skipped: { path, reason, remedy, unreadable: false } };
}

/** What a failed read or listing of `path` means for the person who asked for it. */
export function refused(path: string, error: unknown): Skipped {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const [reason, remedy] = REFUSALS[code] ?? [`cannot be read (${code})`, 'Check the disk and the path.'];
  return { path, reason, remedy, unreadable: code !== 'ENOENT' };
}

const REFUSALS: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['does not exist', 'Check the spelling, or the link that leads to it.'],
  EACCES: ['may not be read (permission denied)', 'Give read permission to the user who runs the check.'],
  EPERM: ['may not be read (not permitted)', 'Give read permission to the user who runs the check.'],
  ELOOP: ['is a link that leads back to itself', 'Remove the link.'],
  EISDIR: ['is a folder', 'Name the files in it, or the folder itself.'],
};
