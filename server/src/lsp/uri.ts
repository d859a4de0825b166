/**
 * Owns the one spelling of a file URI that the server works with. Editors escape differently; a file must not be two files.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What was asked for last: while somebody types, every message names the same file. */
let last = { uri: '', canonical: '' };

/** The URI as Node spells it; other schemes, and file URIs Node cannot read, stay as they are. */
export function canonicalUri(uri: string): string {
  if (last.uri !== uri) last = { uri, canonical: canonicalOf(uri) };
  return last.canonical;
}

function canonicalOf(uri: string): string {
  if (!uri.startsWith('file:')) return uri;
  try {
    return pathToFileURL(fileURLToPath(uri)).href;
  } catch {
    return uri;
  }
}

/** The path of a file URI, or null for anything else. */
export function pathOf(uri: string): string | null {
  if (!uri.startsWith('file:')) return null;
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}

/** The folder part of a URI, with its slash at the end. */
export function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/') + 1);
}
