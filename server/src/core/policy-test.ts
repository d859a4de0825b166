/**
 * Owns the meaning of a file of policy tests, `*.netpol-test.yaml`: reading it, and what is wrong in it at which key. Whether an
 * assertion holds is not its business.
 */
import netpolTestSchema from '../../../schemas/netpol-test.schema.json' with { type: 'json' };
import {
  END_FORMS,
  type End,
  type LabelRequirement,
  type LabelSelector,
  type PortSpan,
  readEnd,
  readPort,
} from './connection-end.ts';
import { YamlDocument } from './document.ts';
import { validateNetpolTest } from './schema/validators.generated.ts';
import { type Violation, violationsOf } from './schema/violation.ts';
import {
  type FileProblem,
  type FileWords,
  type KeySchema,
  schemaProblems,
  surplusDocument,
} from './schema/words.ts';
import type { Span } from './span.ts';
import { followPointer, type Json, toJson } from './yaml/json.ts';

/** The end of the name of every file of policy tests. */
const SUFFIX = '.netpol-test.yaml';

/** Whether a path or URI names a file of policy tests. */
export function isPolicyTest(path: string): boolean {
  return path.endsWith(SUFFIX);
}

export type Expectation = 'allow' | 'deny';

export interface Assertion {
  readonly from: End;
  readonly to: End;
  /** Null for every port of every protocol. */
  readonly ports: readonly PortSpan[] | null;
  readonly expect: Expectation;
  /** Where the parts are written; the last is that of `expect`. */
  readonly at: { readonly from: Span; readonly to: Span; readonly expect: Span };
  /** The whole of it. */
  readonly span: Span;
}

export interface PolicyTest {
  readonly name: string;
  /** Where the name is written. */
  readonly span: Span;
  readonly assertions: readonly Assertion[];
}

export interface PolicyTestFile {
  readonly document: YamlDocument;
  /** The folder of the kustomization that the tests are about, relative to the file; null for each that they fit. */
  readonly world: { readonly path: string; readonly span: Span } | null;
  /** Empty where there are problems: tests that are half understood are not run. */
  readonly tests: readonly PolicyTest[];
  /** In the order of the text. */
  readonly problems: readonly FileProblem[];
}

/** Reads a file of policy tests. */
export function readPolicyTest(uri: string, text: string): PolicyTestFile {
  const document = new YamlDocument(uri, text);
  const { root, problems: yamlProblems } = document.yaml;
  const problems: FileProblem[] = yamlProblems
    .filter(({ kind }) => kind !== 'merge-override')
    .map(({ span, message }) => ({ span, message }));
  const value = toJson(root);
  if (value === undefined) problems.push({ span: START, message: 'aliases expand without end' });
  problems.push(...surplusDocument(text, 'A file of policy tests'));
  if (problems.length === 0 && (root === null || value === null)) problems.push(EMPTY);
  if (problems.length > 0 || root === null) return { document, world: null, tests: [], problems };
  problems.push(...schemaProblems(violationsOf(validateNetpolTest, value as Json, root), WORDS));
  if (problems.length > 0) return { document, world: null, tests: [], problems: inOrder(problems) };
  const reader = new Reader((pointer) => followPointer(root, pointer)?.node.span ?? root.span);
  const file = reader.read(value as unknown as WrittenFile);
  if (reader.problems.length === 0) return { document, ...file, problems: [] };
  return { document, world: null, tests: [], problems: inOrder(reader.problems) };
}

const START: Span = { start: 0, end: 0 };
const EMPTY: FileProblem = {
  span: START,
  message: 'There is no test in this file. Start with "tests:" and a list of them.',
};

function inOrder(problems: readonly FileProblem[]): FileProblem[] {
  return [...problems].sort((a, b) => a.span.start - b.span.start);
}

const WORDS: FileWords = {
  schema: netpolTestSchema as KeySchema,
  whole: 'a file of policy tests',
  pattern: patternMessage,
};

function patternMessage(where: string, { node }: Violation): string {
  const text = node.kind === 'scalar' ? node.text : '';
  return where.includes('.ports[') && text !== ''
    ? `${where} must be a port with its protocol: 8443/TCP, 8000-8100/TCP, or TCP for all of its ports.${portHint(text)}`
    : `${where} must not be empty.`;
}

function portHint(text: string): string {
  if (/^[0-9]+(?:-[0-9]+)?$/.test(text)) return ` Write ${text}/TCP.`;
  if (/^[0-9]+(?:-[0-9]+)?\/(?:tcp|udp|sctp)$/.test(text)) return ` Write ${text.toUpperCase()}.`;
  return /^[a-z]/.test(text) ? " A port's name is not enough: it may mean another number on each pod." : '';
}

