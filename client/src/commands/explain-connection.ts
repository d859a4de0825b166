/**
 * Owns the command that explains a connection: from where, to where, on which port, and the answer as a list whose lines lead to
 * the rules and policies responsible.
 */
import * as vscode from 'vscode';
import {
  EXPLAIN_REQUEST,
  type ExplainAnswer,
  type ExplainParams,
  type ExplainReply,
  WORKLOADS_REQUEST,
  type WorkloadInfo,
} from '../../../server/src/lsp/protocol.ts';
import type { Server } from '../server.ts';

export async function explainConnection(server: Server): Promise<void> {
  const workloads = await server.request<WorkloadInfo[]>(WORKLOADS_REQUEST);
  if (workloads.length === 0) {
    void vscode.window.showInformationMessage(
      'There is no workload in this workspace to explain a connection of.',
    );
    return;
  }
  const from = await pickEnd('from where', 1, workloads);
  if (!from) return;
  const others = workloads.filter((other) => !from.workload || isBeside(from.workload, other));
  const to = await pickEnd(
    'to where',
    2,
    others.filter((other) => other !== from.workload),
    from.text,
  );
  const home = to?.workload ?? from.workload;
  if (!to) return;
  if (!home) {
    void vscode.window.showInformationMessage(
      'One end has to be a workload: policies are about the connections of pods.',
    );
    return;
  }
  const port = await pickPort(to.workload, `${from.text} → ${to.text}`);
  if (port === undefined) return;
  const params: ExplainParams = { root: home.root, world: home.world, from: from.text, to: to.text, port };
  await show(await server.request<ExplainReply>(EXPLAIN_REQUEST, params));
}

function isBeside(a: WorkloadInfo, b: WorkloadInfo): boolean {
  return a.root === b.root && a.world === b.world;
}

interface Picked extends vscode.QuickPickItem {
  readonly text: string;
  readonly workload?: WorkloadInfo;
}

const ANY: Picked = { label: 'any', description: 'every pod and every address', text: 'any' };
/** What reads like an address or a range; whether it is one is the server's to say. */
const ADDRESS = /^(?:[0-9]{1,3}\.|[0-9a-f]*:)[0-9a-f.:]*(?:\/[0-9]{1,3})?$/i;

async function pickEnd(
  what: string,
  step: number,
  workloads: readonly WorkloadInfo[],
  from?: string,
): Promise<Picked | undefined> {
  const items: Picked[] = workloads.map((workload) => ({
    label: workload.id,
    ...(workload.worldName !== null && { description: workload.worldName }),
    text: workload.id,
    workload,
  }));
  return pickOrType({
    title: from === undefined ? `Explain connection: ${what} (${step} of 3)` : `${from} → … (${step} of 3)`,
    placeholder: 'A workload, or type an IP address or range outside of the cluster',
    items: [...items, ANY],
    typed: (value) =>
      ADDRESS.test(value) ? { label: value, description: 'outside of the cluster', text: value } : undefined,
  });
}

async function pickPort(workload: WorkloadInfo | undefined, title: string): Promise<string | undefined> {
  const items = (workload?.ports ?? []).map(({ name, number, protocol }): Picked => {
    const text = `${number}/${protocol}`;
    return { label: text, description: name === null ? 'declared' : `declared as ${name}`, text };
  });
  const picked = await pickOrType({
    title: `${title} (3 of 3)`,
    placeholder: 'A port of the pods, such as 8443/TCP',
    items,
    typed: (value) => {
      const [, number, protocol = 'TCP'] = /^([0-9]{1,5})(?:\/(TCP|UDP|SCTP))?$/i.exec(value) ?? [];
      const text = `${number}/${protocol.toUpperCase()}`;
      return number === undefined ? undefined : { label: text, text };
    },
  });
  return picked?.text;
}

interface Choice {
  readonly title: string;
  readonly placeholder: string;
  readonly items: readonly Picked[];
  /** What a typed text stands for, if it does for anything. */
  readonly typed: (value: string) => Picked | undefined;
}

/** A quick pick that takes what is not in its list, too. */
function pickOrType({ title, placeholder, items, typed }: Choice): Promise<Picked | undefined> {
  const pick = vscode.window.createQuickPick<Picked>();
  Object.assign(pick, { title, placeholder, items, matchOnDescription: true });
  pick.onDidChangeValue((value) => {
    const own = typed(value.trim());
    const isListed = items.some(({ text }) => text === own?.text);
    pick.items = own && !isListed ? [own, ...items] : items;
  });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

type Line = ExplainAnswer['sides'][number]['lines'][number];

interface AnswerItem extends vscode.QuickPickItem {
  readonly location?: Line['location'];
}

const ICONS = { allowed: '$(pass)', denied: '$(error)', unknown: '$(question)' };

/** Shows the answer until a line is picked, which leads to its place. */
async function show(reply: ExplainReply): Promise<void> {
  if ('problem' in reply) {
    void vscode.window.showInformationMessage(reply.problem);
    return;
  }
  const { answers, notes } = reply;
  const [first] = answers;
  const items: AnswerItem[] = [
    ...answers.flatMap((answer) => itemsOf(answer, answers.length > 1)),
    ...notes.map((note) => ({ label: `$(info) ${note}` })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: first && answers.length === 1 ? first.title : `${answers.length} answers: not all fare alike`,
    placeHolder: 'Pick a line to go to the rule or policy',
  });
  if (!picked?.location) return;
  const { uri, range } = picked.location;
  const { start, end } = range;
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), {
    selection: new vscode.Range(start.line, start.character, end.line, end.character),
  });
}

function itemsOf({ title, verdict, sides, notes }: ExplainAnswer, isOneOfMany: boolean): AnswerItem[] {
  return [
    ...(isOneOfMany
      ? [{ label: '', kind: vscode.QuickPickItemKind.Separator }, { label: `${ICONS[verdict]} ${title}` }]
      : []),
    ...sides.flatMap((side) => [
      { label: side.title, kind: vscode.QuickPickItemKind.Separator },
      ...side.lines.map((line) => lineItem(line, ICONS[side.verdict])),
    ]),
    ...notes.map((note) => ({ label: `$(info) ${note}` })),
  ];
}

function lineItem({ text, location }: Line, icon: string): AnswerItem {
  const label = `${icon} ${text[0]?.toUpperCase()}${text.slice(1)}`;
  if (!location) return { label };
  const file = vscode.workspace.asRelativePath(vscode.Uri.parse(location.uri), false);
  return { label, detail: `${file}:${location.range.start.line + 1}`, location };
}
