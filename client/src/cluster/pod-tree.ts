/**
 * Owns what the tree of affected pods looks like: its nodes, in the order of the answer, and how each is shown.
 */
import * as vscode from 'vscode';
import type {
  AffectedPods,
  NamespaceGroup,
  PodLine,
  PodSection,
  PolicyPods,
  WorkloadGroup,
} from '../../../server/src/lsp/protocol.ts';
import { plural } from './describe.ts';

/** `id` stays the same while the tree follows the text, so that what is open stays open. */
export type Node = { readonly id: string; readonly uri: vscode.Uri } & (
  | { readonly kind: 'policy'; readonly policy: PolicyPods }
  | { readonly kind: 'section'; readonly section: PodSection }
  | { readonly kind: 'namespace'; readonly group: NamespaceGroup; readonly few: boolean }
  | { readonly kind: 'workload'; readonly group: WorkloadGroup; readonly few: boolean }
  | { readonly kind: 'pod'; readonly pod: PodLine; readonly owner: string | null }
  | { readonly kind: 'note'; readonly text: string }
);

/** More pods than this are folded away at first. */
const FEW = 12;

/** The roots: the sections of the policy, or, where kustomizations make several of it, each of those. */
export function parentsOf(policies: AffectedPods): Node[] {
  const nodes = policies.map((policy, i): Node & { kind: 'policy' } => ({
    kind: 'policy',
    id: `${i}`,
    uri: vscode.Uri.parse(policy.uri),
    policy,
  }));
  return nodes.length === 1 && nodes[0] ? childrenOf(nodes[0]) : nodes;
}

export function childrenOf(node: Node): Node[] {
  const { id, uri } = node;
  switch (node.kind) {
    case 'policy':
      return node.policy.sections.map((section) => ({
        kind: 'section',
        // What has no children at first would stay closed when it gets some.
        id: `${id}/${section.path}${isLeaf(section) ? '/none' : ''}`,
        uri,
        section,
      }));
    case 'section': {
      const few = (node.section.total ?? 0) <= FEW;
      const notes = node.section.notes.map(
        (text, i): Node => ({ kind: 'note', id: `${id}/!${i}`, uri, text }),
      );
      const groups = node.section.namespaces.map(
        (group): Node => ({ kind: 'namespace', id: `${id}/${group.name}`, uri, group, few }),
      );
      return [...notes, ...groups];
    }
    case 'namespace': {
      const workloads = node.group.workloads.map((group): Node => {
        const base = { id: `${id}/${group.kind}/${group.name}`, uri };
        const [pod] = group.pods;
        // A pod that nothing owns is its own workload.
        if (group.kind === 'Pod' && pod && group.pods.length === 1)
          return { kind: 'pod', ...base, pod, owner: null };
        return { kind: 'workload', ...base, group, few: node.few };
      });
      const listed = node.group.workloads.reduce((sum, { total }) => sum + total, 0);
      return [...workloads, ...moreNote(id, uri, node.group.total - listed)];
    }
    case 'workload': {
      const pods = node.group.pods.map(
        (pod): Node => ({ kind: 'pod', id: `${id}/${pod.name}`, uri, pod, owner: node.group.name }),
      );
      return [...pods, ...moreNote(id, uri, node.group.total - pods.length)];
    }
    default:
      return [];
  }
}

function moreNote(id: string, uri: vscode.Uri, count: number): Node[] {
  return count > 0
    ? [{ kind: 'note', id: `${id}/…`, uri, text: `${plural(count, 'pod')} more, not listed.` }]
    : [];
}

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

export function treeItem(node: Node): vscode.TreeItem {
  const item = lookOf(node);
  item.id = node.id;
  return item;
}

function lookOf(node: Node): vscode.TreeItem {
  switch (node.kind) {
    case 'policy': {
      const { name, namespace } = node.policy;
      const item = new vscode.TreeItem(`${namespace ?? '?'}/${name ?? '?'}`, Expanded);
      item.iconPath = new vscode.ThemeIcon('shield');
      return item;
    }
    case 'section':
      return sectionItem(node.section, node.uri);
    case 'namespace':
      return groupItem(node.group.name, 'symbol-namespace', plural(node.group.total, 'pod'), node.few);
    case 'workload': {
      const { kind, name, total, sure } = node.group;
      const count = `${kind} · ${plural(total, 'pod')}${sure ? '' : ' · perhaps'}`;
      return groupItem(name, 'package', count, node.few);
    }
    case 'pod':
      return podItem(node.pod, node.owner);
    case 'note': {
      const item = new vscode.TreeItem(node.text.replaceAll('`', ''), None);
      item.iconPath = new vscode.ThemeIcon('info');
      item.tooltip = new vscode.MarkdownString(node.text);
      return item;
    }
  }
}

const ROLES = {
  selected: { label: 'Selected', icon: 'shield' },
  Ingress: { label: 'Ingress', icon: 'arrow-down' },
  Egress: { label: 'Egress', icon: 'arrow-up' },
} as const;

function isLeaf({ namespaces, notes }: PodSection): boolean {
  return namespaces.length === 0 && notes.length === 0;
}

function sectionItem(section: PodSection, uri: vscode.Uri): vscode.TreeItem {
  const { role, title, range, extent, total, open } = section;
  const { label, icon } = ROLES[role];
  const count = {
    some: open ? `${total}+ pods` : plural(total ?? 0, 'pod'),
    everyone: 'everyone',
    nobody: 'nobody',
    unknown: 'unknown',
  }[extent];
  const folded = (total ?? 0) > FEW ? Collapsed : Expanded;
  const item = new vscode.TreeItem(`${label}: ${count}`, isLeaf(section) ? None : folded);
  item.description = title;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.tooltip = `${label} ${title}`;
  item.accessibilityInformation = { label: `${label}: ${count}, ${title}` };
  const place = new vscode.Position(range.start.line, range.start.character);
  item.command = {
    command: 'vscode.open',
    title: 'Show in the Policy',
    arguments: [uri, { selection: new vscode.Range(place, place), preserveFocus: true }],
  };
  return item;
}

function groupItem(label: string, icon: string, description: string, few: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem(label, few ? Expanded : Collapsed);
  item.iconPath = new vscode.ThemeIcon(icon);
  item.description = description;
  item.tooltip = `${label} · ${description}`;
  return item;
}

/** Below its workload, a pod goes without the part of its name that they share, unless all that is left is a number. */
function podItem(pod: PodLine, owner: string | null): vscode.TreeItem {
  const { name, phase, node, hostNetwork, addresses, labels } = pod;
  const rest = owner !== null && name.startsWith(`${owner}-`) ? name.slice(owner.length + 1) : name;
  const item = new vscode.TreeItem(/^\d+$/.test(rest) ? name : rest, None);
  const isRunning = phase === 'Running';
  item.iconPath = new vscode.ThemeIcon(
    isRunning ? 'circle-filled' : 'circle-outline',
    new vscode.ThemeColor(isRunning ? 'testing.iconPassed' : 'testing.iconQueued'),
  );
  const parts = [phase, node, hostNetwork ? 'hostNetwork' : null].filter((part) => part !== null);
  item.description = parts.join(' · ');
  item.accessibilityInformation = { label: [name, ...parts].join(', ') };
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText([name, ...parts, ...addresses].join(' · '));
  tooltip.appendCodeblock(
    Object.entries(labels)
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n') || '# no labels',
    'yaml',
  );
  item.tooltip = tooltip;
  return item;
}