/** What the schema lets through. */
interface WrittenFile {
  readonly world?: string;
  readonly tests: readonly { readonly name: string; readonly assertions: readonly WrittenAssertion[] }[];
}

interface WrittenAssertion {
  readonly from: WrittenEnd;
  readonly to: WrittenEnd;
  readonly ports?: readonly string[];
  readonly expect: Expectation;
}

type WrittenEnd =
  | string
  | {
      readonly namespace?: string;
      readonly namespaceSelector?: WrittenSelector;
      readonly podSelector?: WrittenSelector;
    };

/** Either labels, or `matchLabels` and `matchExpressions`. */
type WrittenSelector = Readonly<Record<string, unknown>>;

/** Reads what the schema has let through, and notes what it cannot see. */
class Reader {
  readonly problems: FileProblem[] = [];
  private readonly spanAt: (pointer: string) => Span;

  constructor(spanAt: (pointer: string) => Span) {
    this.spanAt = spanAt;
  }

  read({ world, tests }: WrittenFile): Pick<PolicyTestFile, 'world' | 'tests'> {
    return {
      world: world === undefined ? null : { path: world, span: this.spanAt('/world') },
      tests: tests.map(({ name, assertions }, i) => ({
        name: name.trim(),
        span: this.spanAt(`/tests/${i}/name`),
        assertions: assertions.map((written, n) => this.assertion(written, `/tests/${i}/assertions/${n}`)),
      })),
    };
  }

  private assertion({ from, to, ports, expect }: WrittenAssertion, pointer: string): Assertion {
    const at = (key: string) => this.spanAt(`${pointer}/${key}`);
    return {
      from: this.end(from, `${pointer}/from`),
      to: this.end(to, `${pointer}/to`),
      ports: ports?.flatMap((text, n) => this.port(text, `${pointer}/ports/${n}`)) ?? null,
      expect,
      at: { from: at('from'), to: at('to'), expect: at('expect') },
      span: this.spanAt(pointer),
    };
  }

  private end(written: WrittenEnd, pointer: string): End {
    if (typeof written === 'string') {
      const end = readEnd(written);
      if (end) return end;
      this.refuse(pointer, `"${written}" is no end of a connection. It takes ${END_FORMS}.`);
      return { kind: 'any' };
    }
    const { namespace = null, namespaceSelector, podSelector } = written;
    if (namespace === null && namespaceSelector === undefined)
      this.refuse(
        pointer,
        'Say in which namespaces: add namespace, or namespaceSelector: {} for every namespace.',
      );
    return {
      kind: 'pods',
      namespace,
      namespaceSelector: this.selector(namespaceSelector, `${pointer}/namespaceSelector`),
      podSelector: this.selector(podSelector, `${pointer}/podSelector`),
    };
  }

  private selector(written: WrittenSelector | undefined, pointer: string): LabelSelector | null {
    if (written === undefined) return null;
    const { matchLabels, matchExpressions, ...rest } = written;
    const isSelector = typeof matchLabels === 'object' || typeof matchExpressions === 'object';
    const [surplus] = Object.keys(rest);
    if (isSelector && surplus !== undefined)
      this.refuse(
        `${pointer}/${surplus.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        `Put ${surplus} into matchLabels: here stand either labels alone, or matchLabels and matchExpressions.`,
      );
    const labels = (isSelector ? (matchLabels ?? {}) : written) as Readonly<Record<string, string>>;
    const required = Object.entries(labels).map(
      ([key, value]): LabelRequirement => ({ key, operator: 'In', values: [value] }),
    );
    const expressions = (isSelector ? (matchExpressions ?? []) : []) as Partial<LabelRequirement>[];
    const more = expressions.map((e, n) => this.expression(e, `${pointer}/matchExpressions/${n}`));
    return { requirements: [...required, ...more] };
  }

  private expression(written: Partial<LabelRequirement>, pointer: string): LabelRequirement {
    const { key = '', operator = 'Exists', values = [] } = written;
    const takesValues = operator === 'In' || operator === 'NotIn';
    if (takesValues && values.length === 0)
      this.refuse(pointer, `${operator} needs values: add values with at least one.`);
    if (!takesValues && values.length > 0) this.refuse(pointer, `${operator} takes no values: delete them.`);
    return { key, operator, values };
  }

  private port(text: string, pointer: string): PortSpan[] {
    const port = readPort(text);
    if (port) return [port];
    this.refuse(pointer, `${text} is no port: numbers go from 1 to 65535, the smaller one first.`);
    return [];
  }

  private refuse(pointer: string, message: string): void {
    this.problems.push({ span: this.spanAt(pointer), message });
  }
}
