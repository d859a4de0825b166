/**
 * Owns the recognition of template text inside YAML: actions of Helm, Go templates and Jinja, placeholders of envsubst, Flux,
 * Terraform and kustomize, and expressions of Chainsaw. What it will render to is unknown, so whatever contains it is never judged.
 */
import type { YamlNode } from './nodes.ts';

/** `${NAME}` and `$(NAME)`, and as envsubst has it too, `$NAME`. */
const PLACEHOLDER = /\$(?:[({][A-Za-z_]|[A-Z_][A-Z0-9_]+)/;

/** A value that is one expression of Kyverno's Chainsaw, which is evaluated before anything is applied: `(join('-', [$a]))`. */
const EXPRESSION = /(?:^|[:-] +)["']?\((?:[a-z_]+\(|[$@]).*\)["']?\s*$/m;

/** How actions begin, and how those end that began in front of a `---`. */
const ACTION_MARKS: readonly string[] = ['{{', '{%', '-}}', '*/}}'];

/** Whether `text` holds a template action, a template statement, a placeholder or an expression. */
export function isTemplate(text: string): boolean {
  return (
    hasAction(text) ||
    (text.includes('$') && PLACEHOLDER.test(text)) ||
    (text.includes('(') && EXPRESSION.test(text))
  );
}

/** Whether `text` holds a template action or statement, which may stand outside of every document it is about. */
export function hasAction(text: string): boolean {
  return ACTION_MARKS.some((mark) => text.includes(mark));
}

/**
 * Whether the source text of `node` holds template text, so that its value is unknown until rendered. A comment renders to a
 * comment, whatever is in it.
 */
export function isTemplated(node: YamlNode, documentText: string): boolean {
  const text = documentText.slice(node.span.start, node.span.end);
  if (!isTemplate(text)) return false;
  if (node.kind === 'map' && node.style === 'block' && node.pairs.length > 0)
    return node.pairs.some(
      (pair) => isTemplated(pair.key, documentText) || isTemplated(pair.value, documentText),
    );
  if (node.kind === 'seq' && node.style === 'block' && node.items.length > 0)
    return node.items.some((item) => isTemplated(item, documentText));
  return true;
}
