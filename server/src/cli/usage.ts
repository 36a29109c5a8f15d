/**
 * What the command line says to words that it does not understand: what is wrong, the nearest right word, where to look.
 *
 * Not the grammar (`program.ts`). Invariant: a usage error exits with 2 and prints nothing on stdout.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Command, CommanderError } from 'commander';
import type { CliIo } from './io.ts';
import { createOutput } from './output.ts';
import { reportError } from './run.ts';

export interface UsageInput {
  error: CommanderError;
  argv: readonly string[];
  io: CliIo;
  program: Command;
}

/** Shows a usage error, or the help that was asked for; gives the exit code. */
export function reportUsage({ error, argv, io, program }: UsageInput): number {
  if (error.exitCode === 0) return 0;
  const json = argv.includes('--json');
  const { command, path } = commandOf(program, argv);
  // A group without its second word: its help says what there is.
  if (error.code === 'commander.help' && !json) {
    io.stderr(command.helpInformation());
    return 2;
  }
  const out = createOutput(io, { json, quiet: false, color: false });
  const usage = new WeftError('USAGE', usageText(error, command), {
    remedy: remedyOf(error, `weft${path === '' ? '' : ` ${path}`} --help`),
  });
  return reportError({ error: usage, out, io });
}

/** The deepest command that the words name. */
function commandOf(program: Command, argv: readonly string[]): { command: Command; path: string } {
  let command = program;
  const path: string[] = [];
  for (const word of argv) {
    const next = command.commands.find((known) => known.name() === word);
    if (next === undefined) continue;
    command = next;
    path.push(word);
    if (command.commands.length === 0) break;
  }
  return { command, path: path.join(' ') };
}

function usageText(error: CommanderError, command: Command): string {
  if (error.code === 'commander.help') {
    return `a word is missing: ${command.commands.map((known) => known.name()).join(', ')}`;
  }
  const [, flags, value] = CHOICE.exec(error.message) ?? [];
  if (flags !== undefined) return `${longName(flags)} "${value ?? ''}" is not known`;
  return (error.message.replace(/^error: /, '').split('\n')[0] ?? '').replaceAll("'", '"');
}

/** What commander says of a value that is none of an option's choices. */
const CHOICE = /option '([^']+)' argument '(.*)' is invalid\. Allowed choices are (.+)\.$/;

function longName(flags: string): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? flags;
}

function remedyOf(error: CommanderError, help: string): string {
  const [, , , choices] = CHOICE.exec(error.message) ?? [];
  if (choices !== undefined) return `Known: ${choices}. See \`${help}\`.`;
  const [, near] = /\(Did you mean (?:one of )?(.+)\?\)/.exec(error.message) ?? [];
  return near === undefined ? `See \`${help}\`.` : `Did you mean ${near}? See \`${help}\`.`;
}
