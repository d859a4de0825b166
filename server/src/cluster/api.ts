/**
 * Owns requests to the API server: GET, and nothing else, which is what makes reading a cluster read-only. Discovery, lists and
 * watches are all GETs; there is no way here to send anything else.
 */
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { StringDecoder } from 'node:string_decoder';
import { type Asked, Failure, failureOfError, failureOfStatus } from './failure.ts';
import type { Login } from './login.ts';

export interface Api {
  /** The JSON at a path. Rejects with a Failure. */
  get(path: string, signal: AbortSignal): Promise<unknown>;
  /** The lines that the server sends at a path, until it ends the answer. Rejects with a Failure. */
  lines(path: string, listener: LineListener, signal: AbortSignal): Promise<void>;
  /** Forgets how to sign in, so that the next request reads the kubeconfig again. */
  signInAnew(): void;
  close(): void;
}

export interface LineListener {
  /** The server has begun to answer. */
  opened(): void;
  line(text: string): void;
  /** Milliseconds of silence after which the connection counts as dead. */
  readonly silence: number;
}

/** Milliseconds that an answer may take to begin, or to go on. */
const PATIENCE = 30_000;
const USER_AGENT = 'netpol-guard';

/** `login` is called before the first request, and again after `signInAnew`. It may throw a Failure. */
export function createApi(context: string, login: () => Login): Api {
  let current: Login | null = null;
  const forget = () => {
    current?.dispose();
    current = null;
  };
  const send = async (path: string, timeout: number, signal: AbortSignal): Promise<IncomingMessage> => {
    const used = current ?? login();
    current = used;
    const asked = { context, server: used.server };
    try {
      const options = await used.options();
      const response = await open(used.server + path, { ...options, timeout, signal });
      if (response.statusCode === 200) return response;
      response.resume();
      throw failureOfStatus(response.statusCode ?? 0, asked, used.plugin);
    } catch (error) {
      throw failureOfError(error, asked);
    }
  };
  const asked = (): Asked => ({ context, server: current?.server ?? 'The API server' });
  return {
    async get(path, signal) {
      const response = await send(path, PATIENCE, signal);
      let text: string;
      try {
        text = await textOf(response);
      } catch (error) {
        throw failureOfError(error, asked());
      }
      try {
        return JSON.parse(text);
      } catch {
        const { server } = asked();
        throw new Failure(
          'server',
          `${server} did not answer with JSON. Check that the context ${context} leads to a Kubernetes API server, and not to a proxy that asks you to sign in.`,
        );
      }
    },
    async lines(path, listener, signal) {
      const response = await send(path, listener.silence, signal);
      listener.opened();
      try {
        await eachLine(response, (line) => listener.line(line));
      } catch (error) {
        throw failureOfError(error, asked());
      }
    },
    signInAnew: forget,
    close: forget,
  };
}

function open(url: string, options: Parameters<typeof requestSecure>[1]): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    const headers = { ...options.headers, accept: 'application/json', 'user-agent': USER_AGENT };
    const sent = request(url, { ...options, method: 'GET', headers }, resolve);
    sent.on('timeout', () => sent.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    sent.on('error', reject);
    sent.end();
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function eachLine(response: IncomingMessage, take: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of response) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') take(line);
  }
}
