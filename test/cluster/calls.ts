// Requests of a test to its control plane, as any of its users, with the bytes that the test gives.
import { type Agent, request } from 'node:https';
import type { User } from './control-plane.ts';

export interface Answer {
  readonly status: number;
  /** What the server answered, parsed when it is JSON. */
  readonly body: unknown;
  /** The texts of the Warning headers. */
  readonly warnings: readonly string[];
}

export interface Call {
  readonly method?: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly user?: User;
}

export interface Client {
  readonly url: string;
  readonly tokens: Readonly<Record<User, string>>;
  readonly agent: Agent;
}

export function call(client: Client, path: string, options: Call): Promise<Answer> {
  const { method = 'GET', body, contentType = 'application/json', user = 'admin' } = options;
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${client.tokens[user]}`,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }),
    };
    const sent = request(client.url + path, { method, headers, agent: client.agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          body: parsed(text),
          warnings: warningsOf(response.headers.warning),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The texts of `299 - "text"` headers, which Node joins with commas. */
function warningsOf(header: string | undefined): string[] {
  return Array.from((header ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g), ([, text]) =>
    (text as string).replace(/\\(.)/g, '$1'),
  );
}
