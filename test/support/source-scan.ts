// Reads TypeScript just far enough to judge it: its code without comments and text, and what it imports.
// A parser would do it too, but this needs none and stays fast over the whole tree.

/** What follows one of these starts a regular expression and not a division. */
const beforeRegExp = /(?:^|[(,=:[!&|?{};+*%~^<>-]|\b(?:return|typeof|case|in|of|void|throw|yield|await))\s*$/;

const regExp = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const comment = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const quoted = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y;
/** The text of a template from its opening backtick, or from the end of a substitution, to where code resumes. */
const templateText = /[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{|$)/y;

interface Piece {
  /** Characters of the source that it covers. */
  length: number;
  /** What stands for it when text is left out. */
  code: string;
  /** What stands for it when strings are kept; absent when that is the same. */
  string?: string;
}

function* piecesOf(source: string): Generator<Piece> {
  // One entry per open template substitution: how many of its braces are open.
  const substitutions: number[] = [];
  let before = '';
  for (let at = 0; at < source.length; ) {
    const piece = pieceAt(source, at, before, substitutions);
    yield piece;
    at += piece.length;
    before = (before + piece.code).slice(-40);
  }
}

function pieceAt(source: string, at: number, before: string, substitutions: number[]): Piece {
  const char = source.charAt(at);
  const string = matchAt(quoted, source, at);
  if (string !== undefined) return { length: string.length, code: "''", string };
  const remark = matchAt(comment, source, at);
  if (remark !== undefined) return { length: remark.length, code: remark.replaceAll(/[^\n]+/g, ' ') };
  const pattern = beforeRegExp.test(before) ? matchAt(regExp, source, at) : undefined;
  if (pattern !== undefined) return { length: pattern.length, code: '/ /' };
  const depth = substitutions.at(-1);
  if (char === '`' || (char === '}' && depth === 0)) {
    if (char === '}') substitutions.pop();
    const text = matchAt(templateText, source, at) ?? char;
    // A substitution keeps the template open; what it holds is code.
    if (text.endsWith('${')) substitutions.push(0);
    return { length: text.length, code: text.endsWith('${') ? `${char}\${` : '``' };
  }
  if (depth !== undefined && char === '{') substitutions[substitutions.length - 1] = depth + 1;
  if (depth !== undefined && char === '}') substitutions[substitutions.length - 1] = depth - 1;
  return { length: 1, code: char };
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** The code of a source text, without comments, regular expressions and the text of strings and templates. */
export function codeOnly(source: string): string {
  return Array.from(piecesOf(source), ({ code }) => code).join('');
}

export interface Import {
  specifier: string;
  /** Erased by the compiler: `import type` and `export type`. */
  typeOnly: boolean;
}

const importForms = [
  /(?:^|[;}\n])\s*(?:import|export)\b(?!\s*\()(?<type>\s+type\b(?!\s*(?:,|from\b)))?[^;'"]*?\bfrom\s*['"](?<specifier>[^'"]+)['"]/g,
  /(?:^|[;}\n])\s*import\s*['"](?<specifier>[^'"]+)['"]/g,
  /\b(?:import|require)\s*\(\s*['"](?<specifier>[^'"]+)['"]/g,
];

/** Every module that a source text imports, exports from, requires or loads on demand; types too. */
export function importsOf(source: string): Import[] {
  const code = Array.from(piecesOf(source), (piece) => piece.string ?? piece.code).join('');
  return importForms.flatMap((form) =>
    Array.from(code.matchAll(form), ({ groups = {} }) => ({
      specifier: groups.specifier ?? '',
      typeOnly: groups.type !== undefined,
    })),
  );
}
