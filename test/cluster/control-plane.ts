/**
 * Owns a real control plane for tests: etcd and kube-apiserver on loopback, with RBAC, users and an audit log, started in
 * seconds and gone afterwards. There is no kubelet and no controller: objects stay as they are written.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { poll } from '../../scripts/lib/poll.ts';
import type { Binaries } from './binaries.ts';
import { newRunFolder, type RunFolder } from './leftovers.ts';

/** The users every control plane knows. `admin` may do anything; the others what a test's Roles give them, at first nothing. */
export type User = 'admin' | 'namespaced' | 'nobody';

const USERS: readonly User[] = ['admin', 'namespaced', 'nobody'];

export interface Options {
  /** False for a server that takes CIDRs with host bits, as servers before 1.36 do. */
  readonly strictCidrs?: boolean;
}

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

/** One request, as the server's audit log tells it. */
export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly stage: string;
}

export interface ControlPlane {
  /** https://127.0.0.1:PORT */
  readonly url: string;
  /** The version the server says it has, such as v1.36.3. */
  readonly version: string;
  /** Writes a kubeconfig with one context for this user, named like the user; answers with its path. */
  kubeconfig(user: User): string;
  call(path: string, options?: Call): Promise<Answer>;
  /** Every request so far that has been answered. */
  audit(): readonly AuditEvent[];
  stop(): Promise<void>;
}

/** Starts a control plane; rejects with what the programs said when they do not become ready within a minute. */
export async function startControlPlane(binaries: Binaries, options: Options = {}): Promise<ControlPlane> {
  const folder = newRunFolder();
  const processes: ChildProcess[] = [];
  const stop = async () => {
    // The server first: without its store it would complain for seconds before it ends.
    for (const child of processes.toReversed()) await ended(child);
    folder.remove();
  };
  try {
    const etcd = await startEtcd(binaries.etcd, folder);
    processes.push(etcd.child);
    const server = await startServer(binaries.apiserver, folder, etcd.url, options);
    processes.push(server.child);
    const agent = new Agent({ ca: readFileSync(server.ca), keepAlive: true });
    const client = { url: server.url, tokens: server.tokens, agent };
    await ready(client, processes, folder);
    const { body } = await call(client, '/version', {});
    return {
      url: server.url,
      version: (body as { gitVersion: string }).gitVersion,
      kubeconfig: (user) => writeKubeconfig(folder, server, user),
      call: (path, callOptions = {}) => call(client, path, callOptions),
      audit: () => readAudit(join(folder.path, AUDIT_LOG)),
      stop: async () => {
        agent.destroy();
        await stop();
      },
    };
  } catch (error) {
    const said = processes.length > 0 ? `\n${lastWords(folder)}` : '';
    await stop();
    throw new Error(`the control plane did not start: ${(error as Error).message}${said}`, { cause: error });
  }
}

async function startEtcd(program: string, folder: RunFolder): Promise<{ child: ChildProcess; url: string }> {
  const [client, peer] = await freePorts(2);
  const [url, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  const child = start(program, folder, 'etcd', [
    `--data-dir=${join(folder.path, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
    '--log-level=error',
  ]);
  return { child, url };
}

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  /** Path of the certificates its own is signed with. */
  readonly ca: string;
  readonly tokens: Readonly<Record<User, string>>;
}

const AUDIT_LOG = 'audit.log';

async function startServer(
  program: string,
  folder: RunFolder,
  etcd: string,
  { strictCidrs = true }: Options,
): Promise<Server> {
  const [port] = await freePorts(1);
  const file = (name: string, text: string) => {
    const path = join(folder.path, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const key = file('service-account.key', privateKey);
  const tokens = Object.fromEntries(USERS.map((user) => [user, randomBytes(16).toString('hex')]));
  const rows = USERS.map(
    (user) => `${tokens[user]},${user},${user}${user === 'admin' ? ',system:masters' : ''}`,
  );
  const policy = {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [{ level: 'Metadata' }],
  };
  const child = start(program, folder, 'kube-apiserver', [
    `--etcd-servers=${etcd}`,
    `--cert-dir=${join(folder.path, 'certificates')}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=RBAC',
    `--token-auth-file=${file('tokens.csv', `${rows.join('\n')}\n`)}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${key}`,
    `--service-account-key-file=${file('service-account.pub', publicKey)}`,
    // There is no controller that would make a ServiceAccount for each namespace.
    '--disable-admission-plugins=ServiceAccount',
    `--audit-policy-file=${file('audit-policy.json', JSON.stringify(policy))}`,
    `--audit-log-path=${join(folder.path, AUDIT_LOG)}`,
    ...(strictCidrs ? [] : ['--feature-gates=StrictIPCIDRValidation=false']),
  ]);
  return {
    child,
    url: `https://127.0.0.1:${port}`,
    ca: await waitForFile(join(folder.path, 'certificates', 'apiserver.crt'), child),
    tokens: tokens as Record<User, string>,
  };
}

function start(program: string, folder: RunFolder, name: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(join(folder.path, `${name}.log`));
  child.stdout?.pipe(log);
  child.stderr?.pipe(log);
  if (child.pid !== undefined) folder.add(child.pid);
  return child;
}

async function waitForFile(path: string, child: ChildProcess): Promise<string> {
  await poll(() => existsSync(path) || gone(child), { what: `${path} to be written`, timeout: 60_000 });
  if (gone(child)) throw new Error('kube-apiserver ended at once');
  return path;
}

function gone({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Ends a process and waits until it is gone. */
async function ended(child: ChildProcess): Promise<void> {
  if (gone(child)) return;
  const gaveUp = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await gaveUp;
}

/** Ports that nobody listened on a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.once('listening', () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

interface Client {
  readonly url: string;
  readonly tokens: Readonly<Record<User, string>>;
  readonly agent: Agent;
}

async function ready(client: Client, processes: readonly ChildProcess[], folder: RunFolder): Promise<void> {
  const ask = async () => {
    if (processes.some(gone)) throw new Error(`a program ended; see its log in ${folder.path}`);
    const answer = await call(client, '/readyz', {}).catch(() => null);
    return answer?.status === 200;
  };
  await poll(ask, { what: 'the API server to be ready', timeout: 60_000, interval: 100 });
  // Namespaces come from the server itself, a little after it is ready.
  const namespace = async () => (await call(client, '/api/v1/namespaces/default', {})).status === 200;
  await poll(namespace, { what: 'the default namespace', timeout: 30_000 });
}

function call(client: Client, path: string, options: Call): Promise<Answer> {
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

function writeKubeconfig(folder: RunFolder, { url, ca, tokens }: Server, user: User): string {
  const path = join(folder.path, `${user}.kubeconfig`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: { server: url, 'certificate-authority-data': readFileSync(ca).toString('base64') },
      },
    ],
    users: [{ name: user, user: { token: tokens[user] } }],
    contexts: [{ name: user, context: { cluster: 'test', user } }],
    'current-context': user,
  };
  // JSON is YAML.
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return path;
}

function readAudit(path: string): AuditEvent[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // The last line may be half written.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as AuditEvent);
}

function lastWords(folder: RunFolder): string {
  const tail = (name: string) => {
    const path = join(folder.path, name);
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(-8).join('\n') : '';
  };
  return [tail('etcd.log'), tail('kube-apiserver.log')].filter((text) => text !== '').join('\n');
}
