/**
 * The command line's grammar: commander over the table of `commands.ts`.
 *
 * Not the commands: no handler is loaded before its command is called, so that `weft --help` and every client command
 * start fast.
 */
import { WeftError } from '@weft/core/lib/error';
import { Command, CommanderError, Option } from 'commander';
import type { CommandSpec } from './command.ts';
import { COMMANDS, GROUPS } from './commands.ts';
import type { CliIo } from './io.ts';
import { createOutput } from './output.ts';
import { reportError, runCommand } from './run.ts';

export interface ProgramOptions {
  io: CliIo;
  version: string;
  interrupt: AbortSignal;
}

/** Runs `argv` (without binary and file) and resolves to the exit code. */
export async function runProgram(
  argv: readonly string[],
  options: ProgramOptions,
): Promise<number> {
  let exitCode = 0;
  const program = buildProgram(options, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportUsage(error, argv, options.io);
  }
}

/** The whole grammar; `done` gets the exit code of the command that ran. */
export function buildProgram(
  { io, version, interrupt }: ProgramOptions,
  done: (code: number) => void,
): Command {
  const program = new Command('weft');
  const silent = { writeOut: (text: string) => io.stdout(text), writeErr: () => undefined };
  program
    .description('An open data mesh: contracts, batches, discovery, agreements, governed queries.')
    .version(version, '-V, --version')
    .helpCommand(false)
    .configureOutput(silent)
    .exitOverride();
  const groups = new Map<string, Command>();
  for (const spec of COMMANDS) {
    const words = spec.path.split(' ');
    const name = words[words.length - 1] ?? spec.path;
    const parent =
      words.length === 1 ? program : groupOf({ program, groups, name: words[0] ?? '', silent });
    const command = parent.command(spec.args === undefined ? name : `${name} ${spec.args}`);
    declare(command, spec);
    command.configureOutput(silent).exitOverride();
    command.action(async (...given: unknown[]) => {
      const positional = given
        .slice(0, -2)
        .flat()
        .filter((value) => value !== undefined)
        .map(String);
      const values = command.optsWithGlobals<Record<string, unknown>>();
      done(await runCommand({ spec, args: positional, options: values, io, interrupt }));
    });
  }
  return program;
}

interface GroupInput {
  program: Command;
  groups: Map<string, Command>;
  name: string;
  silent: { writeOut(text: string): void; writeErr(): void };
}

function groupOf({ program, groups, name, silent }: GroupInput): Command {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const group = program
    .command(name)
    .description(GROUPS[name] ?? name)
    .helpCommand(false);
  group.configureOutput(silent).exitOverride();
  groups.set(name, group);
  return group;
}

function declare(command: Command, spec: CommandSpec): void {
  command.description(spec.summary).addHelpText('after', `\nExample:\n  ${spec.example}`);
  for (const option of spec.options ?? []) {
    const declared = new Option(option.flags, option.text);
    if (option.many === true) {
      declared.argParser((value: string, previous: string[] | undefined) => [
        ...(previous ?? []),
        value,
      ]);
    }
    command.addOption(declared);
  }
  command
    .option('--json', 'one JSON document on stdout; errors as problem+json on stderr')
    .option('--quiet', 'no talk and no progress')
    .option('--no-color', 'no colours (NO_COLOR too)')
    .option('--timeout <duration>', 'give up after this time: PT30S or 30s')
    .option('--as <name>', 'as this example subject of a local mesh');
}

function reportUsage(error: unknown, argv: readonly string[], io: CliIo): number {
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0 || error.code === 'commander.help') return error.exitCode === 0 ? 0 : 2;
  const json = argv.includes('--json');
  const out = createOutput(io, { json, quiet: false, color: false });
  const usage = new WeftError('USAGE', error.message.replace(/^error: /, ''), {
    remedy: `See \`weft ${argv
      .filter((word) => /^[a-z]/.test(word))
      .slice(0, 2)
      .join(' ')} --help\`.`,
  });
  return reportError({ error: usage, out, io, json });
}
