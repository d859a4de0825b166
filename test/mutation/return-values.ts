/**
 * Owns what a function may return instead: a value of the same type that says as little as possible.
 */
import type { Node } from 'typescript/unstable/ast';
import { SyntaxKind } from 'typescript/unstable/ast';

/** The type of an expression as TypeScript writes it. */
export type TypeNames = (expression: Node) => string;

const CONSTANTS: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.TrueKeyword,
  SyntaxKind.FalseKeyword,
  SyntaxKind.NullKeyword,
]);

/** The values to return in place of `expression`; none where its type has no plain ones. */
export function returnValues(expression: Node, typeName: TypeNames): readonly string[] {
  if (CONSTANTS.has(expression.kind)) return [];
  const members = typeName(expression).split(' | ');
  const values: string[] = [];
  if (members.some((m) => m === 'boolean' || m === 'true' || m === 'false')) values.push('true', 'false');
  if (members.some((m) => m === 'Verdict')) values.push('true', 'false', 'null');
  if (members.includes('null')) values.push('null');
  if (members.includes('undefined')) values.push('undefined');
  if (members.some((m) => m.endsWith('[]')) && expression.kind !== SyntaxKind.ArrayLiteralExpression)
    values.push('[]');
  return [...new Set(values)];
}
