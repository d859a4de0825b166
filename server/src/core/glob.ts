/**
 * Owns the matching of names against globs with `*` and `?`. Names have no path separators; file globs are not its business.
 */

const cache = new Map<string, RegExp>();

/** Whether all of `name` matches `glob`, in which `*` stands for any text and `?` for one character. */
export function matchesGlob(glob: string, name: string): boolean {
  let pattern = cache.get(glob);
  if (!pattern) {
    const source = glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replaceAll('?', '.');
    pattern = new RegExp(`^${source}$`, 's');
    cache.set(glob, pattern);
  }
  return pattern.test(name);
}
