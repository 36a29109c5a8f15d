/**
 * The process that runs a consumer's SQL, started under the limits of the operating system.
 *
 * As an executor it opens the files of one projection, makes views over them, then seals itself (no other file, no
 * settings, no rights of its user), then runs texts of one consumer as they were written. As a parser it seals itself
 * at once and only makes syntax trees. It decides nothing: what it may see was decided before.
 *
 * Invariants: a consumer's text never runs before the seal; after the seal the engine can read the files that were
 * opened before, through their descriptors, and no other; it can write nothing; standard input closing ends it.
 * Not a place for imports at run time: after the seal files may be unreadable.
 */
import { existsSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { quoteTextList } from '@weft/core/lib/ident-sql';
import type { ResultShape } from '@weft/core/query/ports';
import '../adapters/duckdb-text.ts';
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
/** Paths of the files that were opened, by which their descriptors are reached whatever this user may open. */
let opened: string[] = [];

const instance = await DuckDBInstance.create(':memory:', {
  threads: settings.threads,
  memory_limit: settings.memory,
  temp_directory: '',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
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
    case 'open':
      await guarded('open', () => open(command.files));
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
  stage: 'parse' | 'open' | 'project' | 'run',
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

/** Opens files for reading and says by which paths the engine can reach them. */
async function open(files: readonly string[]): Promise<void> {
  if (sealed) throw new Error('sealed');
  const byDescriptor = existsSync('/proc/self/fd') ? '/proc/self/fd' : '/dev/fd';
  opened = files.map((file) => `${byDescriptor}/${openSync(file, 'r')}`);
  await say({ is: 'opened', paths: opened });
}

async function project(statements: readonly string[]): Promise<void> {
  if (sealed) throw new Error('sealed');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  await seal();
  await say({ is: 'sealed' });
}

/** Takes other files, settings and the user's rights away, for good. */
async function seal(): Promise<void> {
  if (settings.uid >= 0 && process.setgroups && process.setgid && process.setuid) {
    process.setgroups([settings.gid]);
    process.setgid(settings.gid);
    process.setuid(settings.uid);
  }
  const connection = await instance.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  // Why after the change of user: the engine keeps these paths as that user can resolve them, and compares so later.
  if (opened.length > 0) await connection.run(`SET allowed_paths = ${quoteTextList(opened)}`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  connection.closeSync();
  sealed = true;
}

interface RunCommand {
  sql: string;
  shape: ResultShape;
  rowsMax: number;
  bytesMax: number;
}

async function run(command: RunCommand): Promise<void> {
  if (!sealed) throw new Error('not sealed');
  const connection = await instance.connect();
  running = connection;
  try {
    await answer(connection, command);
  } finally {
    running = null;
    connection.closeSync();
  }
}

async function answer(connection: DuckDBConnection, command: RunCommand): Promise<void> {
  const before = process.cpuUsage();
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
  const sink = new BlockSink(limits, head, before);
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
  readonly #before: NodeJS.CpuUsage;

  constructor(limits: { rows: number; bytes: number }, head: string, before: NodeJS.CpuUsage) {
    this.#limits = limits;
    this.#text = head;
    this.#before = before;
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
    // Why of the process: the engine's threads are in it, and it runs one query at a time.
    const { user, system } = process.cpuUsage(this.#before);
    const cpuSeconds = (user + system) / 1_000_000;
    await say({ is: 'end', rows: this.#rows, truncated, cpuSeconds });
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
