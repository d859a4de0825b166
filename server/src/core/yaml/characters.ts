/**
 * Owns what the API server's YAML reader sees in the raw text of a document: which characters it refuses, what it takes for a
 * line break, and which directives it knows. The parser underneath follows YAML 1.2 in all of these.
 */
import type { YamlProblem } from './problem.ts';

const REFUSED = /[^\t\n\r -~\u0085\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** The first character that makes the reader refuse the whole text, wherever it stands, even in a comment. */
export function refusedCharacter(text: string): YamlProblem | null {
  const found = REFUSED.exec(text);
  if (!found) return null;
  const code = (found[0].codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
  return {
    kind: 'syntax',
    span: { start: found.index, end: found.index + found[0].length },
    message: `The invisible character U+${code} is not allowed in YAML, not even in a comment; delete it`,
  };
}

/** `text` with a line feed in place of every single-character line break that only the server's reader sees as one. */
export function withLineFeeds(text: string): string {
  return /[\r\u0085\u2028\u2029]/.test(text) ? text.replace(/\r(?!\n)|[\u0085\u2028\u2029]/g, '\n') : text;
}

/** The directives in front of a document's `---` that the reader refuses. */
export function refusedDirectives(text: string): YamlProblem[] {
  if (!/^\uFEFF?(?:[ \t]*(?:#.*)?[\r\n])*%/.test(text)) return [];
  const problems: YamlProblem[] = [];
  let versions = 0;
  for (const { 0: line, index } of text.matchAll(/^\uFEFF?[^\r\n]+/gm)) {
    if (/^\uFEFF?[ \t]*(?:#|$)/.test(line)) continue;
    if (line[0] !== '%') break;
    const name = /^%\S*/.exec(line)?.[0] as string;
    if (name === '%YAML') versions++;
    const message = objectionTo(name, line, versions);
    if (message !== null)
      problems.push({ kind: 'syntax', span: { start: index, end: index + line.length }, message });
  }
  return problems;
}

function objectionTo(name: string, line: string, versions: number): string | null {
  if (name === '%TAG') return null;
  if (name !== '%YAML') return `The API server knows no directive ${name}; delete this line`;
  if (versions > 1) return 'The version of YAML is given twice; delete one of the lines';
  return /^%YAML[ \t]+1\.1[ \t]*(?:#.*)?$/.test(line)
    ? null
    : 'The API server reads YAML 1.1 and refuses files that declare another version; delete this line';
}
