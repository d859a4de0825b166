// The law of imports: which layer may lean on which, and what the pure layers must not touch. Judges a set of source
// texts by path, so that a test can hand it the whole tree or three bad lines.
import { posix } from 'node:path';
import { codeOnly, importsOf } from './source-scan.ts';

/** From the top down. A file may import from its own layer and from every lower rank, never from a sibling. */
const ranks = [
  ['entry'],
  ['lsp', 'cli'],
  ['report', 'files', 'admission', 'cluster', 'flows'],
  ['rules', 'refactor'],
  ['engine'],
  ['core'],
] as const;

const pure = new Set(['core', 'engine', 'rules', 'refactor']);

/** The packages that a layer may use besides Node's own modules. */
const packages: Readonly<Record<string, RegExp>> = {
  client: /^(?:vscode$|vscode-language(?:client|server-protocol|server-types)(?:\/|$))/,
  webview: /^@dagrejs\/dagre$/,
  entry: /^vscode-languageserver(?:-|\/|$)/,
  lsp: /^vscode-languageserver(?:-|\/|$)/,
  report: /^get-east-asian-width$/,
  files: /^picomatch$/,
  cluster: /^@kubernetes\/client-node$/,
  core: /^(?:yaml|ajv)(?:\/|$)/,
};

/** What would let the clock, the network, the process or chance into a pure layer. */
const impurities: ReadonlyArray<readonly [string, RegExp]> = [
  ['Date.now', /\bDate\s*\.\s*now\b/],
  ['new Date() without a time', /\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())/],
  ['Date() as a function', /(?<!new\s)(?<![.\w])Date\s*\(/],
  ['performance', /(?<![.\w])performance\s*\./],
  ['fetch', /(?<![.\w])fetch\s*\(/],
  ['process', /(?<![.\w])process\s*[.[]/],
  ['globalThis', /(?<![.\w])globalThis\b/],
  ['a timer', /(?<![.\w])(?:setTimeout|setInterval|setImmediate)\s*\(/],
  ['Math.random', /\bMath\s*\.\s*random\b/],
  ['the console', /(?<![.\w])console\s*\./],
];

/** The server files that the client may name: requests that both sides speak. */
const sharedWithClient = new Set(['server/src/lsp/protocol.ts', 'server/src/lsp/protocol-reachability.ts']);
/** The one file of a page that the extension may name: what they say to each other. */
const sharedWithPage = 'client/webview/messages.ts';

/** The layer of a file, or undefined where the law does not reach. */
function layerOf(path: string): string | undefined {
  if (path.startsWith('client/src/')) return 'client';
  if (path.startsWith('client/webview/')) return 'webview';
  const [, inside] = /^server\/src\/(.*)$/.exec(path) ?? [];
  if (inside === undefined) return undefined;
  return inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : 'entry';
}

/** Checks the files (path from the repository's root → text); answers with one sentence for each violation. */
export function lawViolations(files: Readonly<Record<string, string>>): string[] {
  const found: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of Object.entries(files)) {
    const layer = layerOf(path);
    if (layer === undefined) continue;
    if (layer !== 'client' && layer !== 'webview' && rankOf(layer) === -1)
      found.push(`${path}: ${layer}/ is no layer`);
    const edges: string[] = [];
    for (const { specifier, typeOnly } of importsOf(text)) {
      const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
      // An import of types alone is erased: it leans on a layer, but it cannot close a cycle at run time.
      if (target !== undefined && !typeOnly) edges.push(target);
      const problem = target === undefined ? judgePackage(layer, specifier) : judgeFile(layer, target, files);
      if (problem !== undefined) found.push(`${path}: imports ${specifier}, ${problem}`);
    }
    graph.set(path, edges);
    if (pure.has(layer)) found.push(...judgePurity(path, text));
  }
  return [...found, ...cycles(graph).map((cycle) => `import cycle: ${cycle.join(' → ')}`)];
}

function rankOf(layer: string): number {
  return ranks.findIndex((rank) => (rank as readonly string[]).includes(layer));
}

function judgePackage(layer: string, specifier: string): string | undefined {
  if (specifier.startsWith('node:') && layer !== 'webview')
    return pure.has(layer) ? `but ${layer} is pure` : undefined;
  return packages[layer]?.test(specifier) ? undefined : `which ${layer} may not use`;
}

function judgeFile(
  layer: string,
  target: string,
  files: Readonly<Record<string, string>>,
): string | undefined {
  if (target.startsWith('schemas/') && target.endsWith('.json')) return undefined;
  if (target.startsWith('client/webview/') && target.endsWith('.css')) return undefined;
  const other = layerOf(target);
  if (other === undefined) return 'which is outside the sources';
  if (!(target in files) && !target.endsWith('.json')) return 'which does not exist';
  if (layer === other) return undefined;
  if (layer === 'client' && target === sharedWithPage) return undefined;
  if (layer === 'client' || layer === 'webview')
    return sharedWithClient.has(target) ? undefined : 'but the client only speaks LSP';
  if (other === 'client' || other === 'webview' || rankOf(other) <= rankOf(layer))
    return `but ${layer} is not above ${other}`;
  return undefined;
}

function judgePurity(path: string, text: string): string[] {
  const code = codeOnly(text);
  return impurities
    .filter(([, form]) => form.test(code))
    .map(([name]) => `${path}: uses ${name}, but its layer is pure`);
}

/** Every import cycle once, as the files on it with the first repeated at the end. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}
