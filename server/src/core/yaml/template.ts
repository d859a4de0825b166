/**
 * Owns the recognition of template text (Helm, Go templates, Jinja) inside YAML. What a template will render to is unknown,
 * so whatever contains template text is never judged.
 */
import type { YamlNode } from './nodes.ts';

/** Whether `text` holds a template action or statement. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

/** Whether the source text of `node` holds template text, so that its value is unknown until rendered. */
export function isTemplated(node: YamlNode, documentText: string): boolean {
  return isTemplate(documentText.slice(node.span.start, node.span.end));
}
