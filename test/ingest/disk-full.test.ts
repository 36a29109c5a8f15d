/**
 * A disk that is full while a batch is checked: told by name, nothing is left, and the batch is not open for ever.
 *
 * The full disk of the files is an error of their port, that of the store a trigger which says what PostgreSQL says.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import { sql } from 'kysely';
import { createIngestService } from '../../server/src/services/ingest-service.ts';
import { bodyOf, openTestIngest, platform, producer } from '../support/ingest.ts';

const node = await openTestIngest();
after(() => node[Symbol.asyncDispose]());
node.publish(`apiVersion: v3.1.0
kind: DataContract
id: lines-contract
version: 1.0.0
status: active
domain: sales
dataProduct: lines
schema:
  - name: lines
    properties:
      - { name: id, logicalType: integer }
`);

const full = async (): Promise<never> => {
  throw Object.assign(new Error('ENOSPC: no space left on device, mkdir'), { code: 'ENOSPC' });
};
const service = createIngestService({
  ...node.deps,
  files: { ...node.deps.files, makeDirectory: full },
});
const request = {
  product: 'sales.lines',
  key: null,
  format: null,
  name: 'rows.csv',
  subject: producer,
};

async function run(...statements: string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(node.store.schema('node'));
}

test('a full disk is named in the report, and the landed bytes go', async () => {
  const report = await service.ingest({ ...request, body: bodyOf('id\n1\n') });
  assert.equal(report.state, 'failed');
  assert.equal(report.problem?.code, 'DISK_FULL');
  assert.deepEqual(await node.deps.landings.list(), []);
});

test('a failure that the store cannot take is written as soon as it can', async () => {
  await run(
    `create function node.no_space() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`,
    `create trigger no_space before update on node.batches for each row
      when (new.state = 'failed') execute function node.no_space()`,
  );
  const sent = service.ingest({ ...request, body: bodyOf('id\n2\n') });
  await assert.rejects(sent, (error) => isWeftError(error, 'DISK_FULL'));
  const newest = async () => (await service.list({ limit: 1 }, platform)).items[0];
  assert.equal((await newest())?.state, 'landed');
  await run('drop trigger no_space on node.batches');
  while ((await newest())?.state === 'landed')
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await newest())?.state, 'failed');
});
