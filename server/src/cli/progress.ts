/**
 * Owns the one line that says how far a long run is. It is for people at a terminal and leaves nothing behind.
 */
import type { Output } from './io.ts';

export interface ProgressLine {
  /** Shows `verb` and how far it is, if there is enough to do to be worth it. */
  show(verb: string, done: number, total: number | null): void;
  /** Takes the line away. */
  clear(): void;
}

/** Fewer files than this are done before a person has read the line. */
const WORTH_SHOWING = 1000;
/** Files between two updates. */
const STEP = 250;

export function progressLine(output: Output): ProgressLine {
  let last = '';
  let visible = false;
  return {
    show(verb, done, total) {
      const step = `${verb} ${Math.floor(done / STEP)}`;
      if (!output.isTTY || (total ?? done) < WORTH_SHOWING || step === last) return;
      last = step;
      visible = true;
      const amount = total === null ? `${done}` : `${done} of ${total}`;
      output.write(`\r\u001b[2K${verb} ${amount} files …`);
    },
    clear() {
      if (visible) output.write('\r\u001b[2K');
      visible = false;
      last = '';
    },
  };
}
