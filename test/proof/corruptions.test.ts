/**
 * Planted corruptions of a data directory: each is found by name, and repaired or refused as it must be.
 *
 * Not crashes (`test/faults`). One directory is filled by a real mesh; each case damages it,
 * asks as `weft doctor --deep --repair` does, and puts it back. A repaired directory must be proven without a finding afterwards; a refused one must
 * have all the files that it had.
 */
import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { must } from '@weft/core/lib/assert';
import { proofFiles } from '../../server/src/adapters/proof-files.ts';
import {
  fileIn,
  flipByte,
  type PreparedDirectory,
  prepareDirectory,
} from '../support/data-directory.ts';
import { runWeft } from '../support/mesh.ts';

let prepared: PreparedDirectory;
before(async () => {
  prepared = await prepareDirectory();
});
after(() => prepared[Symbol.asyncDispose]());

const TABLE = 'tables/sales/lines/v1';

interface Corruption {
  name: string;
  plant(data: string): Promise<unknown>;
  /** Code of the finding. */
  code: string;
  becomes: 'repaired' | 'damaged';
}

const dataFile = (data: string): Promise<string> =>
  fileIn(join(data, TABLE, 'data'), `${prepared.batches.committed[0]}-00000.parquet`);
const manifest = (data: string): Promise<string> =>
  fileIn(join(data, TABLE, 'metadata'), '-m0.avro');
const metadata = (data: string): Promise<string> =>
  fileIn(join(data, TABLE, 'metadata'), '.metadata.json');
const batch = (no: number): string => must(prepared.batches.committed[no], 'committed batch');

