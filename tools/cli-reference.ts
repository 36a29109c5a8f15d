/**
 * `docs/cli.md` from the command table.
 */
import type { CommandSpec, OptionSpec } from '../server/src/cli/command.ts';
import { SECTIONS } from '../server/src/cli/commands.ts';

export function renderCliReference(): string {
  return [
    '# The command line',
    '',
    'Generated from `server/src/cli/commands.ts` by `npm run gen`. In a clone the command is `npx weft …`.',
    '',
    'Every command takes `--json` (one document on stdout, errors as problem+json on stderr), `--quiet`, `--no-color`,',
    '`--timeout DURATION`, `--as NAME` (an example subject of a local mesh) and `--help`, before the command or behind it.',
    'Data goes to stdout, talk and progress to stderr. Lists are tables on a terminal, tab-separated lines when piped, and',
    '`{"items":[…],"next":cursor}` with `--json`; `--after CURSOR` goes on. Where a file is read, `-` is standard input;',
    '`--out FILE` leaves a whole file or none.',
    '',
    'Exit codes: 0 done · 1 failed · 2 usage · 3 a check says no · 4 denied · 5 not found · 6 conflict · 7 unavailable or',
    'timed out · 130 interrupted.',
    '',
    'Who am I: `WEFT_URL` and `WEFT_TOKEN`, else the context file that `weft login` and `weft up` write (`WEFT_CONTEXT`',
    'names another). Its token goes to the mesh that it was written for and to no other. `WEFT_DEBUG=1` adds the trace of an',
    'error.',
    '',
    ...SECTIONS.flatMap(({ heading, commands }) => [
      `## ${heading}`,
      '',
      ...commands.map(renderCommand),
    ]),
  ].join('\n');
}

function renderCommand(spec: CommandSpec): string {
  const options = (spec.options ?? []).map(renderOption);
  return [
    `### weft ${spec.path}${spec.args === undefined ? '' : ` ${spec.args}`}`,
    '',
    `${spec.summary.charAt(0).toUpperCase()}${spec.summary.slice(1)}.`,
    '',
    ...(options.length === 0 ? [] : [...options, '']),
    '```sh',
    spec.example,
    '```',
    '',
  ].join('\n');
}

function renderOption({ flags, text, choices }: OptionSpec): string {
  const values = choices?.map((choice) => `\`${choice}\``).join(', ');
  return `- \`${flags}\`: ${text}${values === undefined ? '' : `: ${values}`}`;
}
