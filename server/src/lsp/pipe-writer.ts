/** Owns how messages are put on a pipe: each with its head in one write, where the library's own writer takes two. */
import type { Writable } from 'node:stream';
import { AbstractMessageWriter, type Message, type MessageWriter } from 'vscode-languageserver/node';
import { listJson } from './serialized.ts';

export class PipeWriter extends AbstractMessageWriter implements MessageWriter {
  private readonly pipe: Writable;

  constructor(pipe: Writable) {
    super();
    this.pipe = pipe;
    pipe.on('error', (error) => this.fireError(error));
    pipe.on('close', () => this.fireClose());
  }

  /** Settles when the message has been handed to the system. */
  async write(message: Message): Promise<void> {
    const body = jsonOf(message);
    const length = Buffer.byteLength(body);
    // A write to a pipe is a system call that wakes the client: half as many are a good part of a short answer's time.
    const text = `Content-Length: ${length}\r\n\r\n${body}`;
    return new Promise<void>((resolve, reject) => {
      // What is ASCII need not be converted.
      this.pipe.write(text, length === body.length ? 'latin1' : 'utf8', (error) => {
        if (!error) return resolve();
        this.fireError(error, message);
        reject(error);
      });
    });
  }

  end(): void {
    this.pipe.end();
  }
}

/** The fields of answers and notifications that may be long lists whose JSON is known. */
const LISTS = ['items', 'diagnostics'] as const;
const LIST = '\u0000list';
const MARK = JSON.stringify(LIST);

function jsonOf(message: Message): string {
  for (const part of ['result', 'params'] as const) {
    const value = (message as unknown as Record<string, Record<string, unknown> | null | undefined>)[part];
    for (const field of LISTS) {
      const list = listJson(value?.[field]);
      if (list === null) continue;
      const text = JSON.stringify({ ...message, [part]: { ...value, [field]: LIST } });
      const at = text.indexOf(MARK);
      return text.slice(0, at) + list + text.slice(at + MARK.length);
    }
  }
  return JSON.stringify(message);
}
