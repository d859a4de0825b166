/**
 * Owns what a command is, how its arguments are read, and its help. The help is made from the same table as the parser, so
 * that it cannot promise what is not there.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearestName } from '../core/spelling.ts';
import type { Io } from './io.ts';

export interface Option {
  /** Without the two dashes. */
  readonly name: string;
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly description: string;
}

export interface Arguments {
  readonly positionals: readonly string[];
  /** The value of an option, its default when it is not given; null without either. */
  readonly text: (name: string) => string | null;
  /** Whether a switch is given. */
  readonly has: (name: string) => boolean;
}

export interface Command {
  readonly name: string;
  /** The arguments that are not options, for the help. */
  readonly operands: string;
  /** How many of them there may be. */
  readonly maxOperands: number;
  readonly summary: string;
  /** Paragraphs for the command's own help. */
  readonly details: readonly string[];
  readonly options: readonly Option[];
  /** Answers with the exit code. */
  readonly run: (args: Arguments, io: Io) => Promise<number>;
}

/** What the person who typed the command has to change. Ends in exit code 2. */
export class UsageError extends Error {}

const HELP: Option = { name: 'help', description: 'Show this help.' };

/** Reads the arguments of `command`; null when help is asked for. Throws a UsageError. */
export function parse(command: Command, argv: readonly string[]): Arguments | null {
  const { values, positionals } = parseLeniently(command, argv);
  if (values.help === true) return null;
  const surplus = positionals[command.maxOperands];
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one argument too many.`);
  return {
    positionals,
    text: (name) => {
      const value = values[name] ?? command.options.find((o) => o.name === name)?.default;
      return typeof value === 'string' ? value : null;
    },
    has: (name) => values[name] === true,
  };
}

/** Node's own strict mode would do, but for messages that a person can act on. */
function parseLeniently(command: Command, argv: readonly string[]) {
  const options = [...command.options, HELP];
  const config: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const { name, value } of command.options)
    config[name] = { type: value === undefined ? 'boolean' : 'string' };
  const { tokens, values, positionals } = parseArgs({
    args: [...argv],
    options: config,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = options.find((o) => o.name === token.name);
    if (!option) throw unknownOption(token.rawName, options);
    checkValue(option, token.rawName, token.value, token.inlineValue === true);
  }
  return { values, positionals };
}

function unknownOption(rawName: string, options: readonly Option[]): UsageError {
  const near = nearestName(
    rawName.replace(/^-+/, ''),
    options.map((o) => o.name),
  );
  return new UsageError(`There is no option ${rawName}.${near === null ? '' : ` Did you mean --${near}?`}`);
}

function checkValue(option: Option, rawName: string, value: string | undefined, inline: boolean): void {
  if (option.value === undefined) {
    if (inline) throw new UsageError(`${rawName} takes no value.`);
    return;
  }
  // In "--config --format json" the value was forgotten; "-" is a name like any other.
  if (value === undefined || (!inline && /^-./.test(value)))
    throw new UsageError(`${rawName} needs a value: ${rawName} ${choicesOf(option)}`);
  if (option.choices && !option.choices.includes(value))
    throw new UsageError(`${rawName} cannot be "${value}". It takes ${listed(option.choices)}.`);
}

function choicesOf({ choices, value }: Option): string {
  return choices ? choices.join('|') : `${value}`;
}

/** `a, b or c`. */
function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options = [...command.options, HELP].map(({ description, ...option }) => {
    const name =
      option.value === undefined
        ? `--${option.name}`
        : `--${option.name} ${choicesOf({ description, ...option })}`;
    return { name, description: option.default ? `${description} Default: ${option.default}.` : description };
  });
  const usage = ['netpol-guard', command.name, '[OPTIONS]', command.operands].filter((word) => word !== '');
  return [
    command.summary,
    '',
    `Usage: ${usage.join(' ')}`,
    '',
    ...command.details.flatMap((paragraph) => [paragraph, '']),
    'Options:',
    ...options.flatMap(({ name, description }) => [`  ${name}`, `      ${description}`]),
    '',
  ].join('\n');
}
