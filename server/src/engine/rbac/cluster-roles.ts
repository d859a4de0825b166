/**
 * Owns what a role comes to: its own rules, those of the ClusterRoles it aggregates, and those that Kubernetes gives the roles
 * it brings along. Who has the role is not its business.
 */
import type { Resource } from '../../core/resource.ts';
import { asMap, asSeq, get } from '../../core/yaml/nodes.ts';
import { type Labels, matches, readSelector, type Selector } from '../selector.ts';
import { type AccessRule, readAccessRule } from './access-rule.ts';
import { BOOTSTRAP_ROLES, type BootstrapRole } from './bootstrap-roles.ts';

/** A ClusterRole, of the workspace or of Kubernetes itself. */
interface Candidate {
  readonly name: string | null;
  readonly labels: Labels;
  readonly rules: readonly AccessRule[];
  readonly aggregates: readonly Selector[];
}

const BUILT_IN_NAMES: ReadonlySet<string> = new Set(BOOTSTRAP_ROLES.map(({ name }) => name));

/** Whether Kubernetes itself makes a ClusterRole of this name, and it is known here what that grants. */
export function isBuiltIn(name: string): boolean {
  return BUILT_IN_NAMES.has(name);
}

const read = new WeakMap<Resource, readonly AccessRule[] | null>();

/** The rules written in a role, those of other roles not counted; null where a patch has changed what is written. */
export function ownRules(role: Resource): readonly AccessRule[] | null {
  const known = read.get(role);
  if (known !== undefined) return known;
  const items = asSeq(get(role.root, 'rules'))?.items ?? [];
  const rules =
    role.partial || role.derived?.patchedBy
      ? null
      : items.flatMap((item) => readAccessRule(role, item) ?? []);
  read.set(role, rules);
  return rules;
}

/** Whether `role` answers to `name`: kustomize renames references along with what they refer to. */
export function isNamed(role: Resource, name: string): boolean {
  return role.name === name || role.derived?.from.name === name;
}

/**
 * What the ClusterRole `name` grants, where these are the ClusterRoles of the workspace; null when nothing here says so.
 * `minor` is the release the cluster was set up with at the latest: null when not known, and then taken to be a recent one.
 */
export function clusterRoleRules(
  name: string,
  roles: readonly Resource[],
  minor: number | null,
): readonly AccessRule[] | null {
  const candidates = [
    ...roles.map(fromWorkspace),
    ...BOOTSTRAP_ROLES.map((role) => fromKubernetes(role, minor)),
  ];
  const wanted = [
    ...candidates.filter((_, i) => roles[i] && isNamed(roles[i], name)),
    ...candidates.slice(roles.length).filter((role) => role.name === name),
  ];
  if (wanted.length === 0 || roles.some((role) => isNamed(role, name) && ownRules(role) === null))
    return null;
  const seen = new Set<Candidate>();
  const rules: AccessRule[] = [];
  const collect = (role: Candidate): void => {
    if (seen.has(role)) return;
    seen.add(role);
    rules.push(...role.rules);
    for (const selector of role.aggregates)
      for (const other of candidates) if (matches(selector, other.labels)) collect(other);
  };
  wanted.forEach(collect);
  return rules;
}

function fromKubernetes(role: BootstrapRole, minor: number | null): Candidate {
  const { name, labels, aggregates, older } = role;
  return {
    name,
    labels,
    rules: older && minor !== null && minor < older.before ? [...role.rules, ...older.rules] : role.rules,
    aggregates:
      aggregates === null ? [] : [{ requirements: [{ key: aggregates, operator: 'In', values: ['true'] }] }],
  };
}

function fromWorkspace(role: Resource): Candidate {
  const selectors = asSeq(get(get(role.root, 'aggregationRule'), 'clusterRoleSelectors'))?.items ?? [];
  const aggregates = selectors.flatMap((item) => readSelector(item, role.document.text) ?? []);
  // The controller replaces what is written in the rules of a role that aggregates others.
  const rules = asMap(get(role.root, 'aggregationRule')) ? [] : (ownRules(role) ?? []);
  return { name: role.name, labels: role.labels, rules, aggregates };
}
