/**
 * Owns what a rule is: metadata, a check, findings and fixes, all plain data. It knows no particular rule and no door
 * through which findings leave.
 */
import type { Config } from './config.ts';
import type { Contractors } from './contractor.ts';
import type { Day } from './day.ts';
import type { Place, YamlDocument } from './document.ts';
import type { Namespaces } from './neighbours.ts';
import type { Resource } from './resource.ts';
import type { NamespaceScope } from './scope.ts';
import type { Severity } from './severity.ts';
import type { Suppression } from './suppression.ts';

export type Family =
  | 'validity'
  | 'pitfall'
  | 'exposure'
  | 'dns'
  | 'contractor'
  | 'coverage'
  | 'rbac'
  | 'audit';

export interface Reference {
  readonly title: string;
  readonly url?: string;
}

export interface FixExample {
  readonly title: string;
  readonly safe: boolean;
  /** The text after the fix. For a fix that only creates a file: the unchanged text. */
  readonly fixed: string;
  /** New files by path relative to the example's folder. */
  readonly creates?: Readonly<Record<string, string>>;
  /** The text of the config file after the fix, for one that leaves an entry there for a person to complete. */
  readonly config?: string;
  /** Rules that find something in the result and did not before; the rule itself where the fix makes its finding milder. */
  readonly leaves?: readonly string[];
}

/** YAML that shows the rule. A bad example marks the one span the rule reports with ⟦ ⟧; a good one has no mark. */
export interface Example {
  readonly title: string;
  readonly yaml: string;
  /** What the message must say, at least in part. */
  readonly message?: string;
  /** The severity the finding must have where it is not the rule's own. */
  readonly severity?: Severity;
  readonly fixes?: readonly FixExample[];
  /** The config file the example is judged under, on 15 June 2026. */
  readonly config?: string;
}

export interface RuleMeta {
  /** Kebab-case slug, the same as the file name; never reused. */
  readonly id: string;
  readonly family: Family;
  readonly severity: Severity;
  /** The severity inside a contractor's boundary, where it differs. */
  readonly contractorSeverity?: Severity;
  readonly sees: 'document' | 'workspace' | 'cluster';
  /** What is wrong, in one sentence. */
  readonly title: string;
  /** Markdown: the effect on the wire, then the remedy. */
  readonly why: string;
  readonly refs: readonly Reference[];
  readonly examples: readonly Example[];
}

/** One replacement in a document. An insertion has an empty span. */
export interface Edit {
  readonly at: Place;
  readonly text: string;
}

/** A file to create, by its URI. */
export interface NewFile {
  readonly uri: string;
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  /** Whether the allowed connections are provably unchanged. */
  readonly safe: boolean;
  readonly edits: readonly Edit[];
  readonly creates?: NewFile;
}

export interface Related {
  readonly at: Place;
  readonly message: string;
}

export interface Finding {
  readonly at: Place;
  readonly message: string;
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
  /** The object the finding is about, where it is not the one that is checked. */
  readonly resource?: Resource;
  /** Takes the place of the rule's own severity, inside a contractor's boundary too. */
  readonly severity?: Severity;
  /** Takes the place of `severity` inside a contractor's boundary. */
  readonly contractorSeverity?: Severity;
  /** What evidence is missing for a verdict. Makes the finding a hint, whatever the rule's severity. */
  readonly unknown?: string;
}

/** What a check may look at besides the thing it checks. */
export interface RuleContext {
  readonly config: Config;
  readonly contractors: Contractors;
  /** What day it is; null when nobody has said so, and then nothing is near its end or past it. */
  readonly today: Day | null;
}

interface RuleBase {
  readonly meta: RuleMeta;
}

/** Judges a document whose text or tree is in doubt; for what goes wrong before there are objects. */
export interface DocumentRule extends RuleBase {
  readonly on: 'document';
  readonly check: (document: YamlDocument, context: RuleContext) => Iterable<Finding>;
}

/** Judges one networking.k8s.io/v1 NetworkPolicy by itself. */
export interface PolicyRule extends RuleBase {
  readonly on: 'policy';
  readonly check: (policy: Resource, context: RuleContext) => Iterable<Finding>;
  /** Judges besides what several policies of a namespace make together. What `check` finds is not for here to find again. */
  readonly across?: NamespaceRule['check'];
}

/** What a check of a namespace may look at besides. */
export interface NamespaceContext extends RuleContext {
  /**
   * The namespaces that are judged together with this one. A verdict is remembered until something that was read of them here
   * changes; so read what is needed and no more: the policies of another namespace change more often than its workloads.
   */
  readonly namespaces: Namespaces;
}

/** Judges everything the workspace has in one namespace. What it finds must stand in documents of that namespace. */
export interface NamespaceRule extends RuleBase {
  readonly on: 'namespace';
  readonly check: (scope: NamespaceScope, context: NamespaceContext) => Iterable<Finding>;
}

/** What became of a suppression once everything else in its document had been judged. */
export interface SuppressionState {
  /** The ids of all rules. */
  readonly ruleIds: readonly string[];
  /** How many findings it covers, whether or not it may suppress them. */
  readonly covers: number;
  /**
   * Why it may not suppress: the API server would reject the object anyway, the root config forbids it in a contractor's
   * namespace, or the rule is about suppressions itself.
   */
  readonly refused: 'validity' | 'contractor' | 'suppression' | null;
  /** Whether the rule it names could be judged at all: on text that is not a template, with the whole workspace read. */
  readonly judged: boolean;
}

/**
 * Judges one policy among the objects of its namespace. Its verdict is remembered until something changes that was read for it,
 * of its own namespace (`scope`) as of others: so read what is needed and no more, and nothing once the check is over. An edit
 * to one policy of a thousand is then one policy to judge, unless the others read the list of policies.
 */
export interface PlacedPolicyRule extends RuleBase {
  readonly on: 'placed-policy';
  readonly check: (policy: Resource, scope: NamespaceScope, context: NamespaceContext) => Iterable<Finding>;
  /** Judges besides what concerns the namespace as a whole. What `check` finds is not for here to find again. */
  readonly across?: NamespaceRule['check'];
}

/** Judges one suppression once everything else in its document has been judged. */
export interface SuppressionRule extends RuleBase {
  readonly on: 'suppressions';
  readonly check: (suppression: Suppression, state: SuppressionState) => Finding | null;
}

export type Rule = DocumentRule | PolicyRule | NamespaceRule | PlacedPolicyRule | SuppressionRule;

/** A finding as it leaves the driver: severity decided, suppression known. */
export interface Diagnosis {
  readonly rule: RuleMeta;
  readonly severity: Severity;
  readonly finding: Finding;
  readonly message: string;
  readonly resource: Resource | null;
  readonly suppressed: Suppression | null;
  /** Whether a suppression with a reason is, or would be, in effect for it. */
  readonly suppressible: boolean;
}
