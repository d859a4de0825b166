/**
 * Owns which small changes are made to a source file: each a span of its text and what takes its place, at a node that can be
 * exchanged as a whole. What people read (metadata of rules, messages) is left alone, and types are.
 */
import type { Node, SourceFile } from 'typescript/unstable/ast';
import { NodeFlags, SyntaxKind } from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';
import { returnValues, type TypeNames } from './return-values.ts';

/** `text` in place of what stands from `start` to `end`. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Why it changes nothing that anybody could see, where that shows in the code itself. */
  readonly why?: string;
}

/** The changes by the expression or statement that is exchanged when one of them is in force. */
export type Changes = ReadonlyMap<Node, readonly Change[]>;

export function changesIn(file: SourceFile, typeName: TypeNames): Changes {
  const changes = new Map<Node, Change[]>();
  const add = (host: Node, of: Node, text: string, why?: string) =>
    put(changes, host, { start: of.getStart(file), end: of.end, text, ...(why !== undefined && { why }) });
  const visit = (node: Node, host: Node | null): void => {
    if (isLeftAlone(node)) return;
    const own = isExchangeable(node) ? node : host;
    if (own) {
      for (const [part, text, why] of replacements(node, file)) add(own, part, text, why);
      if (isReturned(node)) for (const text of returnValues(node, typeName)) add(own, node, text);
    }
    node.forEachChild((child) => visit(child, own));
  };
  visit(file, null);
  return changes;
}

function put(changes: Map<Node, Change[]>, host: Node, change: Change): void {
  const list = changes.get(host) ?? [];
  changes.set(host, list);
  const isKnown = list.some(
    (c) => c.start === change.start && c.end === change.end && c.text === change.text,
  );
  if (!isKnown) list.push(change);
}

const CACHE = 'Without its cache the code gives the same answer, only later.';

