/**
 * A language server that knows nothing: it answers each change at once with the same list, empty or read from the JSON file
 * that `--payload` names. What it takes is the cost of the protocol alone, the floor that other servers are measured against.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  createConnection,
  type Diagnostic,
  ProposedFeatures,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';

const { values } = parseArgs({
  options: { payload: { type: 'string' }, push: { type: 'boolean' }, stdio: { type: 'boolean' } },
});
const items: Diagnostic[] =
  values.payload === undefined ? [] : JSON.parse(readFileSync(values.payload, 'utf8'));
const connection = createConnection(ProposedFeatures.all);

const publish = (uri: string, version: number): void => {
  if (values.push) void connection.sendDiagnostics({ uri, version, diagnostics: items });
};

connection.onInitialize(() => ({
  capabilities: {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    ...(!values.push && {
      diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false },
    }),
    hoverProvider: true,
    completionProvider: {},
    codeActionProvider: true,
  },
}));
connection.onDidOpenTextDocument(({ textDocument }) => publish(textDocument.uri, textDocument.version));
connection.onDidChangeTextDocument(({ textDocument }) => publish(textDocument.uri, textDocument.version));
connection.languages.diagnostics.on(() => ({ kind: 'full', items }));
connection.onHover(() => null);
connection.onCompletion(() => []);
connection.onCodeAction(() => []);
connection.listen();
