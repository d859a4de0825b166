/**
 * Owns the meaning of `ignore` in a config: globs, relative to the config's folder, of what is left out.
 */
import picomatch from 'picomatch';

/**
 * A test for paths relative to the config's folder, with `/`. A glob that matches a folder leaves out everything in it,
 * with or without `/**` at its end; files whose names start with a dot are no exception.
 */
export function ignoreTest(globs: readonly string[]): (relativePath: string) => boolean {
  const patterns = globs
    .map((glob) => glob.replace(/^\.?\/+/, '').replace(/\/+$/, ''))
    .filter((g) => g !== '');
  if (patterns.length === 0) return () => false;
  // Without `nonegate`, "!a" would match everything but a; the schema refuses it, and this stays harmless.
  return picomatch(patterns, { dot: true, nonegate: true });
}
