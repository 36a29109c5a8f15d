/**
 * What a command is: declared as data in `commands.ts`, carried out by a handler that is loaded only when it is called.
 *
 * Invariant: a handler gets everything through its CommandContext and ends by returning an exit code (nothing means 0)
 * or by throwing; it never ends the process.
 */
import type { ApiClient } from './client.ts';
import type { CliIo } from './io.ts';
import type { Output } from './output.ts';

export interface OptionSpec {
  /** Commander's form: `--key <text>`, `--wait`. */
  flags: string;
  text: string;
  /** May be given several times. */
  many?: boolean;
  /** The only values that it takes. */
  choices?: readonly string[];
}

export interface CommandSpec {
  /** Words of the command: `contract publish`. */
  path: string;
  /** Commander's form: `<product> <file...>`. */
  args?: string;
  summary: string;
  example: string;
  options?: readonly OptionSpec[];
  load(): Promise<CommandHandler>;
}

export type CommandHandler = (context: CommandContext) => Promise<number | undefined>;

export interface CommandContext {
  io: CliIo;
  out: Output;
  /** Positional arguments; a variadic one is spread into the rest. */
  args: string[];
  options: OptionReader;
  /** Ends with --timeout or an interrupt. */
  signal: AbortSignal;
  /** The client of the mesh, as who the options and the environment say; of one of its nodes when `node` is its address. */
  api(node?: string | null): ApiClient;
  /** The root key that was pinned at login, if any. */
  pinnedRoot(): string | null;
}

export interface OptionReader {
  text(name: string): string | undefined;
  /** Values of an option that may be given several times; undefined when it was not given. */
  list(name: string): string[] | undefined;
  flag(name: string): boolean;
  /** True when the negative form was given: `--no-wait`. */
  off(name: string): boolean;
}

/** Options as commander collected them: camel-case names. */
export function readOptions(values: Record<string, unknown>): OptionReader {
  return {
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    list: (name) => (Array.isArray(values[name]) ? values[name].map(String) : undefined),
    flag: (name) => values[name] === true,
    off: (name) => values[name] === false,
  };
}
