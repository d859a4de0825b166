/**
 * Owns `netpol-guard explain`: whether one connection is allowed, and why.
 */
import { END_FORMS, type End, type PortSpan, readEnd, readPort } from '../core/connection-end.ts';
import { nearestName } from '../core/spelling.ts';
import { type Answers, type Asked, answersTo } from '../engine/questions/answers.ts';
import { workloadNames } from '../engine/questions/parts.ts';
import { answersJson, answersText, type WorldAnswers } from '../report/answers.ts';
import { portSpanText } from '../report/ends.ts';
import { harmless, painter } from '../report/terminal.ts';
import { type Arguments, type Command, UsageError } from './command.ts';
import { Refused } from './faults.ts';
import { type Io, usesColor } from './io.ts';
import { LIVE_OPTIONS, placeName, worldsAsked } from './live.ts';
import { CONFIG_OPTION, type NamedWorld, WORLD_OPTION } from './worlds.ts';

export const explain: Command = {
  name: 'explain',
  operands: 'FROM TO PORT',
  maxOperands: 3,
  summary: 'Say whether a connection is allowed, and why.',
  details: [
    `FROM and TO are ${END_FORMS}. An address is taken to be outside of the cluster. The Kind may be left out.`,
    'PORT is a port of the pods, not of a Service: 8443/TCP, or 8443 for TCP.',
    'The answer is allowed, denied or unknown, with the rules that allow it, the policies that isolate a pod and do not allow it, or what would have to be known, each with its file and line. Where kustomizations make several worlds of the same workloads, each is answered for.',
    'Exit codes: 0 there is an answer; 2 wrong usage or config, or an end that is not in the workspace; 3 a failure of netpol-guard itself.',
  ],
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['text', 'json'],
      default: 'text',
      description: 'How to answer.',
    },
    {
      name: 'path',
      value: 'PATH',
      description:
        'Look at the workspace around PATH, a file or folder, or - for standard input; without it, the current folder. With --context or --snapshot: the cluster with the manifests in PATH applied.',
    },
    ...LIVE_OPTIONS,
    WORLD_OPTION,
    CONFIG_OPTION,
    { name: 'no-color', description: 'Do not colour the text. NO_COLOR and FORCE_COLOR are heeded, too.' },
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const [from, to, port] = args.positionals;
  if (from === undefined || to === undefined || port === undefined)
    throw new UsageError('Say from where, to where and on which port: netpol-guard explain FROM TO PORT');
  const asked = { from: endNamed(from), to: endNamed(to), ...portNamed(port) };
  const worlds = await worldsAsked(args.text('path'), args, io);
  const answered = answersIn(worlds, asked, [from, to]);
  const options = {
    port: portSpanText({ protocol: asked.protocol, from: asked.port, to: asked.port }),
    fileOf: (uri: string) => placeName(uri, io),
  };
  const color = !args.has('no-color') && usesColor(io.stdout, io.env);
  io.stdout.write(
    args.text('format') === 'json'
      ? answersJson(answered, { from, to, port: { protocol: asked.protocol, port: asked.port } }, options)
      : answersText(answered, options, painter(color)),
  );
  return 0;
}

function endNamed(text: string): End {
  const end = readEnd(text);
  if (end) return end;
  throw new UsageError(`"${text}" is no end of a connection. It takes ${END_FORMS}.`);
}

function portNamed(text: string): Pick<Asked, 'protocol' | 'port'> {
  const written = /^[0-9]+$/.test(text) ? `${text}/TCP` : text.toUpperCase();
  const port: PortSpan | null = readPort(written);
  if (port && port.from === port.to) return { protocol: port.protocol, port: port.from };
  throw new UsageError(`"${text}" is no port. Write a number from 1 to 65535 with its protocol: 8443/TCP.`);
}

function answersIn(
  worlds: readonly NamedWorld[],
  asked: Asked,
  [from, to]: readonly [string, string],
): WorldAnswers[] {
  const found = worlds.map((world) => ({ world, answers: answersTo(world.reach, asked) }));
  const answered = found.filter(({ answers }) => answers.kind === 'answers');
  const [first] = found;
  if (answered.length === 0 && first) throw new Refused(nothingFound(first.answers, worlds, from, to));
  return answered.flatMap(({ world, answers }) =>
    answers.kind === 'answers'
      ? {
          world: worlds.length > 1 ? world.name : null,
          answers: answers.answers,
          notes: world.reach.facts.notes,
        }
      : [],
  );
}

function nothingFound(answers: Answers, worlds: readonly NamedWorld[], from: string, to: string): string {
  if (answers.kind === 'answers' || answers.missing === 'between')
    return 'netpol-guard: no policy is about this connection: it is one of a workload with itself, or has no end in the cluster.';
  const missing = answers.missing === 'from' ? from : to;
  const names = [...new Set(worlds.flatMap(({ reach }) => workloadNames(reach)))];
  const bare = new Map(names.map((name) => [missing.includes('[') ? name : name.replace(/\[.*/, ''), name]));
  const near = bare.get(nearestName(missing, bare.keys()) ?? '');
  const hint = near === undefined ? ' List them with: netpol-guard reach' : ` Did you mean "${near}"?`;
  return `netpol-guard: there is no workload ${harmless(missing)} in the workspace.${hint}`;
}
