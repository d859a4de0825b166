/**
 * Owns making template text readable without knowing what it renders to: actions (`{{ … }}`) give way to placeholders and blanks
 * of the same length, where all that is left is written whatever the values are. What the placeholders stand for is unknown.
 */

/** An action in the text. */
interface Action {
  readonly start: number;
  readonly end: number;
  /** What stands between the braces, without the dashes that trim white space. */
  readonly code: string;
  /** Whether nothing else stands on its lines. */
  readonly alone: boolean;
}

/** More are looked through in vain; a policy has a few dozen. */
const MOST_ACTIONS = 200;
const OPENS = /^(?:if|with)\b/;
const ENDS = /^end\b/;
/** Whatever else decides which text there is, or how often. */
const DECIDES = /^(?:else|range|define|block|break|continue)\b/;
/** Writes nothing. */
const SILENT = /^(?:\/\*|\$\w*\s*:?=)/;

/**
 * `text` without its actions, as long as before: placeholders where they write something that is not known, blanks where they
 * write nothing. Null where it depends on values which of the text around them there is: only a condition on the whole may
 * stand in the way.
 */
export function withoutActions(text: string): string | null {
  const actions = actionsIn(text);
  const around = actions && conditionsAround(text, actions);
  if (!actions || !around) return null;
  let result = '';
  let at = 0;
  for (const action of actions) {
    const blank = around.has(action) || SILENT.test(action.code);
    if (!blank && (isControl(action) || (action.alone && !isOnlyValue(text, action)))) return null;
    const source = text.slice(action.start, action.end);
    if (!blank && /[\r\n]/.test(source)) return null;
    result += text.slice(at, action.start) + (blank ? source.replace(/[^\r\n]/g, ' ') : placeholder(source));
    at = action.end;
  }
  result += text.slice(at);
  return result.includes('{{') || result.includes('}}') ? null : result;
}

/** Null when there are too many, or one has no end. */
function actionsIn(text: string): Action[] | null {
  const actions: Action[] = [];
  for (let start = text.indexOf('{{'); start >= 0; ) {
    const end = text.indexOf('}}', start + 2) + 2;
    if (end < 2 || actions.length === MOST_ACTIONS) return null;
    const before = text.slice(lineStart(text, start), start);
    const after = text.slice(end, lineEnd(text, end));
    const code = text
      .slice(start + 2, end - 2)
      .replace(/^-|-$/g, '')
      .trim();
    actions.push({ start, end, code, alone: before.trim() === '' && after.trim() === '' });
    start = text.indexOf('{{', end);
  }
  return actions;
}

function lineStart(text: string, offset: number): number {
  // In front of the text, lastIndexOf looks at its first character all the same.
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

function isControl({ code }: Action): boolean {
  return OPENS.test(code) || ENDS.test(code) || DECIDES.test(code);
}

/**
 * The conditions that are on the whole of the text, each with its end; null where a condition or a loop is on a part of it.
 */
function conditionsAround(text: string, actions: readonly Action[]): ReadonlySet<Action> | null {
  const controls = actions.filter(isControl);
  const around = new Set<Action>();
  for (let [from, to] = [0, controls.length - 1]; from <= to; from++, to--) {
    const [opening, ending] = [controls[from], controls[to]] as [Action, Action];
    const isPair = opening.alone && ending.alone && OPENS.test(opening.code) && ENDS.test(ending.code);
    if (!isPair || !isEmpty(text, 0, opening.start, actions)) return null;
    if (!isEmpty(text, ending.end, text.length, actions)) return null;
    around.add(opening).add(ending);
  }
  return around;
}

/** Whether there is nothing but comments, markers and what writes nothing between two offsets. */
function isEmpty(text: string, start: number, end: number, actions: readonly Action[]): boolean {
  let rest = '';
  let at = start;
  for (const action of actions) {
    if (action.start < start || action.end > end) continue;
    if (!isControl(action) && !SILENT.test(action.code)) return false;
    rest += text.slice(at, action.start);
    at = action.end;
  }
  rest += text.slice(at, end);
  return rest.split(/\r?\n/).every((line) => /^\s*(?:#.*|---\s*(?:#.*)?|\.\.\.\s*)?$/.test(line));
}

/** Whether an action on a line of its own writes the whole value of the key above it, and not something beside its entries. */
function isOnlyValue(text: string, { start, end, code }: Action): boolean {
  const above = lineAbove(text, start);
  const below = lineBelow(text, end);
  if (above === null || !/^[\s-]*[\w./"'-]+:\s*(?:#.*)?$/.test(above)) return false;
  const key = above.search(/[^\s-]/);
  const column = start - lineStart(text, start);
  const indents = [...code.matchAll(/\bn?indent\s+(\d+)/g)].map((match) => Number(match[1]));
  const isDeeper = column > key && indents.every((indent) => indent > key);
  return isDeeper && (below === null || indentOf(below) <= key);
}

/** The nearest line that says something above the one of `offset`, or below it; null when there is none. */
function lineAbove(text: string, offset: number): string | null {
  for (let end = lineStart(text, offset) - 1; end >= 0; end = lineStart(text, end) - 1) {
    const line = text.slice(lineStart(text, end), end);
    if (saysSomething(line)) return line;
  }
  return null;
}

function lineBelow(text: string, offset: number): string | null {
  for (let start = lineEnd(text, offset) + 1; start < text.length; start = lineEnd(text, start) + 1) {
    const line = text.slice(start, lineEnd(text, start));
    if (saysSomething(line)) return line;
  }
  return null;
}

function saysSomething(line: string): boolean {
  return /^\s*[^\s#]/.test(line);
}

/** The column of the first key or item of a line. */
function indentOf(line: string): number {
  return line.startsWith('---') || line.startsWith('...') ? 0 : line.search(/\S/);
}

/** What reads as a placeholder, as long as `source`. */
function placeholder(source: string): string {
  return `$(${'A'.repeat(source.length - 3)})`;
}
