/**
 * Owns judging several files together, given by their paths, and saying of what is found what a test looks at.
 */
import { createLinter, type Linter } from '../../server/src/core/lint.ts';
import type { Diagnosis, Fix, Rule } from '../../server/src/core/rule.ts';
import { Workspace } from '../../server/src/core/workspace.ts';
import { RULES } from '../../server/src/rules/index.ts';

export type Files = Readonly<Record<string, string>>;

const ROOT = 'file:///workspace/';

export function uriOf(path: string): string {
  return ROOT + path;
}

export function pathOf(uri: string): string {
  return uri.slice(ROOT.length);
}

export interface TestWorld {
  readonly workspace: Workspace;
  readonly linter: Linter;
  /** Files that were announced to have moved. */
  readonly moved: Set<string>;
  /** Everything that is found, by path. */
  diagnose(): Diagnosis[];
}

export function worldOf(files: Files, rules: readonly Rule[] = RULES): TestWorld {
  const moved = new Set<string>();
  const workspace: Workspace = new Workspace(
    (scope, change) => linter.invalidate(scope, change),
    (uri) => moved.add(pathOf(uri)),
  );
  const linter: Linter = createLinter(() => workspace, { rules });
  workspace.together(() => {
    for (const [path, text] of Object.entries(files)) workspace.set(uriOf(path), text);
  });
  return {
    workspace,
    linter,
    moved,
    diagnose: () =>
      [...workspace.files.keys()]
        .sort()
        .flatMap((uri) => workspace.files.get(uri)?.documents ?? [])
        .flatMap((document) => [...linter.diagnose(document)]),
  };
}

/** `path rule severity namespace/name`, without hints unless they are asked for. */
export function lines(found: readonly Diagnosis[], hints = false): string[] {
  return found
    .filter(({ severity }) => hints || severity !== 'hint')
    .map(({ rule, severity, finding, resource }) => {
      const what = resource ? `${resource.namespace ?? ''}/${resource.name}` : '';
      return `${pathOf(finding.at.document.uri)} ${rule.id} ${severity} ${what}`;
    });
}

/** The files after a fix. */
export function fixed(files: Files, { edits, creates }: Fix): Files {
  const result: Record<string, string> = { ...files };
  for (const edit of [...edits].sort((a, b) => offset(b) - offset(a))) {
    const path = pathOf(edit.at.document.uri);
    const { start } = edit.at.document;
    const text = result[path] ?? '';
    result[path] =
      text.slice(0, start + edit.at.span.start) + edit.text + text.slice(start + edit.at.span.end);
  }
  if (creates) result[pathOf(creates.uri)] = creates.text;
  return result;
}

function offset({ at }: Fix['edits'][number]): number {
  return at.document.start + at.span.start;
}
