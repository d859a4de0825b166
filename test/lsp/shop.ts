/**
 * Owns a small workspace of two namespaces in which policies, workloads and Services mean each other, for tests of what leads
 * from one to the other.
 */
import { readFileSync } from 'node:fs';
import type { ClientCapabilities, Location, LocationLink, Position, Range } from 'vscode-languageserver/node';
import { type Client, PULLS, startClient } from './client.ts';
import { type Folder, folder, uriIn } from './workspace.ts';

/** A client that can do everything the server has to offer. */
export const SHOWS: ClientCapabilities = {
  ...PULLS,
  workspace: { ...PULLS.workspace, inlayHint: { refreshSupport: true }, codeLens: { refreshSupport: true } },
  textDocument: {
    ...PULLS.textDocument,
    definition: { linkSupport: true },
    references: {},
    documentLink: {},
    inlayHint: {},
    codeLens: {},
  },
};

export function deployment(name: string, namespace: string, labels: string, port = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  template:
    metadata:
      labels:
        ${labels.replaceAll(', ', '\n        ')}
    spec:
      containers:
        - name: main
          image: ${name}
${port === '' ? '' : `          ports:\n            - name: http\n              containerPort: ${port}\n`}`;
}

export const WEB_POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: api
        - namespaceSelector:
            matchLabels:
              team: acme
      ports:
        - port: http
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: acme
          podSelector:
            matchExpressions:
              - key: app
                operator: In
                values: [portal]
      ports:
        - port: http
`;

export const SHOP = {
  'namespaces.yaml': `apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Namespace
metadata:
  name: acme
  labels:
    team: acme
`,
  'shop/web.yaml': `${deployment('web', 'shop', 'app: web, tier: front', '8080')}---
${deployment('web-canary', 'shop', 'app: web, tier: canary', '8081')}`,
  'shop/api.yaml': deployment('api', 'shop', 'app: api'),
  'shop/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: http
`,
  'shop/policy.yaml': WEB_POLICY,
  'acme/portal.yaml': deployment('portal', 'acme', 'app: portal', '9000'),
};

export interface Shop extends AsyncDisposable {
  readonly client: Client;
  readonly files: Folder;
}

/** A server that has read the files. */
export async function openShop(
  files: Readonly<Record<string, string>> = SHOP,
  capabilities: ClientCapabilities = SHOWS,
  initializationOptions: object = {},
): Promise<Shop> {
  const disk = folder(files);
  const client = await startClient({ folders: [disk.path], capabilities, initializationOptions });
  await client.indexed();
  return {
    client,
    files: disk,
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      disk[Symbol.dispose]();
    },
  };
}

/** Opens a file of the shop with a text in which ¦ marks a position; without one, its beginning. */
export function openMarked(
  { client, files }: Shop,
  name: string,
  marked: string,
): { textDocument: { uri: string }; position: Position } {
  const text = marked.replace('¦', '');
  const lines = marked.slice(0, Math.max(0, marked.indexOf('¦'))).split('\n');
  const uri = client.open(uriIn(files, name), text);
  const position = { line: lines.length - 1, character: (lines.at(-1) as string).length };
  return { textDocument: { uri }, position };
}

/** Each place as its file and the text there: `shop/web.yaml: app: web`. */
export function placesOf({ files }: Shop, found: readonly (Location | LocationLink)[]): string[] {
  return found.map((place) => {
    const [uri, range] =
      'uri' in place ? [place.uri, place.range] : [place.targetUri, place.targetSelectionRange];
    const name = decodeURI(uri.slice(uriIn(files, '').length));
    return `${name.replace(/^\//, '')}:${range.start.line + 1} ${textAt(readFileSync(files.file(name), 'utf8'), range)}`;
  });
}

function textAt(text: string, { start, end }: Range): string {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  const last = lines.length - 1;
  return lines
    .map((line, i) => line.slice(i === 0 ? start.character : 0, i === last ? end.character : undefined))
    .join('\n');
}
