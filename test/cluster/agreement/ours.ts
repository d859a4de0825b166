/** Owns what our validity rules say of one policy, in the server's terms: accepted or not, and the paths of the fields at fault. */
import type { YamlNode } from '../../../server/src/core/yaml/nodes.ts';
import { judge } from '../../support/example.ts';

export interface OurVerdict {
  readonly accepted: boolean;
  /** `spec.ingress[0].ports[1].port`, one for each finding. */
  readonly fields: readonly string[];
  readonly rules: readonly string[];
}

/** Judges `text` for a server of this minor release of Kubernetes. */
export function ourVerdict(text: string, minor: number): OurVerdict {
  const errors = judge(text, `kubernetes: "1.${minor}"\n`).filter(
    ({ rule, severity }) => rule.family === 'validity' && severity === 'error',
  );
  return {
    accepted: errors.length === 0,
    fields: errors.map(({ finding: { at } }) => pathTo(at.document.yaml.root, at.span.start)),
    rules: errors.map(({ rule }) => rule.id),
  };
}

/** The path of the innermost key or item that an offset is in. */
function pathTo(root: YamlNode | null, offset: number): string {
  let path = '';
  let node = root;
  while (node) {
    if (node.kind === 'map') {
      const pair = node.pairs.findLast(({ key }) => key.span.start <= offset);
      if (!pair) break;
      path += path === '' ? pair.name : `.${pair.name}`;
      if (offset < pair.key.span.end) break;
      node = pair.value;
    } else if (node.kind === 'seq') {
      // The dash in front of an item that has no value is all there is of it.
      const index = node.items.findIndex(({ span }) => offset <= span.end);
      if (index < 0) break;
      path += `[${index}]`;
      node = node.items[index] ?? null;
    } else break;
  }
  return path;
}
