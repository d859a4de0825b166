/**
 * Owns hover: what the policy, rule, peer, selector or workload under the cursor means on the wire, what others add to it, and
 * what the field is for; in a config file, what a key is for and what a rule finds.
 */
import {
  type CancellationToken,
  type Hover,
  MarkupKind,
  type Position,
  type Range,
} from 'vscode-languageserver/node';
import schema from '../../../schemas/networkpolicy.schema.json' with { type: 'json' };
import type { YamlDocument } from '../core/document.ts';
import { offsetAt } from '../core/lines.ts';
import { type Resource, resourcesOf } from '../core/resource.ts';
import { descriptionAt } from '../core/schema/schema-path.ts';
import { type Span, touches } from '../core/span.ts';
import { asMap } from '../core/yaml/nodes.ts';
import { DIRECTIONS } from '../engine/direction.ts';
import { type Policy, policyOf, rulesOf } from '../engine/policy.ts';
import { workloadsMatching } from '../engine/selected.ts';
import { describeSelector } from '../engine/selector.ts';
import {
  describePeer,
  describePolicy,
  describePorts,
  describeRule,
  describeSubject,
} from '../report/describe-policy.ts';
import { type Asking, asking } from './asking.ts';
import { CONFIG_SCHEMA } from './config-words.ts';
import { type PathAt, pathAt } from './path.ts';
import { namespacesOf, workloadsOf, workloadsOfPeer } from './selection.ts';
import type { Session } from './session.ts';
import type { ClientStyle } from './style.ts';
import { type Subject, subjectsAt } from './subject.ts';
import {
  aroundPolicy,
  aroundWorkload,
  inEachWorld,
  type Pointer,
  pointerFrom,
  selected,
} from './surroundings.ts';
import { isConfig } from './world.ts';

/** Answers textDocument/hover, in slices. */
export async function hover(
  session: Session,
  style: ClientStyle,
  clientUri: string,
  position: Position,
  token: CancellationToken,
): Promise<Hover | null> {
  const asked = await asking(session, clientUri, token);
  const document = session.file(clientUri)?.documentAt(position.line);
  if (!document) return null;
  const relative = { line: position.line - document.startLine, character: position.character };
  const offset = offsetAt(document.lineStarts, document.text, relative);
  if (isConfig(asked.uri)) return hoverInConfig(document, offset, style);
  const resource = resourcesOf(document).find((r) => touches(r.root.span, offset));
  const at = resource && pathAt(resource.root, offset);
  if (!resource || !at) return null;
  const [subject = null] = subjectsAt(asked.world.workspace, document, position);
  const place: HoverPlace = { resource, at, offset, subject };
  const parts = await partsOf(place, asked, pointerFrom(asked.uri, style));
  return parts.length === 0 ? null : shown(parts.join('\n\n---\n\n'), document.rangeOf(at.span), style);
}

function shown(value: string, range: Range, style: ClientStyle): Hover {
  const contents = style.markdown
    ? { kind: MarkupKind.Markdown, value }
    : { kind: MarkupKind.PlainText, value: value.replace(/\*\*|`/g, '') };
  return { contents, range };
}

/** What a key of a config file is for; for a rule, what it finds, with the way to its page. */
function hoverInConfig(document: YamlDocument, offset: number, style: ClientStyle): Hover | null {
  const root = asMap(document.yaml.root);
  const at = root && pathAt(root, offset);
  if (!at) return null;
  const rule = ruleAt(at, document.text);
  const page = rule === null ? null : style.ruleUri(rule);
  const description = descriptionAt(CONFIG_SCHEMA, rule === null ? at.path : ['rules', rule]);
  if (description === null) return null;
  const link = style.markdown && page !== null ? `\n\n[What it finds, and examples](${page})` : '';
  return shown(description + link, document.rangeOf(at.span), style);
}

/** The id of the rule that stands at a place. */
function ruleAt({ path, span }: PathAt, text: string): string | null {
  if (path[0] === 'rules') return path[1] ?? null;
  const isAllowed = path[0] === 'suppressions' && path[1] === 'allow' && path[2] === '[]';
  return isAllowed ? text.slice(span.start, span.end).replace(/^(["'])(.*)\1$/, '$2') : null;
}

interface HoverPlace {
  readonly resource: Resource;
  readonly at: PathAt;
  readonly offset: number;
  readonly subject: Subject | null;
}

async function partsOf(place: HoverPlace, asked: Asking, pointer: Pointer): Promise<string[]> {
  const { resource, at, offset, subject } = place;
  if (resource.role === 'workload') {
    const isNamed = subject?.kind === 'workload' || at.path.join() === 'kind';
    return isNamed
      ? [await inEachWorld(asked, resource, (view) => aroundWorkload(asked, view, pointer))]
      : [];
  }
  const policy = resource.role === 'policy' ? policyOf(resource) : null;
  const selection = subject && selectionOf(subject, asked, pointer);
  if (!policy) return selection ? [selection] : [];
  const says = [meaning(policy, offset), selection].filter((part) => part !== null).join('\n\n');
  const parts: (string | null)[] = [says];
  if (isAboutWhole(at)) parts.push(await aroundEachView(policy, asked, pointer));
  parts.push(descriptionAt(schema, at.path));
  return parts.filter((part) => part !== null);
}

function aroundEachView(policy: Policy, asked: Asking, pointer: Pointer): Promise<string> {
  return inEachWorld(asked, policy.resource, (view) =>
    aroundPolicy(asked, policyOf(view) ?? policy, pointer),
  );
}

/** Whether a place stands for the whole policy: its kind, its name, or whom it selects. */
function isAboutWhole({ path: [first, second] }: PathAt): boolean {
  if (first === 'spec') return second === undefined || second === 'podSelector';
  return first === 'kind' || (first === 'metadata' && (second === undefined || second === 'name'));
}

/** What the selector at a place selects of the workspace; null where there is none, or nothing to tell. */
function selectionOf(subject: Subject, { world: { workspace } }: Asking, pointer: Pointer): string | null {
  switch (subject.kind) {
    case 'pods': {
      const { policy, peer } = subject;
      const pods = peer ? workloadsOfPeer(workspace, policy, peer) : workloadsOf(workspace, policy);
      return selected(workspace, pods, 'workload', pointer);
    }
    case 'namespaces': {
      const found = namespacesOf(workspace, subject.policy, subject.peer);
      const known = (list: NonNullable<typeof found>['sure']) =>
        list.map(({ namespace }) => namespace).filter((namespace) => namespace !== null);
      const named = found && { sure: known(found.sure), maybe: known(found.maybe) };
      return named && named.sure.length + named.maybe.length > 0
        ? selected(workspace, named, 'namespace', pointer)
        : null;
    }
    case 'service-pods': {
      const scope = workspace.scopeOf(subject.resource);
      if (!scope || scope.workloads.length === 0) return null;
      const pods = selected(workspace, workloadsMatching(subject.selector, scope), 'workload', pointer);
      return `Selects pods with \`${describeSelector(subject.selector)}\`.${pods === null ? '' : ` ${pods}`}`;
    }
    default:
      return null;
  }
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
