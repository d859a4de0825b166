/** Owns which language servers are measured and how each is started. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository, run } from '../../scripts/lib/process.ts';
import type { Server } from './client.ts';

const floorProgram = join(import.meta.dirname, 'floor.ts');
const tools = join(repository, 'tools/bench');
const stamp = join(tools, 'node_modules/.netpol-guard-stamp');

/** The milliseconds that yaml-language-server waits after a change before it looks at the text. */
export const YAML_SERVER_DEBOUNCE = 200;

export type Answers = 'pull' | 'push';

/** Our server as it is published. */
export function ours(answers: Answers): Server {
  return { name: `ours, ${answers}`, args: [join(repository, 'dist/server.js')], answers, judges: false };
}

/** The server that does nothing; with `payload`, a JSON file, it sends the diagnostics in there. */
export function floor(answers: Answers, payload?: string): Server {
  const name = `floor${payload === undefined ? '' : ' with our payload'}, ${answers}`;
  const options = [
    ...(answers === 'push' ? ['--push'] : []),
    ...(payload === undefined ? [] : ['--payload', payload]),
  ];
  return { name, args: [floorProgram, ...options], answers, judges: false };
}

/** yaml-language-server with the same schema for NetworkPolicies, installed when it is missing. Throws when it cannot be. */
export async function yamlLanguageServer(): Promise<Server> {
  await install();
  const schema = pathToFileURL(join(repository, 'schemas/networkpolicy.schema.json')).href;
  return {
    name: 'yaml-language-server',
    args: [join(tools, 'node_modules/yaml-language-server/bin/yaml-language-server')],
    answers: 'push-unversioned',
    judges: true,
    settings: {
      yaml: {
        ...{ validate: true, hover: true, completion: true },
        schemaStore: { enable: false },
        kubernetesCRDStore: { enable: false },
        schemas: { [schema]: '*.yaml' },
      },
    },
  };
}

/** The version of yaml-language-server that is measured. */
export function yamlLanguageServerVersion(): string {
  const manifest = JSON.parse(readFileSync(join(tools, 'package.json'), 'utf8'));
  return manifest.dependencies['yaml-language-server'];
}

async function install(): Promise<void> {
  const wanted = createHash('sha256')
    .update(readFileSync(join(tools, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const npm = process.env.NETPOL_GUARD_NPM;
  if (npm === undefined) throw new Error('start this through `npm run bench`, which finds npm');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'];
  const code = await run(process.execPath, [npm, 'ci', ...quiet], { cwd: tools, stdio: ['ignore', 2, 2] });
  if (code !== 0) throw new Error('npm could not install it: is the npm registry reachable?');
  mkdirSync(join(tools, 'node_modules'), { recursive: true });
  writeFileSync(stamp, wanted);
}
