/**
 * Completion scripts for bash, zsh and fish, written from the command table.
 *
 * Not dynamic: they complete words, options and the values that an option may take, not names of the mesh. Invariant: they
 * hold nothing but words of the grammar, so nothing needs quoting in a shell.
 */
import { WeftError } from '@weft/core/lib/error';
import type { CommandSpec, OptionSpec } from './command.ts';
import { COMMANDS, GROUPS } from './commands.ts';

const COMMON = ['--json', '--quiet', '--no-color', '--timeout', '--as', '--help'];
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** The script for a shell; USAGE for an unknown one. */
export function completionScript(shell: string): string {
  switch (shell) {
    case 'bash':
      return bashScript();
    case 'zsh':
      return `#compdef weft\nautoload -U +X bashcompinit && bashcompinit\n${bashScript()}`;
    case 'fish':
      return fishScript();
    default:
      throw new WeftError('USAGE', `there is no completion for "${shell}"`, {
        remedy: `Known: ${SHELLS.join(', ')}.`,
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

/** `--format` of `--format <format>`. */
function longName(option: OptionSpec): string {
  return /--[a-z-]+/.exec(option.flags)?.[0] ?? '';
}

function optionsOf(spec: CommandSpec): string[] {
  return [...(spec.options ?? []).map(longName), ...COMMON];
}

/** Cases of the shell for the values of an option: `"query --format") words="table json …" ;;`. */
function valueCases(): string[] {
  return COMMANDS.flatMap((spec) =>
    (spec.options ?? []).flatMap((option) =>
      option.choices === undefined
        ? []
        : [`    "${spec.path} ${longName(option)}") words="${option.choices.join(' ')}" ;;`],
    ),
  );
}

function bashScript(): string {
  const options = COMMANDS.map(
    (spec) => `    "${spec.path}") words="${optionsOf(spec).join(' ')}" ;;`,
  );
  const groups = Object.keys(GROUPS).map(
    (group) => `    "${group}") words="${secondWords(group).join(' ')}" ;;`,
  );
  // Why COMP_WORDBREAKS is not touched: it is global. A value with a colon is completed up to the colon only.
  return `_weft() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="" words="" command="\${COMP_WORDS[1]}"
  [ "$COMP_CWORD" -ge 1 ] && before="\${COMP_WORDS[COMP_CWORD-1]}"
  if [ "$COMP_CWORD" -le 1 ]; then
    COMPREPLY=($(compgen -W "${firstWords().join(' ')} --help --version" -- "$current"))
    return
  fi
  case "$command" in
    ${Object.keys(GROUPS).join('|')})
      if [ "$COMP_CWORD" -gt 2 ]; then command="$command \${COMP_WORDS[2]}"; fi ;;
  esac
  case "$command $before" in
${valueCases().join('\n')}
  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$command" in
${[...groups, ...options].join('\n')}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *)
      case "$words" in
        -*)
          local IFS=$'\\n'
          COMPREPLY=($(compgen -f -- "$current")) ;;
        *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
      esac ;;
  esac
}
complete -o filenames -F _weft weft
`;
}

function fishScript(): string {
  const lines = [`complete -c weft -n __fish_use_subcommand -f -a "${firstWords().join(' ')}"`];
  for (const group of Object.keys(GROUPS)) {
    const words = secondWords(group).join(' ');
    lines.push(
      `complete -c weft -n "__fish_seen_subcommand_from ${group}; and not __fish_seen_subcommand_from ${words}" -f -a "${words}"`,
    );
  }
  for (const spec of COMMANDS) {
    const seen = spec.path
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
    for (const option of spec.options ?? []) {
      const values = option.choices === undefined ? '' : ` -x -a "${option.choices.join(' ')}"`;
      lines.push(`complete -c weft -n "${seen}" -l ${longName(option).slice(2)}${values}`);
    }
  }
  for (const option of COMMON) lines.push(`complete -c weft -l ${option.slice(2)}`);
  return `${lines.join('\n')}\n`;
}
