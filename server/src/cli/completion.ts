/**
 * Completion scripts for bash, zsh and fish, written from the command table.
 *
 * Not dynamic: they complete words and options of the grammar, not names of the mesh.
 */
import { WeftError } from '@weft/core/lib/error';
import { COMMANDS, GROUPS } from './commands.ts';

const COMMON = ['--json', '--quiet', '--no-color', '--timeout', '--as', '--help'];

/** The script for a shell; USAGE for an unknown one. */
export function completionScript(shell: string): string {
  switch (shell) {
    case 'bash':
      return bashScript();
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript()}`;
    case 'fish':
      return fishScript();
    default:
      throw new WeftError('USAGE', `there is no completion for "${shell}"`, {
        remedy: 'Known: bash, zsh, fish.',
      });
  }
}

function firstWords(): string[] {
  return [...new Set(COMMANDS.map((spec) => spec.path.split(' ')[0] ?? ''))];
}

function secondWords(group: string): string[] {
  return COMMANDS.filter((spec) => spec.path.startsWith(`${group} `)).map((spec) =>
    spec.path.slice(group.length + 1),
  );
}

function optionsOf(path: string): string[] {
  const spec = COMMANDS.find((command) => command.path === path);
  const own = (spec?.options ?? []).flatMap((option) => option.flags.match(/--[a-z-]+/g) ?? []);
  return [...own, ...COMMON];
}

function bashScript(): string {
  const cases = COMMANDS.map(
    (spec) => `    "${spec.path}") words="${optionsOf(spec.path).join(' ')}" ;;`,
  );
  const groups = Object.keys(GROUPS).map(
    (group) => `    "${group}") words="${secondWords(group).join(' ')}" ;;`,
  );
  return `_weft() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="" first="\${COMP_WORDS[1]}" second="\${COMP_WORDS[2]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${firstWords().join(' ')}"
  elif [ "$COMP_CWORD" -eq 2 ] && [ "\${current#-}" = "$current" ]; then
    case "$first" in
${groups.join('\n')}
    esac
  fi
  if [ -z "$words" ]; then
    case "$first $second" in
${cases.filter((line) => line.includes(' ', 6)).join('\n')}
    esac
  fi
  if [ -z "$words" ]; then
    case "$first" in
${cases.filter((line) => !/^ {4}"[a-z]+ /.test(line)).join('\n')}
    esac
  fi
  if [ "\${current#-}" = "$current" ] && [ "\${words#-}" != "$words" ]; then
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -o filenames -F _weft weft
`;
}

function fishScript(): string {
  const lines = [`complete -c weft -n __fish_use_subcommand -f -a "${firstWords().join(' ')}"`];
  for (const group of Object.keys(GROUPS)) {
    lines.push(
      `complete -c weft -n "__fish_seen_subcommand_from ${group}" -f -a "${secondWords(group).join(' ')}"`,
    );
  }
  for (const option of COMMON) lines.push(`complete -c weft -l ${option.slice(2)}`);
  return `${lines.join('\n')}\n`;
}
