/**
 * `docs/cli.md` from the command table.
 */
import { COMMANDS } from '../server/src/cli/commands.ts';

export function renderCliReference(): string {
  const commands = COMMANDS.map((spec) => {
    const options = (spec.options ?? []).map((option) => `- \`${option.flags}\`: ${option.text}`);
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
  });
  return [
    '# The command line',
    '',
    'Generated from `server/src/cli/commands.ts` by `npm run gen`. In a clone the command is `npx weft …`.',
    '',
    'Every command takes `--json` (one document on stdout, errors as problem+json on stderr), `--quiet`, `--no-color`,',
    '`--timeout DURATION`, `--as NAME` (an example subject of a local mesh) and `--help`. Data goes to stdout, talk and',
    'progress to stderr.',
    '',
    'Exit codes: 0 done · 1 failed · 2 usage · 3 a check says no · 4 denied · 5 not found · 6 conflict · 7 unavailable or',
    'timed out · 130 interrupted.',
    '',
    'Who am I: `WEFT_URL` and `WEFT_TOKEN`, else the context file that `weft login` and `weft up` write.',
    '',
    ...commands,
  ].join('\n');
}
