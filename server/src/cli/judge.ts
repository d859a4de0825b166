/**
 * Owns running the rules over what was read.
 */
import { createLinter } from '../core/lint.ts';
import { Workspace } from '../core/workspace.ts';
import { configsInForce } from '../files/config-file.ts';
import type { Selection } from '../files/selection.ts';
import type { JudgedFile } from '../report/report.ts';
import { RULES } from '../rules/index.ts';

/** Told of a rule that threw on the file with this URI. */
export type OnRuleError = (ruleId: string, error: unknown, uri: string) => void;

/** Judges the reported files of one workspace in the light of all of them. */
export function judge(
  selection: Selection,
  onRuleError: OnRuleError,
  onProgress: (step: 'Parsed' | 'Checked', done: number, total: number) => void,
): JudgedFile[] {
  const { manifests, reported, config, subfolders } = selection;
  const workspace = new Workspace();
  const linter = createLinter(() => workspace, {
    rules: RULES,
    configs: configsInForce(config, subfolders),
    onRuleError,
  });
  const files = manifests.map(({ path, uri, text }, i) => {
    onProgress('Parsed', i, manifests.length);
    return { path, file: workspace.set(uri, text) };
  });
  const shown = files.filter(({ path }) => reported.has(path));
  return shown.map(({ file }, i) => {
    onProgress('Checked', i, shown.length);
    const documents = file.documents.map((document) => ({ document, diagnoses: linter.diagnose(document) }));
    return { uri: file.uri, documents };
  });
}
