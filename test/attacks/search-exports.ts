/**
 * The search of exported tables: what a subject takes away is the same archive in both worlds, to the byte, and holds no
 * mark, neither in its Parquet files (pages are compressed, so they are read) nor in its metadata.
 *
 * Not what a query sees (`search.ts`). Nothing here asserts, so that the controls can run it on weakened builds.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { must } from '@weft/core/lib/assert';
import { isWeftError } from '@weft/core/lib/error';
import { bytesOf, untar } from '../support/exported.ts';
import { type Block, contentOf, decide, type Finding, markIn } from './search.ts';
import type { World, Worlds } from './worlds.ts';

export async function searchExports(worlds: Worlds, block: Block): Promise<Finding[]> {
  const { product } = await decide(worlds, block);
  const finding = (problem: string): Finding => ({
    where: `${block.policy.name}, ${block.form}`,
    sql: '',
    problem,
  });
  const [secret, clean] = [await take(worlds.secret, product), await take(worlds.clean, product)];
  if (typeof secret === 'string' || typeof clean === 'string')
    return secret === clean ? [] : [finding('one world refuses what the other gives')];
  const findings: Finding[] = [];
  for (const [world, archive] of [[worlds.secret, secret] as const, [worlds.clean, clean] as const])
    for (const [name, text] of await textsOf(world, archive)) {
      const mark = markIn(text);
      if (mark !== null) findings.push(finding(`${mark} is in an export: ${name}`));
    }
  if (!secret.equals(clean)) findings.push(finding('the exports of the two worlds differ'));
  return findings;
}

/** The archive, or the code of the refusal. */
async function take({ queries }: World, product: string): Promise<Buffer | string> {
  try {
    return await bytesOf((await queries.export(product)).body);
  } catch (error) {
    if (!isWeftError(error)) throw error;
    return error.code;
  }
}

/** Whatever the files of an archive say, as text. */
async function textsOf({ fixture }: World, archive: Buffer): Promise<[string, string][]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const texts: [string, string][] = [['archive', archive.toString('latin1')]];
  for (const [name, bytes] of untar(archive)) {
    if (name.endsWith('.avro')) texts.push([name, plainAvro(bytes)]);
    if (!name.startsWith('data/')) continue;
    const file = path.join(fixture.directory, path.basename(name));
    fs.writeFileSync(file, bytes);
    texts.push([name, await contentOf(connection, file)]);
    fs.rmSync(file);
  }
  connection.closeSync();
  instance.closeSync();
  return texts;
}

/** What is compressed in an Avro file of one block. Why by its end: blocks lie between two equal markers of 16 bytes. */
function plainAvro(bytes: Buffer): string {
  const sync = bytes.subarray(bytes.length - 16);
  const from = must(bytes.indexOf(sync), 'a marker') + 16;
  const block = bytes.subarray(from, bytes.length - 16);
  // Two numbers stand before what is compressed: how many records, and how many bytes.
  let at = 0;
  for (let numbers = 0; numbers < 2; at++) if (((block[at] ?? 0) & 0x80) === 0) numbers++;
  return inflateRawSync(block.subarray(at)).toString('latin1');
}
