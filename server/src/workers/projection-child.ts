/**
 * The process that makes projections: it copies the permitted part of a data file into a file of its own, and reads what
 * such a file holds.
 *
 * Only our own statements run here, and no text of a consumer ever does. It may write, unlike the processes that run
 * queries, and reads rows that those never see. Standard input closing ends it.
 */
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { FORGET_KEY_SQL, type HashKey, setKeySql } from '@weft/core/query/masks';
import { openDuckdb } from '../adapters/duckdb-engine.ts';
import { type ChildCommand, type ChildMessage, encodeMessage } from './query-frames.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as { memory: string; threads: string };
const out = new Socket({ fd: 3, readable: false, writable: true });
out.on('error', () => process.exit(1));

const duckdb = await openDuckdb({
  memory: settings.memory,
  threads: Number(settings.threads),
  tempDirectory: process.cwd(),
});
const engine = await duckdb.connect();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => void obey(JSON.parse(line) as ChildCommand));
lines.on('close', () => process.exit(0));
say({ is: 'ready' });

async function obey(command: ChildCommand): Promise<void> {
  if (command.do !== 'make' && command.do !== 'read') return;
  try {
    if (command.do === 'read') {
      say({ is: 'read', rows: await engine.rows(command.statement) });
      return;
    }
    const { key, statement } = command;
    const write = (): Promise<number> => copy(statement);
    say({ is: 'made', rows: key === null ? await write() : await withKey(key, write) });
  } catch (error) {
    say({
      is: 'error',
      stage: 'make',
      message: error instanceof Error ? error.message : 'unknown',
    });
  }
}

/** Carries out a COPY; says how many rows it wrote. */
async function copy(statement: string): Promise<number> {
  const files = await engine.rows(statement);
  return files.reduce((sum, file) => sum + Number(file['count'] ?? 0), 0);
}

/** Lends the key to the engine while the work lasts. No error of it, which could quote it, is passed on. */
async function withKey<T>(key: HashKey, work: () => Promise<T>): Promise<T> {
  await quietly(setKeySql(key));
  try {
    return await work();
  } finally {
    await quietly(FORGET_KEY_SQL);
  }
}

async function quietly(statements: readonly string[]): Promise<void> {
  try {
    for (const statement of statements) await engine.run(statement);
  } catch {
    throw new Error('the key of hashes could not be set');
  }
}

function say(message: ChildMessage): void {
  out.write(encodeMessage(message));
}