/** `if (known) return known;` or `cache.set(…)`. */
function isCaching(node: Node, file: SourceFile): boolean {
  if (is.isIfStatement(node.parent) && node.parent.expression === node)
    return /^return known;$/.test(node.parent.thenStatement.getText(file));
  if (!is.isExpressionStatement(node) || !is.isCallExpression(node.expression)) return false;
  const [, map] = /^(\w+)\.set\(/.exec(node.getText(file)) ?? [];
  return map !== undefined && new RegExp(`const ${map}\\b[^=;]*= new WeakMap\\b`).test(file.text);
}

const TEXTS_FOR_PEOPLE = new Set(['meta', 'message', 'title', 'why', 'url', 'examples', 'fixed', 'yaml']);

function isLeftAlone(node: Node): boolean {
  if (is.isTypeNode(node) || is.isImportDeclaration(node) || is.isExportDeclaration(node)) return true;
  if (is.isInterfaceDeclaration(node) || is.isTypeAliasDeclaration(node)) return true;
  if (is.isThrowStatement(node)) return true;
  // Functions that build texts are named like the field; only fields that hold a text as it stands are left alone.
  if (!is.isPropertyAssignment(node) || !is.isIdentifier(node.name)) return false;
  const { text } = node.name;
  return text === 'meta' || text === 'examples' || (TEXTS_FOR_PEOPLE.has(text) && isText(node.initializer));
}

function isText(node: Node): boolean {
  return (
    is.isStringLiteral(node) || is.isNoSubstitutionTemplateLiteral(node) || is.isTemplateExpression(node)
  );
}

/** Whether `node` can stand in a conditional expression, or in a block, without the code around it meaning something else. */
function isExchangeable(node: Node): boolean {
  if (is.isExpressionStatement(node) || is.isContinueStatement(node)) return true;
  if (!is.isExpression(node)) return false;
  const { parent } = node;
  if (is.isSpreadElement(node) || (is.isPropertyName(node) && isNameOf(node, parent))) return false;
  if ((is.isCallExpression(parent) || is.isNewExpression(parent)) && parent.expression === node) return false;
  if (is.isTaggedTemplateExpression(parent) || is.isTemplateSpan(node)) return false;
  if (is.isBinaryExpression(parent) && isAssignment(parent.operatorToken.kind) && parent.left === node)
    return false;
  if (is.isPrefixUnaryExpression(parent) || is.isPostfixUnaryExpression(parent))
    return parent.operator !== SyntaxKind.PlusPlusToken && parent.operator !== SyntaxKind.MinusMinusToken;
  if (is.isDeleteExpression(parent) || is.isExpressionWithTypeArguments(node)) return false;
  return !isLinkOfChain(node, parent);
}

function isNameOf(node: Node, parent: Node): boolean {
  return 'name' in parent && parent.name === node;
}

/** `a?.b` in `a?.b.c`: in brackets it would not end the whole chain any more. */
function isLinkOfChain(node: Node, parent: Node): boolean {
  const isChain = (n: Node) => (n.flags & NodeFlags.OptionalChain) !== 0;
  return isChain(parent) && isChain(node) && 'expression' in parent && parent.expression === node;
}

function isAssignment(kind: SyntaxKind): boolean {
  return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;
}

function isReturned(node: Node): boolean {
  const { parent } = node;
  if (!parent) return false;
  if (is.isReturnStatement(parent)) return true;
  return is.isArrowFunction(parent) && parent.body === node && is.isExpression(node);
}

const OPERATORS: ReadonlyMap<SyntaxKind, readonly string[]> = new Map([
  [SyntaxKind.EqualsEqualsEqualsToken, ['!==']],
  [SyntaxKind.ExclamationEqualsEqualsToken, ['===']],
  [SyntaxKind.LessThanToken, ['<=', '>=']],
  [SyntaxKind.LessThanEqualsToken, ['<', '>']],
  [SyntaxKind.GreaterThanToken, ['>=', '<=']],
  [SyntaxKind.GreaterThanEqualsToken, ['>', '<']],
  [SyntaxKind.PlusToken, ['-']],
  [SyntaxKind.MinusToken, ['+']],
  [SyntaxKind.AsteriskToken, ['/']],
  [SyntaxKind.SlashToken, ['*']],
  [SyntaxKind.PercentToken, ['*']],
  [SyntaxKind.LessThanLessThanToken, ['>>']],
  [SyntaxKind.GreaterThanGreaterThanToken, ['<<']],
  [SyntaxKind.AmpersandToken, ['|']],
  [SyntaxKind.BarToken, ['&']],
  [SyntaxKind.AmpersandAmpersandToken, ['||']],
  [SyntaxKind.BarBarToken, ['&&']],
  [SyntaxKind.QuestionQuestionToken, ['&&']],
  [SyntaxKind.PlusEqualsToken, ['-=']],
  [SyntaxKind.MinusEqualsToken, ['+=']],
  [SyntaxKind.QuestionQuestionEqualsToken, ['&&=']],
]);

const METHODS: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
  ['min', 'max'],
  ['max', 'min'],
  ['find', 'findLast'],
  ['indexOf', 'lastIndexOf'],
  ['lastIndexOf', 'indexOf'],
]);

/** Calls that may be left out, so that what they are called on stands for their result. */
const OMITTED = new Set(['filter', 'sort', 'reverse', 'slice', 'trim', 'trimEnd', 'toLowerCase', 'concat']);

type Replacement = readonly [part: Node, text: string, why?: string | undefined];

/** Parts of `node` with what may stand in their place. */
function* replacements(node: Node, file: SourceFile): Iterable<Replacement> {
  yield* ofLiteral(node);
  yield* ofStatement(node, file);
  if (is.isBinaryExpression(node)) {
    const { operatorToken, left, right } = node;
    const others = OPERATORS.get(operatorToken.kind) ?? [];
    if (isLogical(operatorToken.kind)) {
      for (const text of others) yield [node, `${operand(left, file)} ${text} ${operand(right, file)}`];
      yield [node, left.getText(file)];
      yield [node, right.getText(file)];
    } else for (const text of others) yield [operatorToken, text];
  } else if (is.isPrefixUnaryExpression(node) || is.isPostfixUnaryExpression(node)) {
    yield* ofUnary(node, file);
  } else if (is.isConditionalExpression(node)) {
    yield [node, node.whenTrue.getText(file)];
    yield [node, node.whenFalse.getText(file)];
  } else if (is.isPropertyAccessExpression(node) || is.isElementAccessExpression(node)) {
    if (node.questionDotToken) yield [node.questionDotToken, is.isPropertyAccessExpression(node) ? '.' : ''];
  } else if (is.isCallExpression(node)) yield* ofCall(node, file);
}

