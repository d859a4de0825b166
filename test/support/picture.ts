/**
 * Owns making pictures for tests of the Reachability panel from a few words: who is there, and who connects to whom.
 */

import { FIRST_VIEW, type View } from '../../client/webview/view.ts';
import type {
  Reachability,
  ReachabilityEdge,
  ReachabilityEnd,
} from '../../server/src/lsp/protocol-reachability.ts';

/** `namespace/name`, several with `+` between them for workloads that are alike; `from CIDR` and `to CIDR` for addresses. */
export type EndText = string;

/** Ports by state, such as `{ gained: '443/TCP' }`; `kept` where only a text is given. */
export type EdgeText = readonly [from: EndText, to: EndText, ports: string | Partial<Record<State, string>>];

type State = 'kept' | 'gained' | 'lost' | 'unknown';

export function pictureOf(
  edges: readonly EdgeText[],
  { alone = [], contractors = {} }: { alone?: readonly EndText[]; contractors?: Record<string, string> } = {},
): Reachability {
  const names = [...new Set([...edges.flatMap(([from, to]) => [from, to]), ...alone])];
  const spaces = [...new Set(names.filter(isWorkload).map(namespaceOf))].sort();
  const ports = [''];
  const place = (text: string | undefined): number => {
    if (text === undefined) return 0;
    const known = ports.indexOf(text);
    return known >= 0 ? known : ports.push(text) - 1;
  };
  return {
    world: '',
    worlds: [{ id: '', title: 'Plain files' }],
    isChanged: edges.some(([, , said]) => typeof said !== 'string'),
    namespaces: spaces.map((name) => ({ name, contractor: contractors[name] ?? null })),
    ends: names.map((name) => endOf(name, spaces)),
    edges: edges.map(([from, to, said]) => edgeOf(names.indexOf(from), names.indexOf(to), said, place)),
    ports: ports.map((text) => ({ text, first: text === '' ? null : firstOf(text) })),
    notes: [],
  };
}

function isWorkload(name: EndText): boolean {
  return !/^(?:from|to) /.test(name);
}

function namespaceOf(name: EndText): string {
  return name.slice(0, name.indexOf('/'));
}

function endOf(name: EndText, spaces: readonly string[]): ReachabilityEnd {
  const [role = '', cidr = ''] = name.split(' ');
  if (!isWorkload(name))
    return {
      kind: 'addresses',
      role: role === 'from' ? 'source' : 'destination',
      title: cidr,
      cidrs: [cidr],
    };
  const namespace = namespaceOf(name);
  const ids = name
    .slice(namespace.length + 1)
    .split('+')
    .map((own) => `${namespace}/${own}[Deployment]`);
  return { kind: 'workloads', namespace: spaces.indexOf(namespace), ids, change: null };
}

function edgeOf(
  from: number,
  to: number,
  said: EdgeText[2],
  place: (text: string | undefined) => number,
): ReachabilityEdge {
  const { kept, gained, lost, unknown } =
    typeof said === 'string' ? { kept: said } : { kept: undefined, ...said };
  return {
    ...{ from, to, dependsOnPlugin: false },
    before: place(lost ?? kept),
    after: place(gained ?? kept),
    maybeBefore: place(unknown),
    maybeAfter: place(unknown),
    kept: place(kept),
    gained: place(gained),
    lost: place(lost),
    unknown: place(unknown),
  };
}

function firstOf(text: string) {
  return { protocol: 'TCP', port: Number.parseInt(text, 10) || 1 } as const;
}

/** The view that the panel opens with, but for a few choices. */
export function viewWith(choices: Partial<View> = {}): View {
  return { ...FIRST_VIEW, ...choices };
}
