/**
 * A data directory that cannot be used, or was moved or copied, is refused by name at the start.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { linesContract } from './support/lines.ts';
import { runWeft, startMesh } from './support/mesh.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-data-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a place that cannot be made is named, and the process does not hang', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const place of ['/proc/weft', file, join(file, 'below')]) {
    const { code, stderr } = await runWeft(['up', '--data', place, '--port', '0'], {});
    assert.equal(code, 7, stderr);
    assert.match(stderr, /DATA_DIRECTORY_UNUSABLE/);
    assert.ok(stderr.includes(place), stderr);
  }
});

test('a copy is refused, a symbolic link to the place is not', async () => {
  const data = join(folder, 'first');
  const contract = join(folder, 'lines.odcs.yaml');
  const batch = join(folder, 'lines.csv');
  writeFileSync(contract, linesContract());
  writeFileSync(batch, 'id,units,note,day\n1,1,a,2026-01-01\n');
  {
    await using mesh = await startMesh({ data });
    for (const command of [
      ['user', 'create', 'olga', '--role', 'producer'],
      ['domain', 'create', 'sales', '--owner', 'olga'],
      ['contract', 'publish', contract],
      ['ingest', 'sales.lines', batch],
    ]) {
      const { code, stderr } = await mesh.weft(...command);
      assert.equal(code, 0, stderr);
    }
  }
  const copy = join(folder, 'copy');
  cpSync(data, copy, { recursive: true });
  const context = { WEFT_CONTEXT: join(folder, 'context.json') };
  const refused = await runWeft(['up', '--data', copy, '--port', '0'], {
    ...process.env,
    ...context,
  });
  assert.equal(refused.code, 7, refused.stdout);
  assert.match(refused.stderr, /DATA_DIRECTORY_MOVED/);
  const proof = await runWeft(['doctor', '--deep', '--data', copy], { ...process.env, ...context });
  assert.match(proof.stderr, /DATA_DIRECTORY_MOVED/);
  const link = join(folder, 'link');
  symlinkSync(data, link);
  await using mesh = await startMesh({ data: link });
  assert.equal((await mesh.weft('batches', 'list')).code, 0);
});
