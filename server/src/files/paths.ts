/**
 * Owns how paths are compared and shown. Pure text: whether anything exists at a path is not its business.
 */
import nodePath from 'node:path';

/** POSIX or Windows rules; a parameter so that both can be tested anywhere. */
type Flavour = Pick<typeof nodePath, 'relative' | 'isAbsolute' | 'sep'>;

/** Whether `file` is `folder` or lies below it. Both are absolute. */
export function isInside(folder: string, file: string, flavour: Flavour = nodePath): boolean {
  const way = flavour.relative(folder, file);
  return way !== '..' && !way.startsWith(`..${flavour.sep}`) && !flavour.isAbsolute(way);
}

/** The way from `from` to `file` with `/`; absolute where there is none, as between two Windows drives. */
export function displayPath(from: string, file: string, flavour: Flavour = nodePath): string {
  const way = flavour.relative(from, file);
  return (way === '' ? '.' : way).replaceAll(flavour.sep, '/');
}
