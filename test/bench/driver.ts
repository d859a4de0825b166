/**
 * Owns what is measured of one language server, whichever it is: the time from a change to the answer to that very change, the
 * time that reading a folder takes, and memory.
 */
import type { Diagnostic } from 'vscode-languageserver/node';
import { Client, type Server, type Task } from './client.ts';
import { cpuOf, memoryOf, peakOf } from './process-usage.ts';

/** Samples in milliseconds. */
export interface Measured {
  /** From the start of the process to the first diagnostics of the opened file. */
  readonly cold: number;
  /** From a change to the diagnostics that answer it. */
  readonly keystroke: Readonly<Record<'start' | 'middle' | 'end', readonly number[]>>;
  /** From a change to the answer of a request sent with it. */
  readonly afterEdit: Readonly<Record<'hover' | 'completion' | 'codeAction', readonly number[]>>;
  /** From the last of ten changes, 50 ms apart or all at once, to the diagnostics that answer it. */
  readonly burst: readonly number[];
  readonly burstAtOnce: readonly number[];
  /** Megabytes of resident memory; null where the system does not tell. */
  readonly memoryIdle: number | null;
  readonly memoryAfter: number | null;
  /** Processor milliseconds from the first diagnostics to the end; null where the system does not tell. */
  readonly cpu: number | null;
  /** What it found in the file as opened. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs the whole course on a fresh process of `server`. Throws when an answer is wrong or does not come. */
export async function measure(server: Server, task: Task): Promise<Measured> {
  const started = performance.now();
  const client = new Client(server, task);
  try {
    await client.initialize();
    const diagnostics = await client.open();
    const cold = performance.now() - started;
    await client.settle();
    const cpuBefore = cpuOf(client.pid);
    const memoryIdle = memoryOf(client.pid);
    const keystroke = {
      start: await client.typeAt(0),
      middle: await client.typeAt(0.5),
      end: await client.typeAt(1),
    };
    const afterEdit = {
      hover: await client.askAt('hover'),
      completion: await client.askAt('completion'),
      codeAction: await client.askAt('codeAction'),
    };
    const burst = [await client.burst(50), await client.burst(50), await client.burst(50)];
    const burstAtOnce = [await client.burst(0), await client.burst(0), await client.burst(0)];
    await client.settle();
    const cpuAfter = cpuOf(client.pid);
    return {
      ...{ cold, keystroke, afterEdit, burst, burstAtOnce, memoryIdle, diagnostics },
      memoryAfter: memoryOf(client.pid),
      cpu: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore,
    };
  } finally {
    await client.stop();
  }
}

/** What it takes a server that answers by request to read a folder, and then to judge all of it, both from the start. */
export interface MeasuredFolder {
  /** Milliseconds. */
  readonly read: number;
  readonly judged: number;
  /** Megabytes of resident memory at the peak until then; null where the system does not tell. */
  readonly readPeak: number | null;
  readonly judgedPeak: number | null;
}

/** Opens a folder with a fresh process of `server` and asks for the diagnostics of everything in it. */
export async function measureFolder(server: Server, task: Task): Promise<MeasuredFolder> {
  const client = new Client(server, task);
  try {
    await client.initialize();
    const started = performance.now();
    const read = (await client.folderRead()) - started;
    const readPeak = peakOf(client.pid);
    await client.everything();
    const judged = performance.now() - started;
    return { read, judged, readPeak, judgedPeak: peakOf(client.pid) };
  } finally {
    await client.stop();
  }
}

/** Samples in milliseconds: from a change to the diagnostics that answer it, or to the hover that was asked for with it. */
export interface MeasuredTyping {
  readonly keystroke: readonly number[];
  readonly hover: readonly number[];
}

/** Types into one file of a folder once `server` has read all of it; a server that reads no folder is not waited for. */
export async function measureTypingInFolder(
  server: Server,
  task: Task,
  readsFolder: boolean,
): Promise<MeasuredTyping> {
  const client = new Client(server, task);
  try {
    await client.initialize();
    await client.open();
    if (readsFolder) await client.folderRead();
    await client.settle();
    return { keystroke: await client.typeAt(0.5), hover: await client.askAt('hover') };
  } finally {
    await client.stop();
  }
}
