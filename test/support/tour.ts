/**
 * Reads a guided tour: shell blocks with the output block that follows each, to be run and compared.
 *
 * A block ```sh holds commands, one a line (a line that ends with a backslash goes on); the ```text block after it holds
 * what they print on stdout. In expected lines `…` stands for any text, since ids and times differ from run to run.
 */
export interface TourStep {
  commands: string[];
  expected: string | null;
  /** Line of the shell block in the document, from 1. */
  line: number;
}

const BLOCK = /^```(\w+)\n([\s\S]*?)^```$/gm;

/** The steps of a tour document, in order. */
export function readTour(document: string): TourStep[] {
  const steps: TourStep[] = [];
  for (const match of document.matchAll(BLOCK)) {
    const [, kind, body = ''] = match;
    const last = steps.at(-1);
    if (kind === 'sh') {
      steps.push({
        commands: readCommands(body),
        expected: null,
        line: lineOf(document, match.index),
      });
    } else if (kind === 'text' && last !== undefined && last.expected === null) {
      last.expected = body;
    }
  }
  return steps;
}

/** True when `actual` is what `expected` says; lines are compared one by one, ends of lines without spaces. */
export function matchesTour(expected: string, actual: string): boolean {
  const lines = (text: string): string[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd());
  const wanted = lines(expected);
  const given = lines(actual);
  return (
    wanted.length === given.length && wanted.every((line, i) => lineMatches(line, given[i] ?? ''))
  );
}

function lineMatches(pattern: string, line: string): boolean {
  const parts = pattern.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(line);
}

function readCommands(body: string): string[] {
  return body
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function lineOf(document: string, index: number): number {
  return document.slice(0, index).split('\n').length;
}

/** Assignments (`NAME=…` at the start of a line) that later steps may use. */
export function assignmentsOf(step: TourStep): string[] {
  return step.commands.filter((command) => /^[A-Z_]+=/.test(command));
}

/** What a command printed, with everything that differs from run to run replaced by `…`. */
export function generalizeOutput(output: string): string {
  return VARYING.reduce((text, [pattern, shown]) => text.replace(pattern, shown), output).trimEnd();
}

const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\b(?:bat|agr|prp|evt|op)_[0-9A-Z]{26}/g, '…'],
  [/\b[0-9a-f]{64}\b/g, '…'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '…'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d\b/g, '…'],
  [/(snapshot +)\d+/g, '$1…'],
  [/\b\d+( entries of chain)/g, '…$1'],
];

/** The document with the outputs of its steps, in order, in place of the old ones. */
export function writeTour(document: string, outputs: readonly string[]): string {
  let step = -1;
  return document.replace(BLOCK, (block, kind: string) => {
    if (kind === 'sh') step++;
    return kind === 'text' ? `\`\`\`text\n${outputs[step] ?? ''}\n\`\`\`` : block;
  });
}
