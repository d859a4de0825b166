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
    const [first, ...others] = jsonOf(message);
    const length = others.reduce((sum, piece) => sum + piece.bytes, first.bytes);
    const pieces = [{ ...first, text: `Content-Length: ${length}\r\n\r\n${first.text}` }, ...others];
    return new Promise<void>((resolve, reject) => {
      const done = (error: Error | null | undefined) => {
        if (!error) return resolve();
        this.fireError(error, message);
        reject(error);
      };
      // A write to a pipe is a system call that wakes the client: to make one of all is a good part of a short answer's time.
      this.pipe.cork();
      for (const [i, { text, isAscii }] of pieces.entries()) {
        // What is ASCII need not be converted.
        const encoding = isAscii ? 'latin1' : 'utf8';
        if (i < pieces.length - 1) this.pipe.write(text, encoding);
        else this.pipe.write(text, encoding, done);
      }
      this.pipe.uncork();
    });
  }

  end(): void {
    this.pipe.end();
  }
}

/** Text to send, and how many bytes of UTF-8 it is. */
interface Piece {
  readonly text: string;
  readonly bytes: number;
  readonly isAscii: boolean;
}

/** The fields of answers and notifications that may be long lists whose JSON is known. */
const LISTS = ['items', 'diagnostics'] as const;
const LIST = '\u0000list';
const MARK = JSON.stringify(LIST);

function jsonOf(message: Message): [Piece, ...Piece[]] {
  for (const part of ['result', 'params'] as const) {
    const value = (message as unknown as Record<string, Record<string, unknown> | null | undefined>)[part];
    for (const field of LISTS) {
      const list = listJson(value?.[field]);
      if (list === null) continue;
      const text = JSON.stringify({ ...message, [part]: { ...value, [field]: LIST } });
      const at = text.indexOf(MARK);
      const known = list.map((json) => ({ text: json, bytes: json.length, isAscii: true }));
      return [pieceOf(text.slice(0, at)), ...known, pieceOf(text.slice(at + MARK.length))];
    }
  }
  return [pieceOf(JSON.stringify(message))];
}

function pieceOf(text: string): Piece {
  const bytes = Buffer.byteLength(text);
  return { text, bytes, isAscii: bytes === text.length };
}
