/** Owns the course of the typing benchmarks: which servers take part, in turns, and what their samples come to. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Server, Task } from './client.ts';
import { type Measured, measure } from './driver.ts';
import { policyFile } from './generate.ts';
import { floor, ours } from './servers.ts';
import { median } from './statistics.ts';

export interface Plan {
  /** Files are measured with as many policies as each of these. */
  readonly sizes: readonly number[];
  readonly repetitions: number;
  /** Edits per place; even. */
  readonly edits: number;
  /** A folder that may be written to. */
  readonly scratch: string;
  /** Null where it could not be installed. */
  readonly yamlServer: Server | null;
  /** Told what is being done. */
  readonly note: (text: string) => void;
}

/** The medians of one run of one server. Milliseconds and megabytes. */
export interface Run {
  readonly cold: number;
  readonly keystroke: number;
  readonly keystrokeStart: number;
  readonly keystrokeMiddle: number;
  readonly keystrokeEnd: number;
  readonly hover: number;
  readonly completion: number;
  readonly codeAction: number;
  readonly burst: number;
  readonly burstAtOnce: number;
  readonly memoryIdle: number | null;
  readonly memoryAfter: number | null;
  readonly cpu: number | null;
}

export type Figure = keyof Run;

export interface Series {
  readonly server: string;
  readonly runs: readonly Run[];
}

/** What was measured on a file of one size. */
export interface Size {
  readonly policies: number;
  readonly bytes: number;
  /** What our server finds in the file, and how large it is as JSON. */
  readonly diagnostics: number;
  readonly payloadBytes: number;
  readonly series: readonly Series[];
}

/** Measures every server on every size, one after the other and the whole round again. */
export async function measureTyping(plan: Plan): Promise<Size[]> {
  const sizes: Size[] = [];
  for (const policies of plan.sizes) sizes.push(await measureSize(policies, plan));
  return sizes;
}

async function measureSize(policies: number, plan: Plan): Promise<Size> {
  const folder = join(plan.scratch, `policies-${policies}`);
  const file = join(folder, 'policies.yaml');
  const text = policyFile({ policies });
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
  const task = {
    folder: pathToFileURL(folder).href,
    uri: pathToFileURL(file).href,
    text,
    edits: plan.edits,
  };
  const { diagnostics } = await measure(ours('pull'), { ...task, edits: 0 });
  const payload = join(plan.scratch, `payload-${policies}.json`);
  const json = JSON.stringify(diagnostics);
  writeFileSync(payload, json);
  const series = participants(payload, plan.yamlServer).map((server) => ({ server, runs: [] as Run[] }));
  for (let round = 1; round <= plan.repetitions; round++)
    for (const { server, runs } of series) {
      plan.note(`${policies} policies, round ${round} of ${plan.repetitions}: ${server.name}`);
      runs.push(summary(await measure(server, fewerEdits(server, task))));
    }
  return {
    ...{ policies, bytes: Buffer.byteLength(text), diagnostics: diagnostics.length },
    payloadBytes: Buffer.byteLength(json),
    series: series.map(({ server, runs }) => ({ server: server.name, runs })),
  };
}

function participants(payload: string, yamlServer: Server | null): readonly Server[] {
  const both = (['pull', 'push'] as const).flatMap((answers) => [
    floor(answers),
    floor(answers, payload),
    ours(answers),
  ]);
  return yamlServer ? [...both, yamlServer] : both;
}

/** A server that takes a second for each edit needs no more of them for a stable median. */
function fewerEdits(server: Server, task: Task): Task {
  return server.answers === 'push-unversioned' ? { ...task, edits: Math.min(4, task.edits) } : task;
}

function summary(measured: Measured): Run {
  const { keystroke, afterEdit } = measured;
  return {
    cold: measured.cold,
    keystroke: median([...keystroke.start, ...keystroke.middle, ...keystroke.end]),
    keystrokeStart: median(keystroke.start),
    keystrokeMiddle: median(keystroke.middle),
    keystrokeEnd: median(keystroke.end),
    hover: median(afterEdit.hover),
    completion: median(afterEdit.completion),
    codeAction: median(afterEdit.codeAction),
    burst: median(measured.burst),
    burstAtOnce: median(measured.burstAtOnce),
    memoryIdle: measured.memoryIdle,
    memoryAfter: measured.memoryAfter,
    cpu: measured.cpu,
  };
}

/** The runs of one server on one size; none when it did not take part. */
export function runsOf(sizes: readonly Size[], policies: number, server: string): readonly Run[] {
  const size = sizes.find((s) => s.policies === policies);
  return size?.series.find((s) => s.server === server)?.runs ?? [];
}

/** The median over the runs of one figure; NaN when it was not measured. */
export function figure(runs: readonly Run[], name: Figure): number {
  return median(runs.map((run) => run[name] ?? Number.NaN));
}

/** The median over the rounds of `of` in one run, divided by `by` in the run of the same round. */
export function ratio(
  runs: readonly Run[],
  of: (run: Run) => number | null,
  others: readonly Run[],
  by: (run: Run) => number | null,
): number {
  const quotients = runs.map((run, i) => {
    const other = others[i];
    return (of(run) ?? Number.NaN) / ((other && by(other)) ?? Number.NaN);
  });
  return median(quotients);
}
