/**
 * Owns running the rules over what was read.
 */
import type { Day } from '../core/day.ts';
import { createLinter } from '../core/lint.ts';
import type { SourceFile } from '../core/source-file.ts';
import { type ScopeListener, Workspace } from '../core/workspace.ts';
import { configsInForce } from '../files/config-file.ts';
import type { Selection } from '../files/selection.ts';
import type { JudgedFile } from '../report/report.ts';
import { RULES } from '../rules/index.ts';

/** Told of a rule that threw on the file with this URI. */
type OnRuleError = (ruleId: string, error: unknown, uri: string) => void;

/** The files of one workspace, and what the rules say of them. */
export interface Judgement {
  readonly selection: Selection;
  /** Judges the reported files as they are now. What did not change since is not judged again. */
  judged(): JudgedFile[];
  /** Takes a new text for a file. */
  setText(uri: string, text: string): void;
}

export interface Judging {
  readonly today: Day;
  readonly onRuleError: OnRuleError;
  readonly onProgress: (step: 'Parsed' | 'Checked', done: number, total: number) => void;
}

/** Takes in the files of one workspace, so that those to report can be judged in the light of all of them. */
export function judge(selection: Selection, { today, onRuleError, onProgress }: Judging): Judgement {
  const { manifests, reported, config, subfolders } = selection;
  let invalidate: ScopeListener = () => {};
  const workspace = new Workspace((...change) => invalidate(...change));
  const linter = createLinter(() => workspace, {
    rules: RULES,
    configs: configsInForce(config, subfolders),
    today,
    onRuleError,
  });
  const files: { path: string; file: SourceFile }[] = [];
  workspace.together(() => {
    for (const [i, { path, uri, text }] of manifests.entries()) {
      onProgress('Parsed', i, manifests.length);
      files.push({ path, file: workspace.set(uri, text) });
    }
  });
  invalidate = linter.invalidate;
  const shown = files.filter(({ path }) => reported.has(path));
  return {
    selection,
    judged: () =>
      shown.map(({ file }, i) => {
        onProgress('Checked', i, shown.length);
        const documents = file.documents.map((document) => ({
          document,
          diagnoses: linter.diagnose(document),
        }));
        return { uri: file.uri, documents };
      }),
    setText: (uri, text) => {
      workspace.set(uri, text);
    },
  };
}
