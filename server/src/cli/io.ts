/**
 * Owns the world as the command line sees it: streams, working directory, environment. Everything real is passed in by the
 * entry point, so that a test can run a command inside its own process.
 */

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** The width of the terminal. */
  readonly columns?: number | undefined;
}

export interface Io {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly version: string;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** The address of a rule's page; null when there is none. */
  readonly docsOf: (ruleId: string) => string | null;
  /** The address of a rule's page on the web; null when the project has none. */
  readonly webPageOf: (ruleId: string) => string | null;
  /** Starts the language server on the process's own streams. */
  readonly serveLsp: () => Promise<void>;
}

/** Whether to colour what goes to `output`. https://no-color.org; FORCE_COLOR beats it, as Node itself does it. */
export function usesColor(output: Output, env: Io['env']): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = env;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (no !== undefined && no !== '') return false;
  return output.isTTY === true && term !== 'dumb';
}

/** Lines longer than this are hard to read, however wide the terminal. */
const WIDEST = 100;

/** Columns to wrap text to; null where the output is no terminal, since a pipe has no width. */
export function widthOf(output: Output): number | null {
  return output.isTTY ? Math.min(WIDEST, Math.max(40, output.columns ?? 80)) : null;
}
