/**
 * Lengths of functions, found by their indentation: the formatter guarantees that a body closes at the column where its
 * head began. Good enough for a ratchet, and free of a parser.
 */
import type { SourceFile } from './source-tree.ts';

export interface FunctionLength {
  path: string;
  line: number;
  lines: number;
}

const HEAD =
  /^(\s*)(?:export\s+)?(?:(?:async\s+)?function\b|(?:static\s+|async\s+|get\s+|set\s+|\*)*#?[A-Za-z_$][\w$]*(?:<[^>]*>)?\([^;]*\)?[^;=]*\{$|const\s+\w+[^=]*=\s*(?:async\s*)?(?:\([^;]*|\w+)\s*(?::[^=]+)?=>\s*\{$)/;
const NO_HEAD = /^\s*(?:if|for|while|switch|catch|return|else|do|try|describe|test|it)\b/;

/** Every function of a file with its length in lines, head and closing brace included. */
export function functionLengths(file: SourceFile): FunctionLength[] {
  return file.lines.flatMap((line, at) => {
    const indent = HEAD.exec(line)?.[1];
    if (indent === undefined || NO_HEAD.test(line)) return [];
    const end = file.lines.findIndex(
      (other, i) => i > at && new RegExp(`^${indent}\\}`).test(other),
    );
    return end === -1 ? [] : [{ path: file.path, line: at + 1, lines: end - at + 1 }];
  });
}
