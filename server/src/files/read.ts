/**
 * Owns the way from bytes on disk to text: UTF-8, its byte order mark taken off but remembered. What is no text, or too much
 * of it, comes back as skipped, with the reason and what to do about it.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, open, read } from 'node:fs';
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
  /** Whether the answer may lack what the file holds: the system refused it, or NetworkPolicies are named in what was skipped. */
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
    search(file, (named) => done(tooLarge(path, size, named)));
  } else if (size === 0) {
    readPipe(file, finish);
  } else {
    const bytes = Buffer.allocUnsafe(size);
    read(file, bytes, 0, size, 0, (failure, count) => finish(failure, bytes.subarray(0, count)));
  }
}

/** Reads a file that does not say its size, at most one byte more than is judged: a device may never end. */
function readPipe(file: number, done: (error: Error | null, bytes: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const next = () => {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    read(file, chunk, 0, chunk.length, null, (error, count) => {
      chunks.push(chunk.subarray(0, count));
      length += count;
      if (error || count === 0 || length > MAX_SIZE) done(error, Buffer.concat(chunks));
      else next();
    });
  };
  next();
}

/** The name in UTF-8, and in UTF-16 of either byte order: the zero bytes between its letters are on the other side. */
const POLICY_NAMES = (['utf8', 'utf16le'] as const).map((encoding) => Buffer.from('NetworkPolicy', encoding));

/** Whether bytes that are not judged name NetworkPolicies. */
function namesPolicies(bytes: Buffer): boolean {
  return POLICY_NAMES.some((name) => bytes.includes(name));
}

/** Looks through a file that is too large to be judged for NetworkPolicies. */
function search(file: number, done: (named: boolean) => void): void {
  const chunk = Buffer.allocUnsafe(1 << 20);
  // The end of one chunk is kept in front of the next, since a name may lie across both.
  const overlap = 64;
  const next = (position: number) =>
    read(file, chunk, 0, chunk.length, position, (error, count) => {
      if (!error && namesPolicies(chunk.subarray(0, count))) done(true);
      else if (error || count < chunk.length) done(error !== null);
      else next(position + count - overlap);
    });
  next(0);
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
  if (bytes.length > MAX_SIZE) return tooLarge(path, bytes.length, namesPolicies(bytes));
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) return skip(path, 'is UTF-16 text', 'Save it as UTF-8.', namesPolicies(bytes));
  if (bytes.includes(0)) {
    return skip(
      path,
      'is binary (it has a NUL byte)',
      'If it is no manifest, add it to `ignore` in the config.',
      namesPolicies(bytes),
    );
  }
  if (!isUtf8(bytes)) return skip(path, 'is not UTF-8 text', 'Save it as UTF-8.', namesPolicies(bytes));
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { manifest: { path, uri, text: bytes.toString('utf8', bom ? 3 : 0), bom } };
}

function tooLarge(path: string, size: number, named: boolean): ReadResult {
  const reason = `is too large (${(size / 1_000_000).toFixed(1)} MB; the limit is ${MAX_SIZE / 1_000_000} MB)`;
  return skip(path, reason, 'Split it, or add it to `ignore` in the config if it is no manifest.', named);
}

function skip(path: string, reason: string, remedy: string, named: boolean): ReadResult {
  return {
    skipped: {
      path,
      reason: named ? `${reason} and names NetworkPolicies` : reason,
      remedy,
      unreadable: named,
    },
  };
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