const CORRUPTIONS: readonly Corruption[] = [
  {
    name: 'a data file is truncated',
    plant: async (data) => truncate(await dataFile(data), 100),
    code: 'data-file-torn',
    becomes: 'damaged',
  },
  {
    name: 'one bit of a data file is flipped',
    plant: async (data) => flipByte(await dataFile(data)),
    code: 'data-file-changed',
    becomes: 'damaged',
  },
  {
    name: 'a data file is missing',
    plant: async (data) => rm(await dataFile(data)),
    code: 'data-file-missing',
    becomes: 'damaged',
  },
  {
    name: 'a manifest is missing',
    plant: async (data) => rm(await manifest(data)),
    code: 'manifest-missing',
    becomes: 'damaged',
  },
  {
    name: 'one bit of a manifest is flipped',
    plant: async (data) => flipByte(await manifest(data)),
    code: 'manifest-changed',
    becomes: 'damaged',
  },
  {
    name: 'a manifest list is missing',
    plant: async (data) => rm(await fileIn(join(data, TABLE, 'metadata'), '.avro')),
    code: 'manifest-list-missing',
    becomes: 'damaged',
  },
  {
    name: 'the metadata file is torn',
    plant: async (data) => truncate(await metadata(data), 500),
    code: 'metadata-torn',
    becomes: 'damaged',
  },
  {
    name: 'the version hint names an older version',
    plant: (data) => writeFile(join(data, TABLE, 'metadata/version-hint.text'), '00000-old'),
    code: 'hint-wrong',
    becomes: 'repaired',
  },
  {
    name: 'the version hint is missing',
    plant: (data) => rm(join(data, TABLE, 'metadata/version-hint.text')),
    code: 'hint-wrong',
    becomes: 'repaired',
  },
  {
    name: 'the pointer names an older version',
    plant: async (data) => {
      const names = await readdir(join(data, TABLE, 'metadata'));
      const older = must(names.filter((n) => n.endsWith('.json')).sort()[1], 'older version');
      const uri = `file://${join(data, TABLE, 'metadata', older)}`;
      await prepared.change(`update tables set metadata_location = '${uri}'`);
    },
    code: 'pointer-behind',
    becomes: 'repaired',
  },
  {
    name: 'a data file of a failed batch is left',
    plant: (data) =>
      writeFile(join(data, TABLE, `data/${prepared.batches.failed}-00000.parquet`), 'PAR1'),
    code: 'stray-data',
    becomes: 'repaired',
  },
  {
    name: 'a data file is of a batch that the store does not know',
    plant: (data) =>
      writeFile(join(data, TABLE, 'data/bat_7ZZZZZZZZZZZZZZZZZZZZZZZZZ-00000.parquet'), 'PAR1'),
    code: 'newer-than-store',
    becomes: 'damaged',
  },
  {
    name: 'a data file is of a batch whose check began before the store knew of it',
    plant: async (data) => {
      const batch = 'bat_7ZZZZZZZZZZZZZZZZZZZZZZZZY';
      await mkdir(join(data, 'scratch', batch), { recursive: true });
      await writeFile(join(data, 'scratch', batch, 'table.json'), '{}');
      await writeFile(join(data, TABLE, `data/${batch}-00000.parquet`), 'PAR1');
    },
    code: 'stray-data',
    becomes: 'repaired',
  },
  {
    name: 'a metadata file and a part of one are left',
    plant: async (data) => {
      await writeFile(join(data, TABLE, 'metadata/.weft-tmp-0123456789ab'), '{');
      await writeFile(join(data, TABLE, 'metadata/0b1c-m0.avro'), 'Obj');
    },
    code: 'stray-metadata',
    becomes: 'repaired',
  },
  {
    name: 'a landing is left',
    plant: (data) => writeFile(join(data, 'landings/bat_01AAAAAAAAAAAAAAAAAAAAAAAA'), 'id\n'),
    code: 'stray-landing',
    becomes: 'repaired',
  },
  {
    name: 'scratch of a killed process is left',
    plant: async (data) => {
      await mkdir(join(data, 'scratch/bat_01AAAAAAAAAAAAAAAAAAAAAAAA'), { recursive: true });
      await writeFile(join(data, 'scratch/bat_01AAAAAAAAAAAAAAAAAAAAAAAA/stage-0'), 'x');
    },
    code: 'stray-passing',
    becomes: 'repaired',
  },
  {
    name: 'one bit of a landing is flipped',
    plant: (data) => flipByte(join(data, 'landings', batch(1))),
    code: 'landing-changed',
    becomes: 'damaged',
  },
  {
    name: 'a quarantine file is missing',
    plant: (data) => rm(join(data, `quarantine/sales/${batch(0)}.parquet`)),
    code: 'quarantine-file-missing',
    becomes: 'damaged',
  },
  {
    name: 'the quarantine of a batch is unlisted',
    plant: () =>
      prepared.change(
        'delete from quarantine_marks',
        `delete from quarantine where batch = '${batch(0)}'`,
      ),
    code: 'quarantine-unlisted',
    becomes: 'damaged',
  },
  {
    name: 'a mark of refused records that were given up is missing',
    plant: async (data) => rm(await fileIn(join(data, 'quarantine/sales'), '.marks.parquet')),
    code: 'mark-file-missing',
    becomes: 'damaged',
  },
  {
    name: 'one bit of a mark is flipped',
    plant: async (data) => flipByte(await fileIn(join(data, 'quarantine/sales'), '.marks.parquet')),
    code: 'mark-file-changed',
    becomes: 'damaged',
  },
  {
    name: 'a mark says more records than its file has',
    plant: () =>
      prepared.change(
        'update quarantine_marks set records = 2',
        `update quarantine set records = 2 where batch = '${batch(0)}'`,
      ),
    code: 'mark-counts',
    becomes: 'damaged',
  },
  {
    name: 'a record is given up twice',
    plant: () =>
      prepared.change(
        `insert into quarantine_marks (mark, batch, kind, records, path, child, because, decided_by, created_at)
         select 'mrk_01AAAAAAAAAAAAAAAAAAAAAAAA', batch, kind, records, path, child, because, decided_by, created_at
           from quarantine_marks`,
        `update quarantine set records = 2 where batch = '${batch(0)}'`,
      ),
    code: 'mark-twice',
    becomes: 'damaged',
  },
  {
    name: 'open records and those that were decided about are not all',
    plant: () => prepared.change(`update quarantine set open = 1 where batch = '${batch(0)}'`),
    code: 'quarantine-open',
    becomes: 'damaged',
  },
  {
    name: 'a mark is left that no decision made',
    plant: async (data) => {
      for (const kind of ['mrk', 'bat'])
        await writeFile(
          join(data, `quarantine/sales/${kind}_01AAAAAAAAAAAAAAAAAAAAAAAA.marks.parquet`),
          'PAR1',
        );
    },
    code: 'stray-quarantine',
    becomes: 'repaired',
  },
  {
    name: 'a file of a held batch is missing',
    plant: async (data) =>
      rm(await fileIn(join(data, TABLE, 'data'), `${prepared.batches.held}-00000.parquet`)),
    code: 'held-file-missing',
    becomes: 'damaged',
  },
  {
    name: 'counts of a batch do not add up',
    plant: () =>
      prepared.change(
        `update batches set report = jsonb_set(report, '{records,in}', '9'), records_in = 9 where batch = '${batch(0)}'`,
      ),
    code: 'batch-counts',
    becomes: 'damaged',
  },
  {
    name: 'the rows of a table are not those of its commits',
    plant: () =>
      prepared.change(
        `update batches set records_good = 7, report = jsonb_set(jsonb_set(report, '{records,good}', '7'),
        '{records,in}', '7') where batch = '${batch(1)}'`,
      ),
    code: 'commit-counts',
    becomes: 'damaged',
  },
  {
    name: 'an event is missing in the outbox',
    plant: () =>
      prepared.change(`delete from outbox where source like '%/tables/%' and sequence = 2`),
    code: 'sequence-gap',
    becomes: 'damaged',
  },
  {
    name: 'an entry of the audit log is changed',
    plant: () =>
      prepared.change(
        'alter table control.audit_entries disable trigger all',
        `update control.audit_entries set actor = 'nobody' where index = 1`,
        'alter table control.audit_entries enable trigger all',
      ),
    code: 'audit-entry-changed',
    becomes: 'damaged',
  },
  {
    name: 'a policy says other words than were signed',
    plant: () =>
      prepared.change(
        'alter table control.policies disable trigger all',
        `update control.policies set cedar = replace(cedar, 'forbid', 'permit') where version = 1`,
        'alter table control.policies enable trigger all',
      ),
    code: 'policy-unproven',
    becomes: 'damaged',
  },
  {
    name: 'a version of a policy is missing',
    plant: () =>
      prepared.change(
        'alter table control.policies disable trigger all',
        'delete from control.policies where version = 1',
        'alter table control.policies enable trigger all',
      ),
    code: 'policy-unproven',
    becomes: 'damaged',
  },
  {
    name: 'a policy of the mesh has the signature of another statement',
    plant: () =>
      prepared.change(
        'alter table control.mesh_policies disable trigger all',
        'update control.mesh_policies set envelope = (select envelope from control.policies where version = 1), hash = (select hash from control.policies where version = 1)',
        'alter table control.mesh_policies enable trigger all',
      ),
    code: 'policy-unproven',
    becomes: 'damaged',
  },
  {
    name: 'the end of the audit log is cut off, and a checkpoint is newer than the chain',
    plant: () =>
      prepared.change(
        'alter table control.audit_entries disable trigger all',
        'alter table control.audit_checkpoints disable trigger all',
        'delete from control.audit_checkpoints',
        'delete from control.audit_entries where index = (select max(index) from control.audit_entries)',
      ),
    code: 'audit-chain-truncated',
    becomes: 'damaged',
  },
  {
    name: 'a batch was never ended, and its sender never answered',
    plant: () =>
      prepared.change(
        `insert into batches (batch, product, domain, table_name, major, key, attempt, sha256, state, landing, report,
           submitted_by, created_at, updated_at)
         select 'bat_01AAAAAAAAAAAAAAAAAAAAAAAA', product, domain, table_name, major, 'open', 1, sha256, 'checking', null,
           jsonb_set(jsonb_set(report, '{batch}', '"bat_01AAAAAAAAAAAAAAAAAAAAAAAA"'), '{state}', '"checking"'),
           submitted_by, created_at, updated_at from batches where batch = '${batch(1)}'`,
      ),
    code: 'batch-unfinished',
    becomes: 'repaired',
  },
];