/** `??` may not stand beside `&&` and `||` without brackets. */
function operand(node: Node, file: SourceFile): string {
  const text = node.getText(file);
  return is.isBinaryExpression(node) && isLogical(node.operatorToken.kind) ? `(${text})` : text;
}

function isLogical(kind: SyntaxKind): boolean {
  return (
    kind === SyntaxKind.AmpersandAmpersandToken ||
    kind === SyntaxKind.BarBarToken ||
    kind === SyntaxKind.QuestionQuestionToken
  );
}

function* ofCall(node: Node, file: SourceFile): Iterable<readonly [Node, string]> {
  if (!is.isCallExpression(node) || !is.isPropertyAccessExpression(node.expression)) return;
  const { name, expression } = node.expression;
  const other = METHODS.get(name.text);
  if (other) yield [name, other];
  if (OMITTED.has(name.text)) yield [node, expression.getText(file)];
}

function* ofUnary(node: Node, file: SourceFile): Iterable<readonly [Node, string]> {
  if (!is.isPrefixUnaryExpression(node) && !is.isPostfixUnaryExpression(node)) return;
  if (node.operator === SyntaxKind.ExclamationToken || node.operator === SyntaxKind.MinusToken)
    yield [node, node.operand.getText(file)];
  else if (node.operator === SyntaxKind.PlusPlusToken) yield [node, node.getText(file).replace('++', '--')];
  else if (node.operator === SyntaxKind.MinusMinusToken) yield [node, node.getText(file).replace('--', '++')];
}

/** Conditions become constants; a loop that never ended would tell nothing. Statements are left out. */
function* ofStatement(node: Node, file: SourceFile): Iterable<Replacement> {
  const { parent } = node;
  if (!parent) return;
  const why = isCaching(node, file) ? CACHE : undefined;
  if (is.isExpressionStatement(node) || is.isContinueStatement(node)) yield [node, '', why];
  if (is.isIfStatement(parent) && parent.expression === node) {
    yield [node, 'true'];
    yield [node, 'false', why];
  } else if (
    (is.isWhileStatement(parent) && parent.expression === node) ||
    (is.isForStatement(parent) && parent.condition === node)
  )
    yield [node, 'false'];
}

function* ofLiteral(node: Node): Iterable<readonly [Node, string]> {
  if (node.kind === SyntaxKind.TrueKeyword) yield [node, 'false'];
  else if (node.kind === SyntaxKind.FalseKeyword) yield [node, 'true'];
  else if (is.isNumericLiteral(node)) yield [node, String(Number(node.text) + 1)];
  else if (is.isBigIntLiteral(node)) yield [node, `(${node.text} + 1n)`];
  else if (is.isStringLiteral(node) || is.isNoSubstitutionTemplateLiteral(node)) {
    // A text with a blank in it is for people.
    if (!/\s/.test(node.text) && !isNameOf(node, node.parent)) yield [node, node.text === '' ? "'x'" : "''"];
  } else if (is.isArrayLiteralExpression(node)) {
    if (node.elements.length > 0) yield [node, '[]'];
  } else if (is.isRegularExpressionLiteral(node)) {
    const { text } = node;
    if (text.startsWith('/^') && text.length > 3) yield [node, `/${text.slice(2)}`];
    const end = text.lastIndexOf('/');
    if (text[end - 1] === '$' && text[end - 2] !== '\\')
      yield [node, text.slice(0, end - 1) + text.slice(end)];
  }
}
