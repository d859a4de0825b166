/** Owns what the main thread and the threads that run tests say to each other. */

export interface WorkerData {
  /** Instrumented texts by URL. */
  readonly texts: ReadonlyMap<string, string>;
  /** The repository. */
  readonly root: string;
  /** The mutant in force while modules are loaded; -1 for none. */
  readonly active: number;
  /** How many mutants there are. */
  readonly count: number;
  /** Which test of the order runs, and since when (milliseconds since 1970; 0 for none). Written by the thread. */
  readonly clock: BigInt64Array<SharedArrayBuffer>;
}

export interface TestId {
  /** Relative to the repository. */
  readonly file: string;
  readonly name: string;
}

export type Order =
  /** Loads the sources. */
  | { readonly kind: 'warm' }
  | { readonly kind: 'survey'; readonly files: readonly string[] }
  /** Runs tests under a mutant (-1 for none) until one fails. */
  | { readonly kind: 'tests'; readonly mutant: number; readonly tests: readonly TestId[] };

export interface SurveyedTest extends TestId {
  /** Milliseconds of work, and those that loading its file anew takes. */
  readonly took: number;
  readonly loading: number;
  readonly failure: string | null;
  /** Ids of the mutants that it, or the loading of its file, comes by. */
  readonly reaches: readonly number[];
}

export interface Survey {
  readonly kind: 'survey';
  /** Ids of the mutants that the loading of the sources comes by. */
  readonly loading: readonly number[];
  readonly tests: readonly SurveyedTest[];
  /** Test files that cannot be loaded here. */
  readonly broken: readonly { readonly file: string; readonly why: string }[];
}

export type Answer =
  | Survey
  | { readonly kind: 'warm' }
  | { readonly kind: 'tests'; readonly failure: { readonly index: number; readonly why: string } | null };