async function filesOf(data: string): Promise<string[]> {
  const all = await proofFiles.walk(data);
  return all.map(({ path }) => path).filter((path) => !path.startsWith(join(data, 'store/')));
}

test('a directory that nobody damaged has no finding', async () => {
  await prepared.renew();
  const { ok, findings, checked } = await prepared.prove({ repair: false });
  assert.deepEqual([ok, findings], [true, []]);
  const { tables, snapshots, dataFiles, rows, batches, landings, quarantineFiles, heldFiles } =
    checked;
  assert.deepEqual(
    { tables, snapshots, dataFiles, rows, batches, landings, quarantineFiles, heldFiles },
    {
      tables: 1,
      snapshots: 3,
      dataFiles: 3,
      rows: 6,
      batches: 5,
      landings: 4,
      quarantineFiles: 2,
      heldFiles: 1,
    },
  );
});

test('rows of a held batch that was given up are gone after the upkeep, which is no damage', async () => {
  await prepared.renew();
  const { held } = prepared.batches;
  await prepared.change(
    `update batches set state = 'discarded', report = jsonb_set(report, '{state}', '"discarded"') where batch = '${held}'`,
  );
  await rm(await fileIn(join(prepared.data, TABLE, 'data'), `${held}-00000.parquet`));
  const { ok, findings } = await prepared.prove({ repair: false });
  assert.deepEqual([ok, findings], [true, []]);
});

