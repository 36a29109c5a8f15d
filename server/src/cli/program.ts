/**
 * The command line's grammar: commander over the table of `commands.ts`.
 *
 * Not the commands: no handler is loaded before its command is called, so that `weft --help` and every client command
 * start fast. Invariant: the options that every command has may stand before the command or behind it.
 */
import { type Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CommandSpec } from './command.ts';
import { GROUPS, SECTIONS } from './commands.ts';
import type { CliIo } from './io.ts';
import { type Invocation, runCommand } from './run.ts';
import { reportUsage } from './usage.ts';

export interface ProgramOptions {
  io: CliIo;
  version: string;
  interrupt: AbortSignal;
  /** Carries a command out; another one where only the grammar is of interest. */
  run?: (invocation: Invocation) => Promise<number>;
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
  // Why: `weft` alone is how people ask what there is, so it is help and no mistake.
  if (argv.length === 0) {
    options.io.stdout(program.helpInformation());
    return 0;
  }
  // `weft help contract lint` is what many type for `weft contract lint --help`.
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return reportUsage({ error, argv: words, io: options.io, program });
  }
}

const COMMON = 'Options of every command:';

interface Building extends ProgramOptions {
  done(code: number): void;
}

/** The whole grammar; `done` gets the exit code of the command that ran. */
export function buildProgram(options: ProgramOptions, done: (code: number) => void): Command {
  const building = { ...options, done };
  const program = quiet(new Command('weft'), building)
    .description('An open data mesh: contracts, batches, discovery, agreements, governed queries.')
    .usage('COMMAND [ARGUMENTS] [OPTIONS]')
    .version(options.version, '-V, --version', 'the version of Weft')
    .addHelpText(
      'after',
      '\nStart with `weft up --example cpg`; `weft COMMAND --help` shows an example of each.\nData goes to stdout, talk to stderr. Exit codes: 0 done, 1 failed, 2 usage, 3 a check says no,\n4 denied, 5 not found, 6 conflict, 7 unavailable or timed out, 130 interrupted.',
    );
  declareCommon(program);
  const groups = new Map<string, Command>();
  for (const { heading, commands } of SECTIONS) {
    for (const spec of commands) {
      const [first = '', second] = spec.path.split(' ');
      const parent =
        second === undefined ? program : groupOf({ program, groups, name: first, building });
      const command = addCommand({ parent, name: second ?? first, spec, building });
      (second === undefined ? command : parent).helpGroup(`${heading}:`);
    }
  }
  return program;
}

/** Commander that neither writes nor ends the process: errors and help come back as CommanderError. */
function quiet(command: Command, { io }: Building): Command {
  return command
    .helpCommand(false)
    .addHelpOption(new Option('-h, --help', 'this help').helpGroup(COMMON))
    .configureHelp({
      helpWidth: Math.max(60, Math.min(io.columns, 110)),
      optionDescription: describeOption,
      subcommandTerm: (known) =>
        [known.name(), ...known.registeredArguments.map(argumentTerm)].join(' '),
    })
    .configureOutput({ writeOut: (text) => io.stdout(text), writeErr: () => undefined })
    .exitOverride();
}

function describeOption({ description, argChoices }: Option): string {
  return argChoices === undefined ? description : `${description}: ${argChoices.join(', ')}`;
}

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

interface GroupInput {
  program: Command;
  groups: Map<string, Command>;
  name: string;
  building: Building;
}

function groupOf({ program, groups, name, building }: GroupInput): Command {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const group = quiet(program.command(name), building)
    .description(GROUPS[name] ?? name)
    .usage('COMMAND [OPTIONS]');
  declareCommon(group);
  groups.set(name, group);
  return group;
}

interface CommandInput {
  parent: Command;
  name: string;
  spec: CommandSpec;
  building: Building;
}

function addCommand({ parent, name, spec, building }: CommandInput): Command {
  const command = parent.command(spec.args === undefined ? name : `${name} ${spec.args}`);
  quiet(command, building).description(sentence(spec.summary));
  command.addHelpText('after', `\nExample:\n  ${spec.example}`);
  command.summary(spec.summary);
  for (const option of spec.options ?? []) {
    const declared = new Option(option.flags, option.text);
    if (option.choices !== undefined) declared.choices(option.choices);
    if (option.many === true) declared.argParser(collector(option.choices));
    command.addOption(declared);
  }
  declareCommon(command);
  command.action(async (...given: unknown[]) => {
    const { io, interrupt, done, run = runCommand } = building;
    const args = given
      .slice(0, -2)
      .flat()
      .filter((value) => value !== undefined)
      .map(String);
    done(await run({ spec, args, options: givenOptions(command), io, interrupt }));
  });
  return command;
}

/** Collects the values of an option that may be given several times, each of them one of the choices. */
function collector(choices: readonly string[] | undefined) {
  return (value: string, previous: string[] | undefined): string[] => {
    if (choices !== undefined && !choices.includes(value))
      throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return [...(previous ?? []), value];
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function declareCommon(command: Command): void {
  command.optionsGroup(COMMON);
  command
    .option('--json', 'one JSON document on stdout; errors as problem+json on stderr')
    .option('--quiet', 'no talk and no progress')
    .option('--no-color', 'no colours (NO_COLOR too)')
    .option('--timeout <duration>', 'give up after this time: PT30S or 30s')
    .option('--as <name>', 'as this example subject of a local mesh');
}

/** What the user gave, at the command or before it. Defaults of commander are left out. */
function givenOptions(command: Command): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (let at: Command | null = command; at !== null; at = at.parent) {
    for (const [name, value] of Object.entries(at.opts<Record<string, unknown>>())) {
      if (at.getOptionValueSource(name) !== 'default') values[name] ??= value;
    }
  }
  return values;
}
