/** Owns running the command line inside the test's own process. */
import { main } from '../../server/src/cli/main.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Buffer;
  /** Whether both outputs are terminals. */
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Runs `netpol-guard` with these arguments. */
export async function run(
  argv: readonly string[],
  { cwd, env = {}, stdin = '', ...terminal }: Surroundings,
): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    ...terminal,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await main(argv, {
    cwd,
    env,
    stdin: chunksOf(Buffer.from(stdin)),
    stdout: output('stdout'),
    stderr: output('stderr'),
    version: '1.2.3',
    now: () => Date.parse('2026-11-24T12:00:00Z'),
    docsOf: (id) => `file:///docs/rules/${id}.md`,
    webPageOf: () => null,
    serveLsp: async () => {
      written.stdout += 'serving\n';
    },
  });
  return { code, ...written };
}

/** Small pieces, as a pipe may deliver them: a character may be cut in two. */
async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}