for (const { name, plant, code, becomes } of CORRUPTIONS) {
  test(`${name}: ${code}, ${becomes}`, async () => {
    await prepared.renew();
    const { data } = prepared;
    await plant(data);
    const before = await filesOf(data);
    const { ok, findings } = await prepared.prove({ repair: true });
    const found = must(
      findings.find((finding) => finding.code === code),
      `${code} among ${JSON.stringify(findings)}`,
    );
    assert.equal(found.state, becomes);
    assert.ok(found.detail.length > 10 && found.affected.length > 4 && found.remedy.length > 7);
    assert.equal(ok, becomes === 'repaired');
    if (becomes === 'damaged') {
      assert.deepEqual(await filesOf(data), before, 'nothing was swept beside damage');
      return;
    }
    assert.deepEqual((await prepared.prove({ repair: false })).findings, []);
  });
}

test('the command says it, in words and as a document, and ends with 3', async () => {
  await prepared.renew();
  const { data } = prepared;
  await rm(join(data, 'landings', batch(2)));
  await appendFile(join(data, 'landings/bat_01AAAAAAAAAAAAAAAAAAAAAAAA'), 'x');
  const passing = join(data, 'scratch', 'bat_01BBBBBBBBBBBBBBBBBBBBBBBB');
  await mkdir(passing, { recursive: true });
  for (const name of ['a', 'b', 'c']) await writeFile(join(passing, name), 'x');
  await prepared.close();
  const env = { ...process.env, NO_COLOR: '1', WEFT_CONTEXT: join(data, 'none.json') };
  const plain = await runWeft(['doctor', '--deep', '--data', data], env);
  assert.equal(plain.code, 3, plain.stderr);
  assert.match(plain.stdout, new RegExp(`landing-missing \\(damaged\\): ${batch(2)}`));
  assert.match(plain.stdout, /1 thing wrong/);
  assert.match(plain.stdout, /left by bat_01B+ \(note\): 3 files that nothing names: 3 stray-pass/);
  await rm(passing, { recursive: true });
  const json = await runWeft(['doctor', '--deep', '--repair', '--json', '--data', data], env);
  assert.equal(json.code, 3);
  const { directory, ok, findings } = JSON.parse(json.stdout);
  assert.deepEqual(
    [directory, ok, findings.map((f: { code: string; state: string }) => [f.code, f.state])],
    [
      data,
      false,
      [
        ['landing-missing', 'damaged'],
        ['stray-landing', 'note'],
      ],
    ],
  );
  const stray = await readFile(join(data, 'landings/bat_01AAAAAAAAAAAAAAAAAAAAAAAA'), 'utf8');
  assert.equal(stray, 'x', 'nothing is swept beside damage');
});
