/** Owns how messages are put on a pipe: each with its head in one write, where the library's own writer takes two. */
import type { Writable } from 'node:stream';
import { AbstractMessageWriter, type Message, type MessageWriter } from 'vscode-languageserver/node';

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
    const body = JSON.stringify(message);
    // A write to a pipe is a system call that wakes the client: half as many are a good part of a short answer's time.
    const text = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return new Promise<void>((resolve, reject) => {
      this.pipe.write(text, (error) => {
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
