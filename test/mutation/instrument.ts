/**
 * Owns the instrumented text of a source file: every change of it at once, each behind a question to the global function
 * `$mutant` whether it is in force. With none in force the file does what it did.
 */
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Node, SourceFile } from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';
import { API } from 'typescript/unstable/sync';
import { repository } from '../../scripts/lib/process.ts';
import { type Change, changesIn } from './mutators.ts';

export interface Mutant extends Change {
  readonly id: number;
  /** Relative to the repository, with `/`. */
  readonly file: string;
  /** What is exchanged as a whole when the mutant is in force. */
  readonly host: { readonly start: number; readonly end: number; readonly isExpression: boolean };
}

export interface Instrumented {
  readonly mutants: readonly Mutant[];
  /** Instrumented texts by the URLs of their files. */
  readonly texts: ReadonlyMap<string, string>;
  /** The texts as they are, by the files' relative paths. */
  readonly originals: ReadonlyMap<string, string>;
}

/** Makes the mutants of `files` (absolute paths), in the order of the files and their texts. */
export function instrument(files: readonly string[]): Instrumented {
  const api = new API({ cwd: repository });
  try {
    const tsconfig = `${repository}/server/tsconfig.json`;
    const project = api.updateSnapshot({ openProjects: [tsconfig] }).getProjects()[0];
    if (!project) throw new Error(`TypeScript does not open ${tsconfig}`);
    const { program, checker } = project;
    const typeName = (expression: Node): string => {
      const type = checker.getTypeAtLocation(expression);
      return type ? checker.typeToString(type) : '';
    };
    const mutants: Mutant[] = [];
    const texts = new Map<string, string>();
    const originals = new Map<string, string>();
    for (const path of files) {
      const source = program.getSourceFile(path);
      if (!source) throw new Error(`${path} is not in ${tsconfig}`);
      const file = relative(repository, path).replaceAll('\\', '/');
      const byHost = new Map<Node, Mutant[]>();
      for (const [host, changes] of changesIn(source, typeName)) {
        const exchanged = {
          start: host.getStart(source),
          end: host.end,
          isExpression: is.isExpression(host),
        };
        byHost.set(
          host,
          changes.map((change) => ({ ...change, file, host: exchanged, id: 0 })),
        );
      }
      const inOrder = [...byHost.values()].flat().sort((a, b) => a.start - b.start || a.end - b.end);
      for (const mutant of inOrder) mutants.push(Object.assign(mutant, { id: mutants.length }));
      originals.set(file, source.text);
      texts.set(pathToFileURL(path).href, write(source, byHost));
    }
    return { mutants, texts, originals };
  } finally {
    api.close();
  }
}

/** The whole text of a mutant's file, `text` without it, as the mutant would have it written. */
export function mutated(text: string, mutant: Mutant): string {
  const { start, end, isExpression } = mutant.host;
  const changed = changedHost(text, mutant);
  return `${text.slice(0, start)}${isExpression ? `(${changed})` : changed || '{}'}${text.slice(end)}`;
}

function changedHost(text: string, { host, start, end, text: to }: Mutant): string {
  return text.slice(host.start, start) + to + text.slice(end, host.end);
}

/** The text of `file` with every node that has mutants exchanged for a choice between them and itself. */
function write(file: SourceFile, byHost: ReadonlyMap<Node, readonly Mutant[]>): string {
  const { text } = file;
  const textOf = (node: Node, from: number): string => {
    let result = '';
    let at = from;
    node.forEachChild((child) => {
      const start = child.getStart(file);
      // The words of a template belong to its first and following parts, which overlap nothing.
      if (start < at || child.end <= start) return;
      result += text.slice(at, start) + written(child);
      at = child.end;
    });
    return result + text.slice(at, node.end);
  };
  const written = (node: Node): string => {
    const start = node.getStart(file);
    const mutants = byHost.get(node) ?? [];
    const original = textOf(node, start);
    if (mutants.length === 0) return original;
    if (!is.isExpression(node)) return `{ if (!$mutant(${mutants[0]?.id})) ${original} }`;
    return `(${mutants.map((m) => `$mutant(${m.id}) ? (${changedHost(text, m)}) : `).join('')}${original})`;
  };
  return written(file);
}
