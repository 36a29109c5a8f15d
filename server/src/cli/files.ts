/**
 * What commands read from files and write to them: `-` is standard input, `--out` a file instead of stdout.
 *
 * Invariant: `--out` leaves a whole file or the one that was there before: what comes is written beside it and put in its
 * place at the end.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WeftError } from '@weft/core/lib/error';
import { brokenOff } from './client.ts';
import type { CommandContext } from './command.ts';
import type { CliIo } from './io.ts';
import { formatBytes } from './output.ts';

/** Text of a file, or of standard input for `-`. */
export async function readText(io: CliIo, path: string): Promise<string> {
  if (path !== '-') {
    // Why: reading a folder fails without naming it.
    if ((await stat(path)).isDirectory()) throw folderError(path);
    return decodeText(await readFile(path), path);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of standardInput(io)) chunks.push(chunk);
  return decodeText(Buffer.concat(chunks), 'standard input');
}

/** Runs `use` with a path on this disk: the one given, or a copy of standard input for `-`, removed afterwards. */
export async function withLocalFile<T>(
  io: CliIo,
  path: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (path !== '-') return use(path);
  const folder = await mkdtemp(join(tmpdir(), 'weft-'));
  try {
    const copy = join(folder, 'stdin');
    await pipeline(standardInput(io), createWriteStream(copy));
    return await use(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Standard input, for commands that were told to read it. Says so when only a person could type it. */
export function standardInput(io: CliIo): AsyncIterable<Uint8Array> {
  if (io.isInputTerminal) io.stderr('Reading standard input; end it with Ctrl-D.\n');
  return io.stdin();
}

function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new WeftError('USAGE', `${name} is no text in UTF-8`, {
      remedy: 'Give a YAML or JSON document in UTF-8.',
      cause: error,
    });
  }
}

export interface TextResult {
  text: string;
  /** What --json shows on stdout instead of the text. */
  json: unknown;
}

/** Gives a text to `--out` or stdout; with --json its document. */
export async function writeResult(context: CommandContext, result: TextResult): Promise<void> {
  const path = context.options.text('out');
  const text = result.text.endsWith('\n') || result.text === '' ? result.text : `${result.text}\n`;
  if (path === undefined) {
    if (context.out.json) context.out.document(result.json, () => '');
    else context.io.stdout(text);
    return;
  }
  await replaceFile(path, (target) => writeFile(target, text, { signal: context.signal }));
  const bytes = Buffer.byteLength(text);
  if (context.out.json) context.out.document({ out: path, bytes }, () => '');
  else context.out.say(`${formatBytes(bytes)} written to ${path}.`);
}

/** Streams an answer's body to `--out`, or to stdout; resolves to the number of bytes. */
export async function writeBody(context: CommandContext, response: Response): Promise<number> {
  const path = context.options.text('out');
  const { body } = response;
  if (body === null) return 0;
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    try {
      // Why only here: a stream that breaks before anybody reads it would end the process.
      const source = Readable.fromWeb(body as import('node:stream/web').ReadableStream);
      for await (const chunk of source as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason;
      throw brokenOff(new URL(response.url).origin, error);
    }
  };
  if (path === undefined) {
    for await (const chunk of counted()) {
      context.io.stdout(chunk);
      await context.io.drained();
    }
  } else {
    await replaceFile(path, (target) => pipeline(counted, createWriteStream(target)));
  }
  return bytes;
}

/** Writes beside `path` and moves it there when all is written; devices and pipes are written directly. */
export async function replaceFile(
  path: string,
  write: (target: string) => Promise<void>,
): Promise<void> {
  if (!(await isReplaceable(path))) {
    await write(path);
    return;
  }
  const partial = `${path}.${process.pid}.partial`;
  try {
    await write(partial);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw renamed(error, { from: partial, to: path });
  }
}

async function isReplaceable(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw folderError(path);
    return found.isFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

function folderError(path: string): Error {
  return Object.assign(new Error(`${path} is a folder`), { code: 'EISDIR', path });
}

// Why: a user who named a file wants to read of that file.
function renamed(error: unknown, { from, to }: { from: string; to: string }): unknown {
  if (error instanceof Error && (error as NodeJS.ErrnoException).path === from)
    (error as NodeJS.ErrnoException).path = to;
  return error;
}
