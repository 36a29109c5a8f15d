/**
 * Small readings of arguments that several commands share: required words, paging, durations, files.
 *
 * Not validation of documents: the server and core do that. Every error is USAGE with the remedy.
 */
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseDuration } from '@weft/core/lib/duration';
import { WeftError } from '@weft/core/lib/error';
import type { CommandContext } from './command.ts';
import type { CliIo } from './io.ts';

/** The positional argument `index`, which the grammar promises. */
export function argument(context: CommandContext, index: number): string {
  const value = context.args[index];
  if (value === undefined) throw new WeftError('USAGE', `argument ${index + 1} is missing`);
  return value;
}

/** An option that the command cannot do without. */
export function needed(context: CommandContext, name: string, example: string): string {
  const value = context.options.text(name);
  if (value !== undefined && value !== '') return value;
  throw new WeftError('USAGE', `--${name} is needed`, {
    remedy: `For example: --${name} ${example}`,
  });
}

/** `--limit` and `--after` as query parameters. */
export function page(context: CommandContext): { limit: number; after: string | undefined } {
  const text = context.options.text('limit') ?? '50';
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new WeftError('USAGE', `--limit "${text}" is no number from 1 to 1000`);
  }
  return { limit, after: context.options.text('after') };
}

/** `a, b` as a list, or undefined when the option is absent. */
export function names(context: CommandContext, option: string): string[] | undefined {
  return context.options
    .text(option)
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** A time: RFC 3339 as it is, a duration counted from now. */
export function untilTime(context: CommandContext, option = 'until'): string | undefined {
  const text = context.options.text(option);
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds !== null) return new Date(context.io.now().getTime() + seconds * 1000).toISOString();
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw new WeftError('USAGE', `--${option} "${text}" is no time`, {
      remedy: 'Give 2027-03-01T00:00:00Z or P90D.',
    });
  }
  return new Date(time).toISOString();
}

/** Text of a file, or of standard input for `-`. */
export async function readText(io: CliIo, path: string): Promise<string> {
  if (path !== '-') return readFile(path, 'utf8');
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Writes text to `--out`, or to stdout. */
export async function writeText(context: CommandContext, text: string): Promise<void> {
  const path = context.options.text('out');
  if (path === undefined) context.io.stdout(text.endsWith('\n') ? text : `${text}\n`);
  else await writeFile(path, text);
}

/** Streams an answer's body to `--out`, or to stdout; resolves to the number of bytes. */
export async function writeBody(context: CommandContext, response: Response): Promise<number> {
  const path = context.options.text('out');
  let bytes = 0;
  if (response.body === null) return 0;
  const source = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream);
  source.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length;
  });
  if (path !== undefined)
    await pipeline(source, createWriteStream(path), { signal: context.signal });
  else for await (const chunk of source) context.io.stdout(chunk as Uint8Array);
  return bytes;
}

/** A product name in a URL path. */
export function pathPart(text: string): string {
  return encodeURIComponent(text);
}
