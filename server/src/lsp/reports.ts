/**
 * Owns the diagnostics of each file as they were last reported, and making them anew when something they depend on has changed.
 * How they reach the client is decided elsewhere.
 */
import { randomUUID } from 'node:crypto';
import type { CancellationToken, Diagnostic } from 'vscode-languageserver/node';
import type { YamlDocument } from '../core/document.ts';
import { isPolicyTest, readPolicyTest } from '../core/policy-test.ts';
import type { Diagnosis } from '../core/rule.ts';
import { MAX_SIZE } from '../files/read.ts';
import { type DiagnosticStyle, rangeOf, SOURCE, toDiagnostics } from './convert.ts';
import { joinParts, partJson } from './serialized.ts';
import type { Session } from './session.ts';
import { outdated, Slicer, throwIfCancelled } from './slices.ts';
import type { World } from './world.ts';

export interface Report {
  /** Stays the same as long as `items` does. */
  readonly id: string;
  /** Sent as it is: its JSON is known by its identity. Must not be changed. */
  readonly items: Diagnostic[];
}

export interface Reports {
  /**
   * The report of a file as it is now, whether or not there is such a file. Throws RequestCancelled when the token says so, and
   * ServerCancelled when the open document changes while its report is made.
   */
  of(uri: string, token: CancellationToken): Promise<Report>;
}

/** Diagnostics by document, where there are any; the arrays are the same while nothing in them changes. */
type Parts = readonly (readonly Diagnostic[])[];

interface Kept {
  readonly report: Report;
  readonly parts: Parts;
  /** Revisions of the file and of those its diagnostics point at. */
  readonly madeFrom: ReadonlyMap<string, number>;
}

export function createReports(session: Session, style: DiagnosticStyle): Reports {
  const kept = new Map<string, Kept>();
  const generation = randomUUID();
  let nextId = 1;

  const isCurrent = ({ madeFrom }: Kept): boolean =>
    [...madeFrom].every(([uri, revision]) => session.revisions.of(uri) === revision);

  const make = async (uri: string, check: () => void): Promise<Omit<Kept, 'report'>> => {
    const world = session.worldFor(uri);
    // While files are still being read, nothing is said about what is missing, and a keystroke does not wait for them.
    if (world.workspace.allRead) await world.index(check);
    const madeFrom = new Map([[uri, session.revisions.of(uri)]]);
    const parts: (readonly Diagnostic[])[] = [];
    const add = (part: readonly Diagnostic[]) => void (part.length > 0 && parts.push(part));
    const diagnose = inSlices(world, check);
    for (const document of [...(world.workspace.files.get(uri)?.documents ?? [])]) {
      // After each keystroke every document of the file is asked. Most are as they were, and have nothing to say.
      const diagnoses = world.settled(document) ?? (await diagnose(document));
      if (diagnoses.length === 0) continue;
      for (const other of othersPointedAt(diagnoses, uri)) madeFrom.set(other, session.revisions.of(other));
      add(toDiagnostics(document, diagnoses, style));
    }
    add(configDiagnostics(world, uri));
    add(policyTestDiagnostics(world, uri));
    if (session.isTooLarge(uri)) add([TOO_LARGE]);
    return { parts, madeFrom };
  };

  const keep = (uri: string, made: Omit<Kept, 'report'>): Report => {
    const known = kept.get(uri);
    const report =
      known && sameParts(known.parts, made.parts)
        ? known.report
        : {
            id: `${generation}:${nextId++}`,
            items: joinParts(made.parts, known?.report.items) as Diagnostic[],
          };
    kept.set(uri, { ...made, report });
    return report;
  };

  return {
    async of(uri, token) {
      const version = session.versionOf(uri);
      const check = () => {
        throwIfCancelled(token);
        if (session.versionOf(uri) !== version) throw outdated();
      };
      for (;;) {
        const known = kept.get(uri);
        if (known && isCurrent(known)) return known.report;
        const made = await make(uri, check);
        // Other files may have changed between two slices; most verdicts are remembered, so that going round again is cheap.
        if (isCurrent({ ...made, report: NOTHING })) return keep(uri, made);
      }
    },
  };
}

/** Judges documents one after the other, in slices, between which `check` may throw to give up. */
function inSlices(
  world: World,
  check: () => void,
): (document: YamlDocument) => Promise<readonly Diagnosis[]> {
  const slicer = new Slicer();
  const goOn = () => !slicer.isOver;
  return async (document) => {
    while (slicer.isOver || !world.prepare(document, goOn)) {
      await slicer.yield();
      check();
    }
    return world.diagnose(document);
  };
}

const TOO_LARGE: Diagnostic = {
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
  severity: 3,
  source: SOURCE,
  code: 'too-large',
  message: `This file is not checked: it is larger than ${MAX_SIZE / 1_000_000} MB, and no manifest is. Split it, or add it to \`ignore\` in the config.`,
};

const NOTHING: Report = { id: '', items: [] };

/** Parts are compared by what they say only up to the first that differs. */
function sameParts(a: Parts, b: Parts): boolean {
  return (
    a.length === b.length && a.every((part, i) => part === b[i] || partJson(part) === partJson(b[i] ?? []))
  );
}

const pointedAt = new WeakMap<readonly Diagnosis[], ReadonlySet<string>>();

function othersPointedAt(diagnoses: readonly Diagnosis[], uri: string): ReadonlySet<string> {
  let known = pointedAt.get(diagnoses);
  if (!known) {
    const related = diagnoses.flatMap(({ finding }) => finding.related ?? []);
    known = new Set(related.map(({ at }) => at.document.uri).filter((other) => other !== uri));
    pointedAt.set(diagnoses, known);
  }
  return known;
}

function configDiagnostics(world: World, uri: string): Diagnostic[] {
  return world.configProblems(uri).map(({ at, message }) => ({
    range: rangeOf(at),
    severity: 1,
    source: SOURCE,
    code: 'config',
    message,
  }));
}

function policyTestDiagnostics({ workspace }: World, uri: string): Diagnostic[] {
  const file = isPolicyTest(uri) ? workspace.files.get(uri) : undefined;
  if (!file) return [];
  const { document, problems } = readPolicyTest(uri, file.text);
  return problems.map(({ span, message }) => ({
    range: document.rangeOf(span),
    severity: 1,
    source: SOURCE,
    code: 'policy-test',
    message,
  }));
}
