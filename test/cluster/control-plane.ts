/**
 * Owns a real control plane for tests: etcd and kube-apiserver on loopback, with RBAC, users and an audit log, started in
 * seconds and gone afterwards. There is no kubelet and no controller: objects stay as they are written.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { poll } from '../../scripts/lib/poll.ts';
import type { Binaries } from './binaries.ts';
import { type Answer, type Call, type Client, call } from './calls.ts';
import { newRunFolder, type RunFolder } from './leftovers.ts';

/** The users every control plane knows. `admin` may do anything; the others what a test's Roles give them, at first nothing. */
export type User = 'admin' | 'namespaced' | 'nobody';

const USERS: readonly User[] = ['admin', 'namespaced', 'nobody'];

export interface Options {
  /** False for a server that takes CIDRs with host bits, as servers before 1.36 do. */
  readonly strictCidrs?: boolean;
}

/** One request, as the server's audit log tells it. */
export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly stage: string;
  readonly responseStatus?: { readonly code: number };
}

/** What a kubeconfig says in place of what a user's own would. */
export interface KubeconfigChanges {
  readonly context?: string;
  readonly namespace?: string;
  /** Fields of the cluster, and those of the user. */
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly credentials?: Readonly<Record<string, unknown>>;
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface ControlPlane {
  /** https://127.0.0.1:PORT */
  readonly url: string;
  /** The version the server says it has, such as v1.36.3. */
  readonly version: string;
  /** Writes a kubeconfig with one context for this user, named like the user; answers with its path. */
  kubeconfig(user: User, changes?: KubeconfigChanges): string;
  /** A token of a ServiceAccount that is valid for so many seconds from now; fewer than none for one that has expired. */
  token(account: ServiceAccount, seconds: number): string;
  /** Ends the API server as if it had crashed, and starts it again at the same address, once `whileDown` is done. */
  restart(whileDown?: () => Promise<void>): Promise<void>;
  /** Makes etcd forget all past versions of objects. */
  compact(): Promise<void>;
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
    const server = await prepareServer(folder, etcd.url, options);
    const startServer = () => {
      processes.push(start(binaries.apiserver, folder, 'kube-apiserver', server.args));
      return processes.at(-1) as ChildProcess;
    };
    await waitForFile(server.ca, startServer());
    const agent = new Agent({ ca: readFileSync(server.ca), keepAlive: true });
    const client = { url: server.url, tokens: server.tokens, agent };
    await ready(client, processes, folder);
    const { body } = await call(client, '/version', {});
    return {
      url: server.url,
      version: (body as { gitVersion: string }).gitVersion,
      kubeconfig: (user, changes = {}) => writeKubeconfig(folder, server, user, changes),
      call: (path, callOptions = {}) => call(client, path, callOptions),
      audit: () => readAudit(join(folder.path, AUDIT_LOG)),
      token: (account, seconds) => tokenOf(account, seconds, server.signingKey),
      restart: async (whileDown) => {
        await ended(processes.pop() as ChildProcess);
        try {
          await whileDown?.();
        } finally {
          startServer();
        }
        await ready(client, processes, folder);
      },
      compact: () => compact(etcd.url),
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
  readonly args: readonly string[];
  readonly url: string;
  /** Path of the certificates its own is signed with. */
  readonly ca: string;
  readonly tokens: Readonly<Record<User, string>>;
  /** The key of ServiceAccounts' tokens, as PEM. */
  readonly signingKey: string;
}

const ISSUER = 'https://kubernetes.default.svc';
const AUDIT_LOG = 'audit.log';

async function prepareServer(
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
  const args = [
    `--etcd-servers=${etcd}`,
    `--cert-dir=${join(folder.path, 'certificates')}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=RBAC',
    `--token-auth-file=${file('tokens.csv', `${rows.join('\n')}\n`)}`,
    `--service-account-issuer=${ISSUER}`,
    `--service-account-signing-key-file=${key}`,
    `--service-account-key-file=${file('service-account.pub', publicKey)}`,
    // There is no controller that would make a ServiceAccount for each namespace.
    '--disable-admission-plugins=ServiceAccount',
    `--audit-policy-file=${file('audit-policy.json', JSON.stringify(policy))}`,
    `--audit-log-path=${join(folder.path, AUDIT_LOG)}`,
    ...(strictCidrs ? [] : ['--feature-gates=StrictIPCIDRValidation=false']),
  ];
  return {
    args,
    url: `https://127.0.0.1:${port}`,
    ca: join(folder.path, 'certificates', 'apiserver.crt'),
    tokens: tokens as Record<User, string>,
    signingKey: privateKey,
  };
}

function start(program: string, folder: RunFolder, name: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(join(folder.path, `${name}.log`), { flags: 'a' });
  child.stdout?.pipe(log);
  child.stderr?.pipe(log);
  if (child.pid !== undefined) folder.add(child.pid);
  return child;
}

async function waitForFile(path: string, child: ChildProcess): Promise<void> {
  await poll(() => existsSync(path) || gone(child), { what: `${path} to be written`, timeout: 60_000 });
  if (gone(child)) throw new Error('kube-apiserver ended at once');
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

function writeKubeconfig(
  folder: RunFolder,
  { url, ca, tokens }: Server,
  user: User,
  { context = user, namespace, cluster = {}, credentials }: KubeconfigChanges,
): string {
  const path = join(folder.path, `${context}.kubeconfig`);
  const authority = { 'certificate-authority-data': readFileSync(ca).toString('base64') };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: `cluster-of-${context}`, cluster: { server: url, ...authority, ...cluster } }],
    users: [{ name: user, user: credentials ?? { token: tokens[user] } }],
    contexts: [
      { name: context, context: { cluster: `cluster-of-${context}`, user, ...(namespace && { namespace }) } },
    ],
    'current-context': context,
  };
  // JSON is YAML.
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return path;
}

/** A token as the API server itself would issue it: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
function tokenOf({ namespace, name, uid }: ServiceAccount, seconds: number, key: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: ISSUER,
    aud: [ISSUER],
    sub: `system:serviceaccount:${namespace}:${name}`,
    iat: now - 3600,
    nbf: now - 3600,
    exp: now + seconds,
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
  };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${encode({ alg: 'ES256', typ: 'JWT' })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

/** https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/ */
async function compact(etcd: string): Promise<void> {
  const ask = async (path: string, body: object) => {
    const answer = await fetch(`${etcd}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { header: { revision: string } };
  };
  const { header } = await ask('kv/range', { key: Buffer.from('/').toString('base64') });
  await ask('kv/compaction', { revision: header.revision, physical: true });
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
