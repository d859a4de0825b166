/**
 * Owns the Testing view: the policy tests of the workspace, and what the server says of them. Tests that have been run once are run
 * again whenever the server says that they may fare otherwise, so that what the view shows is true of the text on the screen.
 */
import * as vscode from 'vscode';
import {
  POLICY_TESTS_CHANGED,
  POLICY_TESTS_REQUEST,
  type PolicyTestFailure,
  type PolicyTestInfo,
  type PolicyTestResult,
  type PolicyTestsInfo,
  RUN_POLICY_TESTS_REQUEST,
  type RunPolicyTestsParams,
} from '../../server/src/lsp/protocol.ts';
import type { Server } from './server.ts';

/** Shows policy tests for as long as the extension lives. */
export function showPolicyTests(server: Server): vscode.Disposable {
  const view = new TestingView(server);
  return vscode.Disposable.from(
    view,
    server.onDidChangeState((state) => void (state === 'running' && view.refresh())),
    server.onNotification(POLICY_TESTS_CHANGED, () => void view.followChanges()),
  );
}

class TestingView {
  private readonly server: Server;
  private readonly controller = vscode.tests.createTestController('netpolGuard.policyTests', 'Policy tests');
  private readonly profile: vscode.TestRunProfile;
  /** What was last shown of the tests that have been run, by their ids in the view. */
  private readonly shown = new Map<string, string>();
  private last: Promise<void> = Promise.resolve();

  constructor(server: Server) {
    this.server = server;
    this.profile = this.controller.createRunProfile(
      'Run Policy Tests',
      vscode.TestRunProfileKind.Run,
      (request, token) => this.run(request, token),
      true,
    );
    this.controller.refreshHandler = () => this.refresh();
  }

  dispose(): void {
    this.controller.dispose();
  }

  /** Takes in which tests there are. One after the other, so that an older answer never takes the place of a newer one. */
  refresh(): Promise<void> {
    this.last = this.last.then(() => this.takeTests());
    return this.last;
  }

  /** Shows what fares otherwise than before: every run is listed among the results, and few changes make a difference. */
  async followChanges(): Promise<void> {
    await this.refresh();
    const known = this.all().filter(({ id }) => this.shown.has(id));
    if (known.length === 0) return;
    const results = await this.resultsOf(known);
    const changed = known.filter((item) => this.shown.get(item.id) !== textOf(resultOf(item, results)));
    if (changed.length === 0) return;
    // Without keeping the focus, every change would open the panel of results.
    const request = new vscode.TestRunRequest(changed, undefined, this.profile, false, true);
    const run = this.controller.createTestRun(request, undefined, false);
    for (const item of changed) this.report(item, results, run);
    run.end();
  }

  private async takeTests(): Promise<void> {
    if (this.server.state !== 'running') return;
    const infos = await this.server.request<PolicyTestsInfo[]>(POLICY_TESTS_REQUEST);
    this.controller.items.replace(infos.map((info) => this.takeFile(info)));
  }

  private takeFile({ uri: written, tests, problem }: PolicyTestsInfo): vscode.TestItem {
    const uri = vscode.Uri.parse(written);
    const id = uri.toString();
    const label = vscode.workspace.asRelativePath(uri, false);
    const file = this.controller.items.get(id) ?? this.controller.createTestItem(id, label, uri);
    file.error = problem ?? undefined;
    file.children.replace(tests.map((test) => this.takeTest(test, file)));
    return file;
  }

  private takeTest({ id: own, name, range }: PolicyTestInfo, file: vscode.TestItem): vscode.TestItem {
    const id = `${file.id}\n${own}`;
    const item = file.children.get(id) ?? this.controller.createTestItem(id, name, file.uri);
    item.range = rangeOf(range);
    return item;
  }

  /** Every test of every file. */
  private all(): vscode.TestItem[] {
    return membersOf(this.controller.items).flatMap((file) => membersOf(file.children));
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    await this.refresh();
    const excluded = new Set(request.exclude ?? []);
    const wanted = (request.include ?? membersOf(this.controller.items))
      .flatMap((item) => (item.parent ? [item] : membersOf(item.children)))
      .filter((item) => !excluded.has(item) && !(item.parent && excluded.has(item.parent)));
    const run = this.controller.createTestRun(request);
    try {
      for (const item of wanted) run.started(item);
      const results = await this.resultsOf(wanted, token);
      for (const item of wanted) this.report(item, results, run);
    } finally {
      run.end();
    }
  }

  private resultsOf(
    items: readonly vscode.TestItem[],
    token?: vscode.CancellationToken,
  ): Promise<PolicyTestResult[]> {
    const uris = [...new Set(items.map(({ parent }) => parent?.id ?? ''))];
    const params: RunPolicyTestsParams = { uris };
    return this.server.request<PolicyTestResult[]>(RUN_POLICY_TESTS_REQUEST, params, token);
  }

  private report(item: vscode.TestItem, results: readonly PolicyTestResult[], run: vscode.TestRun): void {
    const result = resultOf(item, results);
    const { uri } = item;
    this.shown.set(item.id, textOf(result));
    if (!result || !uri) {
      run.skipped(item);
      return;
    }
    const messages = result.failures.map((failure) => messageOf(failure, uri));
    run.appendOutput(outputOf(item, result), undefined, item);
    if (result.status === 'passed') run.passed(item);
    else if (result.status === 'error') run.errored(item, messages);
    else run.failed(item, messages);
  }
}

function resultOf(item: vscode.TestItem, results: readonly PolicyTestResult[]): PolicyTestResult | undefined {
  return results.find(({ uri, id }) => item.id === `${uri}\n${id}`);
}

function textOf(result: PolicyTestResult | undefined): string {
  return JSON.stringify(result) ?? '';
}

/** What the panel of results shows as text. A terminal wants both characters at the end of a line. */
function outputOf({ label }: vscode.TestItem, { status, failures }: PolicyTestResult): string {
  const details = failures.flatMap(({ message, responsible }) => [
    ...message.split('\n'),
    ...responsible.map(({ text, location: { uri, range } }) => {
      const file = vscode.workspace.asRelativePath(vscode.Uri.parse(uri), false);
      return `${file}:${range.start.line + 1}: ${text}`;
    }),
  ]);
  return [`${label}: ${status}`, ...details.map((line) => `    ${line}`), ''].join('\r\n');
}

/** The failure at its assertion, with the rules and policies responsible as places to go to. */
function messageOf({ message, range, responsible }: PolicyTestFailure, uri: vscode.Uri): vscode.TestMessage {
  const shown = new vscode.TestMessage(message);
  shown.location = new vscode.Location(uri, rangeOf(range));
  shown.stackTrace = responsible.map(({ text, location }) => {
    const { line, character } = location.range.start;
    const position = new vscode.Position(line, character);
    return new vscode.TestMessageStackFrame(text, vscode.Uri.parse(location.uri), position);
  });
  return shown;
}

function membersOf(items: vscode.TestItemCollection): vscode.TestItem[] {
  return [...items].map(([, item]) => item);
}

function rangeOf({ start, end }: PolicyTestInfo['range']): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
