/**
 * Owns hover: what the policy, rule or peer under the cursor means on the wire, then what the field is for.
 */
import { type Hover, MarkupKind, type Position } from 'vscode-languageserver/node';
import schema from '../../../schemas/networkpolicy.schema.json' with { type: 'json' };

import { offsetAt } from '../core/lines.ts';
import { resourcesOf } from '../core/resource.ts';
import { descriptionAt } from '../core/schema/schema-path.ts';
import type { Span } from '../core/span.ts';
import { touches } from '../core/span.ts';
import { DIRECTIONS } from '../engine/direction.ts';
import { type Policy, policyOf, rulesOf } from '../engine/policy.ts';
import {
  describePeer,
  describePolicy,
  describePorts,
  describeRule,
  describeSubject,
} from '../report/describe-policy.ts';
import { pathAt } from './path.ts';
import type { Session } from './session.ts';
import type { ClientStyle } from './style.ts';

export function hover(
  session: Session,
  style: ClientStyle,
  clientUri: string,
  position: Position,
): Hover | null {
  const document = session.file(clientUri)?.documentAt(position.line);
  if (!document) return null;
  const relative = { line: position.line - document.startLine, character: position.character };
  const offset = offsetAt(document.lineStarts, document.text, relative);
  const resource = resourcesOf(document).find((r) => r.role === 'policy' && touches(r.root.span, offset));
  const policy = resource && policyOf(resource);
  if (!resource || !policy) return null;
  const at = pathAt(resource.root, offset);
  if (!at) return null;
  const parts = [meaning(policy, offset), descriptionAt(schema, at.path)].filter((part) => part !== null);
  const value = parts.join('\n\n---\n\n');
  const contents = style.markdown
    ? { kind: MarkupKind.Markdown, value }
    : { kind: MarkupKind.PlainText, value: value.replace(/\*\*|`/g, '') };
  return { contents, range: document.rangeOf(at.span) };
}

/** What the smallest part of the policy around `offset` allows. */
function meaning(policy: Policy, offset: number): string {
  for (const direction of DIRECTIONS)
    for (const rule of rulesOf(policy, direction).rules) {
      const { peers, ports, node } = rule;
      if (peers.kind === 'some')
        for (const peer of peers.items)
          if (touches(peer.node.span, offset))
            return `This item matches ${describePeer(peer)}. Any one item is enough.`;
      if (ports.pair && touches(spanOfPair(ports.pair), offset))
        return `Connections ${describePorts(ports)}.`;
      if (touches(node.span, offset)) return `This rule allows connections ${describeRule(rule)}.`;
    }
  const selector = policy.podSelector.pair;
  if (selector && touches(spanOfPair(selector), offset)) return `Selects ${describeSubject(policy)}.`;
  return describePolicy(policy);
}

function spanOfPair(pair: { key: { span: Span }; value: { span: Span } }): Span {
  return { start: pair.key.span.start, end: Math.max(pair.key.span.end, pair.value.span.end) };
}
