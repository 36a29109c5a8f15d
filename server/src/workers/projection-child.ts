/**
 * The process that makes projections: it copies the permitted part of a data file into a file of its own.
 *
 * Only our own statements run here, and no text of a consumer ever does. It may write, unlike the processes that run
 * queries, and reads rows that those never see. Standard input closing ends it.
 */
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
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
  if (command.do !== 'make') return;
  try {
    await engine.run(command.statement);
    say({ is: 'made' });
  } catch (error) {
    say({
      is: 'error',
      stage: 'make',
      message: error instanceof Error ? error.message : 'unknown',
    });
  }
}

function say(message: ChildMessage): void {
  out.write(encodeMessage(message));
}
