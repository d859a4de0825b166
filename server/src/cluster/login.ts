/**
 * Owns how requests to the cluster of a context are signed in: certificates, tokens, programs and proxies, as the kubeconfig says.
 * It is the only file that knows the Kubernetes client, which is large: see open.ts for how it is loaded late.
 */
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import { basename } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { Failure } from './failure.ts';
import {
  type Context,
  type Entry,
  type Fields,
  isFields,
  type Kubeconfig,
  pathIn,
  pluginOf,
  textOf,
} from './kubeconfig.ts';

export interface Login {
  readonly context: Context;
  /** Where the API server is: an https or http URL without a slash at the end. */
  readonly server: string;
  /** The program that signs in; null when there is none. */
  readonly plugin: string | null;
  /** What a request needs besides its path. Runs the program where there is one and its answer has expired. */
  options(): Promise<RequestOptions>;
  /** Closes what connections are left. */
  dispose(): void;
}

/** Why the programs of a kubeconfig file must not be run, as a sentence that says what to do; null when they may. */
export type PluginGuard = (file: string, command: string) => string | null;

/** Prepares to sign in to a context. Contacts nobody. Throws a Failure when the kubeconfig does not say how. */
export function loginTo(config: Kubeconfig, name: string, guard: PluginGuard): Login {
  const context = config.contexts.find((c) => c.name === name);
  if (!context) throw new Failure('kubeconfig', noContext(config, name));
  const cluster = config.clusters.get(context.cluster);
  const server = textOf(cluster?.fields.server)?.replace(/\/+$/, '');
  if (!cluster || !server || !/^https?:\/\/[^/]/i.test(server))
    throw new Failure(
      'kubeconfig',
      `The context ${name} names the cluster "${context.cluster}", for which the kubeconfig has no address. Add it under \`clusters\`, or pick another context.`,
    );
  const user = config.users.get(context.user);
  const plugin = pluginOf(user);
  const refusal = plugin !== null && user ? guard(user.file, plugin) : null;
  if (refusal !== null) throw new Failure('plugin', refusal, false);
  const client = clientFor(context, cluster, user);
  const agents = keptAgents(server, textOf(cluster.fields['proxy-url']) !== null);
  return {
    context,
    server,
    plugin: plugin && basename(plugin),
    options: async () => {
      const options: RequestOptions = { headers: {} };
      try {
        await client.applyToHTTPSOptions(options);
      } catch (error) {
        throw plugin === null ? unreadable(name, error) : pluginFailed(name, basename(plugin), error);
      }
      const token = user && tokenIn(user, name);
      if (token) options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
      return { ...options, agent: agents.for(options) };
    },
    dispose: agents.destroy,
  };
}

function noContext({ files, problems }: Kubeconfig, name: string): string {
  const [problem] = problems;
  return (
    problem ?? `There is no context "${name}" in ${files.join(', ')}. Pick another one, or add it there.`
  );
}

function clientFor(context: Context, cluster: Entry, user: Entry | undefined): KubeConfig {
  const client = new KubeConfig();
  // JSON is YAML: the client reads one cluster and one user, with their paths made absolute.
  const entry = {
    clusters: [{ name: 'cluster', cluster: clusterFields(cluster) }],
    users: [{ name: 'user', user: user ? userFields(user, cluster) : {} }],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user' } }],
    'current-context': 'context',
  };
  try {
    client.loadFromString(JSON.stringify(entry));
  } catch (error) {
    throw unreadable(context.name, error);
  }
  return client;
}

function clusterFields(cluster: Entry): Fields {
  const isPlain = /^http:/i.test(textOf(cluster.fields.server) ?? '');
  return {
    ...withPaths(cluster, ['certificate-authority']),
    // The client takes plain HTTP, as of `kubectl proxy`, only together with this, where there is no certificate to verify.
    ...(isPlain && { 'insecure-skip-tls-verify': true }),
  };
}

function userFields(user: Entry, cluster: Entry): Fields {
  const { tokenFile: _, ...fields } = withPaths(user, ['client-certificate', 'client-key']);
  const { exec } = fields;
  return isFields(exec) ? { ...fields, exec: execFields(exec, user, cluster) } : fields;
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
function execFields(exec: Fields, user: Entry, { fields }: Entry): Fields {
  const command = textOf(exec.command) ?? '';
  const cluster = {
    server: fields.server,
    'certificate-authority-data': fields['certificate-authority-data'],
    'insecure-skip-tls-verify': fields['insecure-skip-tls-verify'],
    'tls-server-name': fields['tls-server-name'],
    'proxy-url': fields['proxy-url'],
  };
  const info = {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo === true && { cluster }) },
  };
  return {
    ...exec,
    // As for a shell, a bare name is looked for on the PATH.
    command: /[/\\]/.test(command) ? pathIn(user, command) : command,
    args: exec.args ?? [],
    env: [
      ...(Array.isArray(exec.env) ? exec.env : []),
      { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) },
    ],
  };
}

function withPaths(entry: Entry, keys: readonly string[]): Fields {
  const absolute = keys.flatMap((key) => {
    const path = textOf(entry.fields[key]);
    return path === null ? [] : [[key, pathIn(entry, path)]];
  });
  return { ...entry.fields, ...Object.fromEntries(absolute) };
}

/** The token in a file is read for each request: it is replaced while it is used. */
function tokenIn(user: Entry, context: string): string | null {
  const path = textOf(user.fields.tokenFile);
  if (path === null) return null;
  try {
    return readFileSync(pathIn(user, path), 'utf8').trim();
  } catch (error) {
    throw unreadable(context, error);
  }
}

function unreadable(context: string, error: unknown): Failure {
  const { code, path } = error as NodeJS.ErrnoException;
  const why = path ? `: ${path} cannot be read (${code})` : '';
  return new Failure(
    'kubeconfig',
    `The kubeconfig of the context ${context} cannot be used${why}. Check its \`clusters\` and \`users\`, or get a fresh one.`,
  );
}

/** What the program printed is left out: it may be a part of a credential. */
function pluginFailed(context: string, plugin: string, error: unknown): Failure {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  const what = isMissing
    ? `The context ${context} signs in with the program ${plugin}, which was not found. Install it, or start the editor from a terminal that has it on its PATH`
    : `The program ${plugin}, with which the context ${context} signs in, failed. Run \`kubectl --context ${context} get pods\` in a terminal to see why`;
  return new Failure('plugin', `${what}, then choose Refresh.`, false);
}

interface Agents {
  for(options: RequestOptions): RequestOptions['agent'];
  destroy(): void;
}

/** One agent that keeps its connections, for as long as the certificates stay the same. A proxy brings an agent of its own. */
function keptAgents(server: string, isProxied: boolean): Agents {
  let agent: HttpAgent | null = null;
  let key = '';
  return {
    for(options) {
      if (isProxied) return options.agent;
      const { ca, cert, key: secret, servername, rejectUnauthorized } = options;
      const wanted = JSON.stringify([ca, cert, secret, servername, rejectUnauthorized].map(String));
      if (agent && wanted === key) return agent;
      agent?.destroy();
      key = wanted;
      const tls = Object.entries({ ca, cert, key: secret, servername, rejectUnauthorized });
      const given = Object.fromEntries(tls.filter(([, value]) => value !== undefined));
      agent = /^http:/i.test(server)
        ? new HttpAgent({ keepAlive: true })
        : new Agent({ keepAlive: true, ...given });
      return agent;
    },
    destroy: () => agent?.destroy(),
  };
}
