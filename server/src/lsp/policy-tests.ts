/**
 * Owns policy tests for clients that show them: which there are, and what becomes of them with the texts as they are now, saved
 * or not. How tests are shown is the client's business.
 */
import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import { isPolicyTest, type PolicyTestFile, readPolicyTest } from '../core/policy-test.ts';
import { runTest, worldsFor } from '../engine/questions/test-run.ts';
import type { ReachWorld } from '../engine/questions/worlds.ts';
import { type Failure, failuresOf } from '../report/test-failure.ts';
import { type ClientUri, locationOf } from './link.ts';
import {
  POLICY_TESTS_CHANGED,
  type PolicyTestFailure,
  type PolicyTestResult,
  type PolicyTestsInfo,
  type RunPolicyTestsParams,
} from './protocol.ts';
import type { Reaching } from './reaching.ts';
import type { Session } from './session.ts';
import { Slicer, throwIfCancelled } from './slices.ts';
import { canonicalUri, pathOf } from './uri.ts';
import type { World } from './world.ts';

/** The files of policy tests in the client's folders and among its open documents, by their URIs. */
export function policyTests(session: Session): PolicyTestsInfo[] {
  const uris = [...session.reportedUris()].filter(isPolicyTest).sort();
  return uris.flatMap((uri) => {
    const file = testsIn(session, uri);
    if (!file) return [];
    const { document, problems } = file;
    const tests = identified(file).map(({ id, test }) => ({
      id,
      name: test.name,
      range: document.rangeOf(test.span),
    }));
    return { uri: session.clientUri(uri), tests, problem: problems[0]?.message ?? null };
  });
}

/** A test by its name; a name that is used again gets a number. */
function identified({ tests }: PolicyTestFile) {
  const counts = new Map<string, number>();
  return tests.map((test) => {
    const count = (counts.get(test.name) ?? 0) + 1;
    counts.set(test.name, count);
    return { id: count === 1 ? test.name : `${test.name} #${count}`, test };
  });
}

function testsIn(session: Session, uri: string): PolicyTestFile | null {
  const file = session.file(uri);
  return file && readPolicyTest(uri, file.text);
}

/** Runs all tests of some files, in slices. Tests of files that are gone, or that cannot be read, have no result. */
export async function runPolicyTests(
  session: Session,
  reaching: Reaching,
  clientUri: ClientUri,
  { uris }: RunPolicyTestsParams,
  token: CancellationToken,
): Promise<PolicyTestResult[]> {
  const slicer = new Slicer();
  const results: PolicyTestResult[] = [];
  for (const written of uris) {
    const uri = canonicalUri(written);
    const world = session.worldFor(uri);
    await world.index(() => throwIfCancelled(token));
    const file = testsIn(session, uri);
    if (!file) continue;
    const run = runner(file, world, reaching, clientUri);
    for (const found of identified(file)) {
      if (slicer.isOver) {
        await slicer.yield();
        throwIfCancelled(token);
      }
      results.push({ uri: written, id: found.id, ...run(found.test) });
    }
  }
  return results;
}

type Run = (test: PolicyTestFile['tests'][number]) => Pick<PolicyTestResult, 'status' | 'failures'>;

function runner(file: PolicyTestFile, world: World, reaching: Reaching, clientUri: ClientUri): Run {
  const worlds = worldsFor(file, reaching.in(world).worlds);
  const { document } = file;
  if (worlds.length === 0) {
    const message = file.world
      ? `There is no kustomization in ${file.world.path} that stands for itself. Name the folder of an overlay, relative to this file.`
      : 'There is no workload and no NetworkPolicy in the workspace, so there is nothing to test.';
    return ({ span }) => ({
      status: 'error',
      failures: [{ message, range: document.rangeOf(file.world?.span ?? span), responsible: [] }],
    });
  }
  const nameOf = (found: ReachWorld) => (worlds.length === 1 ? null : nameOfWorld(found, world));
  return (test) => {
    const result = runTest(test, worlds);
    const failures = result.assertions.flatMap((assertion) => failuresOf(assertion, nameOf));
    return { status: result.status, failures: failures.map((failure) => shown(failure, file, clientUri)) };
  };
}

/** What a world is called: the folder of its kustomization, from the root of the workspace. */
export function nameOfWorld({ key }: ReachWorld, { root }: World): string {
  if (key === '') return 'the plain files';
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const below = folder.startsWith(root) ? folder.slice(root.length) : (pathOf(folder) ?? folder);
  return decodeURIComponent(below).replace(/\/$/, '') || 'the root of the workspace';
}

function shown(failure: Failure, { document }: PolicyTestFile, clientUri: ClientUri): PolicyTestFailure {
  const { message, notes, responsible, span } = failure;
  const unplaced = responsible.filter(({ at }) => at === null).map(({ text }) => text);
  return {
    message: [
      message,
      ...unplaced.map((text) => `${text[0]?.toUpperCase()}${text.slice(1)}.`),
      ...notes,
    ].join('\n'),
    range: document.rangeOf(span),
    responsible: responsible.flatMap(({ text, at }) =>
      at ? { text, location: locationOf(at, clientUri) } : [],
    ),
  };
}

/** Milliseconds without a change before tests are looked at anew. */
const QUIET = 200;

/** Tells a client that shows policy tests of changes; to be called after every one. */
export function createPolicyTestNotice(connection: Connection, isWanted: boolean): () => void {
  let waiting: NodeJS.Timeout | undefined;
  return () => {
    if (!isWanted) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      void connection.sendNotification(POLICY_TESTS_CHANGED).catch(() => {});
    }, QUIET).unref();
  };
}
