// Waiting for something that gives no event: asks again at short intervals until it holds or time is up.
import { setTimeout as pause } from 'node:timers/promises';

export interface PollOptions {
  /** Completes the sentence "waited … ms for …". */
  what: string;
  /** Milliseconds until it counts as failed. */
  timeout?: number;
  /** Milliseconds between two questions. */
  interval?: number;
}

/** Settles with the first truthy answer. Throws when none came in time, or when the question itself throws. */
export async function poll<T>(
  ask: () => T | Promise<T>,
  { what, timeout = 15_000, interval = 50 }: PollOptions,
): Promise<NonNullable<T>> {
  const end = performance.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`waited ${timeout} ms for ${what}`);
    await pause(interval);
  }
}
