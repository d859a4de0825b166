/**
 * Owns where a namespace's default-deny policy goes: behind its other policies, in the form they are written in, or into a
 * file of its own.
 */

import type { YamlDocument } from '../../core/document.ts';
import { listFile } from '../../core/kustomize/list-file.ts';
import type { DnsPlatform } from '../../core/platform.ts';
import type { Resource } from '../../core/resource.ts';
import type { Edit, Fix } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { appendDocument, appendItem, styleOf } from '../../core/yaml/edit.ts';
import { deref, get } from '../../core/yaml/nodes.ts';
import {
  type DefaultDeny,
  defaultDenyFileName,
  defaultDenyName,
  defaultDenyPolicy,
  defaultDenyText,
} from '../../engine/default-deny.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { freeName } from '../free-name.ts';
import { listOf } from '../remove-object.ts';

export interface DefaultDenyChoice {
  readonly title: string;
  readonly directions: readonly Direction[];
  readonly dns: boolean;
}

const CHOICES: Readonly<Record<Direction, readonly DefaultDenyChoice[]>> = {
  Ingress: [{ title: 'Add a policy that denies ingress by default', directions: ['Ingress'], dns: false }],
  Egress: [
    { title: 'Add a policy that denies egress by default, except DNS', directions: ['Egress'], dns: true },
    { title: 'Add a policy that denies egress by default, DNS included', directions: ['Egress'], dns: false },
  ],
};

const BOTH: DefaultDenyChoice = {
  title: 'Add a policy that denies ingress and egress by default, except DNS',
  directions: DIRECTIONS,
  dns: true,
};

/** The ways to add the missing policy, DNS kept first where it is at stake. With `both`, one that denies both directions. */
export function defaultDenyFixes(
  scope: NamespaceScope,
  direction: Direction,
  both: boolean,
  platform: DnsPlatform | null,
): Fix[] {
  const choices = both ? [...CHOICES[direction], BOTH] : CHOICES[direction];
  return choices.map((choice) => defaultDenyFix(scope, choice, platform));
}

/** Gives a namespace a default-deny policy of a name that is free. */
export function defaultDenyFix(
  scope: NamespaceScope,
  { title, directions, dns }: DefaultDenyChoice,
  platform: DnsPlatform | null,
): Fix {
  const name = freeName(scope, defaultDenyName(directions));
  return { title, safe: false, ...added(scope, { namespace: scope.name, name, directions, dns, platform }) };
}

/** Gives some pods of a namespace a policy that denies by default; `name` is made free. */
export function podsDenyFix(
  scope: NamespaceScope,
  title: string,
  deny: Pick<Required<DefaultDeny>, 'directions' | 'name' | 'pods' | 'platform'>,
): Fix {
  const name = freeName(scope, deny.name);
  return { title, safe: false, ...added(scope, { ...deny, namespace: scope.name, name, dns: true }) };
}

function added(scope: NamespaceScope, deny: DefaultDeny): Pick<Fix, 'edits' | 'creates'> {
  const overlay = overlayOf(scope);
  const own = overlay ? scope.policies.filter((r) => r.derived?.listedIn === overlay) : scope.policies;
  const last = own.findLast((r) => !r.partial && !r.document.isTemplate);
  const saying = overlay && get(overlay.yaml.root, 'namespace') ? { ...deny, namespace: null } : deny;
  const edit = last ? behind(last, saying) : null;
  if (edit) return { edits: [edit] };
  const beside = overlay ?? (last ?? scope.namespace ?? scope.workloads[0])?.document;
  if (!beside) return { edits: [] };
  const file = deny.pods
    ? `${deny.namespace}-${deny.name}.yaml`
    : defaultDenyFileName(deny.namespace, deny.directions);
  const listing = overlay ? listFile(overlay, file) : null;
  if (overlay && !listing) return { edits: [] };
  return {
    edits: listing ? [listing] : [],
    creates: {
      uri: beside.uri.slice(0, beside.uri.lastIndexOf('/') + 1) + file,
      text: defaultDenyText(saying, styleOf(beside)),
    },
  };
}

/**
 * The kustomization file that makes the namespace what it is; null for plain files. What is added goes there: in a base it would
 * reach the other overlays too.
 */
function overlayOf({ namespace, policies, workloads, rendered }: NamespaceScope): YamlDocument | null {
  if (rendered) return null;
  return (namespace ?? policies[0] ?? workloads[0])?.derived?.root ?? null;
}

/** Adds the policy as the next item of the list that holds `last`, or as the next document; null when it is JSON. */
function behind(last: Resource, deny: DefaultDeny): Edit | null {
  const { document } = last;
  const root = deref(document.yaml.root);
  if (root !== last.root) {
    const list = listOf(document, last);
    return list && appendItem(document, list.seq, defaultDenyPolicy(deny), list.item);
  }
  return last.root.style === 'block'
    ? appendDocument(document, defaultDenyText(deny, styleOf(document)))
    : null;
}
