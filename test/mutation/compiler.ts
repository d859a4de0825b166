/**
 * Owns whether TypeScript accepts a mutant. One that it refuses could not have been written by mistake: the build would have
 * stopped it, so it says nothing about the tests.
 */
import { join } from 'node:path';
import { API, type Snapshot } from 'typescript/unstable/sync';
import { repository } from '../../scripts/lib/process.ts';
import { type Instrumented, type Mutant, mutated } from './instrument.ts';

export class Compiler {
  private readonly originals: Instrumented['originals'];
  /** The file that is not as it is on disk, and its text. */
  private changed: { readonly path: string; readonly text: string } | null = null;
  private readonly api = new API({
    cwd: repository,
    fs: { readFile: (path) => (path === this.changed?.path ? this.changed.text : undefined) },
  });
  private snapshot: Snapshot;

  constructor({ originals }: Instrumented) {
    this.originals = originals;
    this.snapshot = this.api.updateSnapshot({ openProjects: [`${repository}/server/tsconfig.json`] });
  }

  /** Only the mutant's own file is looked at: what others see of it is written out in its types. */
  accepts(mutant: Mutant): boolean {
    const path = join(repository, mutant.file);
    const stale = this.changed?.path ?? path;
    this.changed = { path, text: mutated(this.originals.get(mutant.file) ?? '', mutant) };
    const before = this.snapshot;
    this.snapshot = this.api.updateSnapshot({ fileChanges: { changed: [...new Set([stale, path])] } });
    before.dispose();
    const program = this.snapshot.getProjects()[0]?.program;
    if (!program) throw new Error('TypeScript has lost the project');
    const problems = [program.getSyntacticDiagnostics(path), program.getSemanticDiagnostics(path)].flat();
    return problems.length === 0;
  }

  close(): void {
    this.api.close();
  }
}
