/**
 * Owns the Reachability panel as the editor sees it: opening it beside the text, keeping it up to date with what the server says,
 * and doing what its page asks for. What is in the picture is the server's to say, what it looks like the page's.
 */
import * as vscode from 'vscode';
import {
  REACHABILITY_REQUEST,
  type Reachability,
  type ReachabilityParams,
  WHY_REQUEST,
  type Why,
  type WhyParams,
} from '../../../server/src/lsp/protocol-reachability.ts';
import type { FromPage, Question, Saved, ToPage } from '../../webview/messages.ts';
import { SELECTOR, type Server } from '../server.ts';
import { exportPicture } from './export.ts';
import { pageOf } from './page.ts';
import { reveal } from './reveal.ts';

const VIEW_TYPE = 'netpolGuard.reachability';

/** Milliseconds without a change before the picture is made anew. */
const QUIET = 120;

/** Lets the command open the panel, and the editor bring it back when it starts again. There is one at most. */
export function createReachability(context: vscode.ExtensionContext, server: Server) {
  let open: ReachabilityPanel | undefined;
  const adopt = (panel: vscode.WebviewPanel, uri: string | null) => {
    const own = new ReachabilityPanel(context, server, panel, uri);
    open = own;
    panel.onDidDispose(() => {
      if (open === own) open = undefined;
      own.dispose();
    });
  };
  return {
    show() {
      if (open) return open.reveal(documentShown());
      const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false };
      adopt(vscode.window.createWebviewPanel(VIEW_TYPE, 'Reachability', column), documentShown());
    },
    registration: vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: async (panel, saved: Saved | undefined) => {
          adopt(panel, documentShown() ?? saved?.uri ?? null);
        },
      }),
      { dispose: () => open?.dispose() },
    ),
  };
}

/** The document that the panel is about: the one being worked on, if it is one of ours. */
function documentShown(): string | null {
  const document = vscode.window.activeTextEditor?.document;
  if (!document || vscode.languages.match(SELECTOR, document) === 0) return null;
  return document.uri.toString();
}

class ReachabilityPanel implements vscode.Disposable {
  private readonly server: Server;
  private readonly panel: vscode.WebviewPanel;
  private readonly subscriptions: vscode.Disposable[];
  private uri: string | null;
  private world: string | null = null;
  /** Whether the page is there to be told anything. */
  private isListening = false;
  private waiting: NodeJS.Timeout | undefined;
  private asking: vscode.CancellationTokenSource | undefined;

  constructor(
    context: vscode.ExtensionContext,
    server: Server,
    panel: vscode.WebviewPanel,
    uri: string | null,
  ) {
    this.server = server;
    this.panel = panel;
    this.uri = uri;
    panel.iconPath = vscode.Uri.joinPath(context.extensionUri, 'images', 'icon.png');
    const soon = () => this.refreshSoon();
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((message: FromPage) => this.receive(message)),
      panel.onDidChangeViewState(() => {
        // A hidden page is thrown away, and says so when it is there again.
        if (!panel.visible) this.isListening = false;
      }),
      server.onReachabilityChanged(soon),
      server.onDidChangeState(soon),
      vscode.workspace.onDidSaveTextDocument(soon),
      vscode.window.onDidChangeActiveTextEditor(() => this.follow()),
    ];
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(context.extensionUri, 'dist')],
    };
    panel.webview.html = pageOf(panel.webview, context.extensionUri);
  }

  reveal(uri: string | null): void {
    this.panel.reveal();
    if (uri !== null) this.lookAt(uri);
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.asking?.cancel();
    vscode.Disposable.from(...this.subscriptions.splice(0)).dispose();
  }

  private follow(): void {
    const uri = documentShown();
    if (uri !== null) this.lookAt(uri);
  }

  private lookAt(uri: string): void {
    if (uri === this.uri) return;
    this.uri = uri;
    this.refreshSoon();
  }

  private refreshSoon(): void {
    if (!this.isListening) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.refresh(), QUIET);
  }

  private receive(message: FromPage): void {
    switch (message.type) {
      case 'ready':
        this.isListening = true;
        this.world = message.world;
        void this.refresh();
        return;
      case 'world':
        this.world = message.world;
        void this.refresh();
        return;
      case 'why':
        void this.explain(message.question);
        return;
      case 'reveal':
        void reveal(message.place, this.panel.viewColumn);
        return;
      case 'export':
        void exportPicture(message.format, message.text);
    }
  }

  /** Asks for the picture as it is now. An answer that comes after the next question is thrown away. */
  private async refresh(): Promise<void> {
    clearTimeout(this.waiting);
    this.asking?.cancel();
    const asking = new vscode.CancellationTokenSource();
    this.asking = asking;
    const { uri } = this;
    try {
      const params: ReachabilityParams = { uri, world: this.world };
      const picture = await this.server.request<Reachability>(REACHABILITY_REQUEST, params, asking.token);
      if (this.asking === asking) this.tell({ type: 'picture', picture, uri });
    } catch (error) {
      if (this.asking === asking) this.tell({ type: 'problem', text: this.problemOf(error) });
    }
  }

  private async explain(question: Question): Promise<void> {
    const params: WhyParams = { ...question, uri: this.uri, world: this.world };
    try {
      const why = await this.server.request<Why>(WHY_REQUEST, params);
      this.tell({ type: 'why', question, why });
    } catch (error) {
      this.tell({ type: 'problem', text: this.problemOf(error) });
    }
  }

  private problemOf(error: unknown): string {
    const { state } = this.server;
    if (state === 'starting') return 'The server is starting …';
    if (state !== 'running')
      return 'The server of NetworkPolicy Guard is not running: what is shown may be old.';
    return `There is no answer: ${error instanceof Error ? error.message : String(error)}`;
  }

  private tell(message: ToPage): void {
    if (this.isListening) void this.panel.webview.postMessage(message);
  }
}
