/**
 * The process that runs a consumer's SQL: started under the limits of the operating system, used for one query, killed.
 *
 * As an executor it runs our own projection first, then seals itself (no file access, no settings, no rights of its
 * user), then runs the consumer's text as it was written. As a parser it seals itself at once and only makes syntax
 * trees. It decides nothing: what it may see was decided before.
 *
 * Invariants: the consumer's text never runs before the seal; after the seal the process holds the projection's rows
 * and no path by which the engine could reach a file; standard input closing ends it.
 * Not a place for imports at run time: after the seal files may be unreadable.
 */
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ResultShape } from '@weft/core/query/ports';
import { distinctNames, rowWriter } from './query-cells.ts';
import { type ChildCommand, type ChildMessage, encodeMessage, encodeRows } from './query-frames.ts';

interface Settings {
  role: 'executor' | 'parser';
  memory: string;
  threads: string;
  /** User and group to become after the seal, or -1 to stay. */
  uid: number;
  gid: number;
}

const BLOCK_CHARACTERS = 256 * 1024;

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings;
const out = new Socket({ fd: 3, readable: false, writable: true });
out.on('error', () => process.exit(1));
let running: DuckDBConnection | null = null;
let sealed = false;

const instance = await DuckDBInstance.create(':memory:', {
  threads: settings.threads,
  memory_limit: settings.memory,
  temp_directory: '',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  // Why: else bytes of the source files, hidden rows among them, stay in memory after the projection.
  enable_external_file_cache: 'false',
});
if (settings.role === 'parser') await seal();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => void obey(JSON.parse(line) as ChildCommand));
lines.on('close', () => process.exit(0));
await say({ is: 'ready' });

async function obey(command: ChildCommand): Promise<void> {
  switch (command.do) {
    case 'parse':
      await guarded('parse', () => parse(command.sql));
      return;
    case 'project':
      await guarded('project', () => project(command.statements));
      return;
    case 'run':
      await guarded('run', () => run(command));
      return;
    case 'interrupt':
      running?.interrupt();
  }
}

async function guarded(
  stage: 'parse' | 'project' | 'run',
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    await say({ is: 'error', stage, message: error instanceof Error ? error.message : 'unknown' });
  }
}

async function parse(sql: string): Promise<void> {
  const connection = await instance.connect();
  try {
    const result = await connection.runAndReadAll(PARSE, [sql]);
    await say({ is: 'tree', tree: String(result.getRows()[0]?.[0] ?? '') });
  } finally {
    connection.closeSync();
  }
}

const PARSE =
  'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true)::VARCHAR';

async function project(statements: readonly string[]): Promise<void> {
  const connection = await instance.connect();
  running = connection;
  await connection.run("SET TimeZone = 'UTC'");
  for (const statement of statements) await connection.run(statement);
  running = null;
  connection.closeSync();
  await seal();
  await say({ is: 'sealed' });
}

/** Takes files, settings and the user's rights away, for good. */
async function seal(): Promise<void> {
  const connection = await instance.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  connection.closeSync();
  if (settings.uid >= 0 && process.setuid && process.setgid && process.setgroups) {
    process.setgroups([settings.gid]);
    process.setgid(settings.gid);
    process.setuid(settings.uid);
  }
  sealed = true;
}

async function run(command: {
  sql: string;
  shape: ResultShape;
  rowsMax: number;
  bytesMax: number;
}): Promise<void> {
  if (!sealed) throw new Error('not sealed');
  const connection = await instance.connect();
  running = connection;
  const result = await connection.stream(command.sql);
  const names = result.columnNames();
  const types = result.columnTypes().map(String);
  await say({
    is: 'columns',
    columns: names.map((name, i) => ({ name, type: types[i] ?? 'UNKNOWN' })),
  });
  const write = rowWriter(command.shape, names);
  const head = command.shape === 'csv' ? write(distinctNames(names)) : '';
  const limits = { rows: command.rowsMax, bytes: command.bytesMax };
  const sink = new BlockSink(limits, head);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const columns = Array.from({ length: chunk.columnCount }, (_none, i) =>
      chunk.getColumnValues(i),
    );
    for (let row = 0; row < chunk.rowCount; row++) {
      const text = write(columns.map((column) => column[row]));
      if (!sink.fits(text)) return await sink.end(true);
      await sink.add(text);
    }
  }
  await sink.end(false);
}

/** Gathers rows into blocks and stops at the limits. */
class BlockSink {
  #limits: { rows: number; bytes: number };
  #text: string;
  #rowsInBlock = 0;
  #rows = 0;
  #bytes = 0;

  constructor(limits: { rows: number; bytes: number }, head: string) {
    this.#limits = limits;
    this.#text = head;
  }

  fits(row: string): boolean {
    const bytes = this.#bytes + Buffer.byteLength(row);
    return this.#rows < this.#limits.rows && bytes <= this.#limits.bytes;
  }

  async add(row: string): Promise<void> {
    this.#text += row;
    this.#bytes += Buffer.byteLength(row);
    this.#rows++;
    this.#rowsInBlock++;
    if (this.#text.length >= BLOCK_CHARACTERS) await this.#flush();
  }

  async end(truncated: boolean): Promise<void> {
    if (this.#text !== '') await this.#flush();
    await say({ is: 'end', rows: this.#rows, truncated });
  }

  async #flush(): Promise<void> {
    await send(encodeRows(this.#rowsInBlock, this.#text));
    this.#text = '';
    this.#rowsInBlock = 0;
  }
}

function say(message: ChildMessage): Promise<void> {
  return send(encodeMessage(message));
}

/** Waits while the parent reads more slowly than the engine gives. */
function send(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (out.write(bytes)) resolve();
    else out.once('drain', () => resolve());
  });
}
