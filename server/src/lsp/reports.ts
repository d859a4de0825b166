/**
 * Owns the diagnostics of each file as they were last reported, and making them anew when something they depend on has changed.
 * How they reach the client is decided elsewhere.
 */
import { randomUUID } from 'node:crypto';
import type { CancellationToken, Diagnostic } from 'vscode-languageserver/node';
import type { YamlDocument } from '../core/document.ts';
import type { Diagnosis } from '../core/rule.ts';
import { MAX_SIZE } from '../files/read.ts';
import { type DiagnosticStyle, rangeOf, SOURCE, toDiagnostics } from './convert.ts';
import type { Session } from './session.ts';
import { mapInSlices, outdated, throwIfCancelled } from './slices.ts';
import type { World } from './world.ts';

export interface Report {
  /** Stays the same as long as `items` does. */
  readonly id: string;
  readonly items: readonly Diagnostic[];
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
    const partOf = (document: YamlDocument): readonly Diagnostic[] => {
      const diagnoses = world.diagnose(document);
      // After each keystroke every document of the file is asked, and most have nothing to say.
      if (diagnoses.length === 0) return NOTHING.items;
      for (const other of othersPointedAt(diagnoses, uri)) madeFrom.set(other, session.revisions.of(other));
      return toDiagnostics(document, diagnoses, style);
    };
    const documents = world.workspace.files.get(uri)?.documents ?? [];
    const prepare = (document: YamlDocument, goOn: () => boolean) => world.prepare(document, goOn);
    const parts = await mapInSlices([...documents], partOf, check, prepare);
    parts.push(configDiagnostics(world, uri), session.isTooLarge(uri) ? [TOO_LARGE] : []);
    return { parts: parts.filter((part) => part.length > 0), madeFrom };
  };

  const keep = (uri: string, made: Omit<Kept, 'report'>): Report => {
    const known = kept.get(uri);
    const report =
      known && sameParts(known.parts, made.parts)
        ? known.report
        : { id: `${generation}:${nextId++}`, items: made.parts.flat() };
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
    a.length === b.length &&
    a.every((part, i) => part === b[i] || JSON.stringify(part) === JSON.stringify(b[i]))
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
