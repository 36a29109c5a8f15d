/**
 * The Iceberg reader that we did not write (npm `icebird` 0.3.1) on a local disk. It fetches, so `file:` URLs are served
 * from the disk here, ranges included.
 *
 * Limits of that reader: decimals come as doubles, times as microseconds, instants without microseconds.
 */
import { readFileSync } from 'node:fs';
import { icebergRead } from 'icebird';

type Metadata = NonNullable<Parameters<typeof icebergRead>[0]['metadata']>;

/** All rows of the current snapshot of the table whose metadata file is given. */
export async function readByIcebird(metadataLocation: string): Promise<Record<string, unknown>[]> {
  const text = readFileSync(pathOf(metadataLocation), 'utf8');
  const metadata = JSON.parse(text) as Metadata;
  const usual = globalThis.fetch;
  globalThis.fetch = fetchFile;
  try {
    return await icebergRead({ tableUrl: metadata.location, metadata });
  } finally {
    globalThis.fetch = usual;
  }
}

async function fetchFile(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const bytes = new Uint8Array(readFileSync(pathOf(String(input))));
  const range = /bytes=(\d+)-(\d*)/.exec(new Headers(init?.headers).get('range') ?? '');
  if (range === null) return new Response(bytes);
  const end = range[2] === '' ? bytes.length : Number(range[2]) + 1;
  return new Response(bytes.slice(Number(range[1]), end), { status: 206 });
}

function pathOf(url: string): string {
  return url.replace(/^file:\/\//, '');
}
