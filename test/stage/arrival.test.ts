/**
 * Files whose bytes still come are staged as files that are whole: the same records, faults and parts, however they come.
 */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceFormat, StagePart } from '@weft/core/ingest/ports';
import fc from 'fast-check';
import { newArrival, tellArrival } from '../../server/src/workers/source-bytes.ts';
import { openBench, planOf, SEED, type Staged } from './support.ts';

const bench = await openBench({ pieceBytes: 100, partBytes: 300 });
after(() => bench.close());

const PLAN = planOf({ id: 'int', text: 'string' }, { primaryKey: ['id'], required: ['id'] });
let count = 0;

/** Stages a text that is written a piece at a time while it is read. */
async function stageArriving(
  text: string,
  cuts: readonly number[],
  format: SourceFormat,
  signal = new AbortController().signal,
): Promise<Pick<Staged, 'summary' | 'parts'>> {
  const directory = join(bench.directory, `arriving-${count++}`);
  mkdirSync(directory);
  const path = join(directory, 'landing');
  const bytes = Buffer.from(text);
  writeFileSync(path, '');
  const arrival = newArrival();
  const parts: StagePart[] = [];
  const landing = { path, name: null, bytes: 0, sha256: '', format, compression: 'none' as const };
  const summary = bench.stager.stage(
    { landing: { ...landing, arrival }, plan: PLAN, directory, signal },
    async (part) => void parts.push(part),
  );
  let written = 0;
  for (const cut of [...cuts.map((share) => Math.floor(share * bytes.length)), bytes.length]) {
    if (cut <= written) continue;
    appendFileSync(path, bytes.subarray(written, cut));
    written = cut;
    tellArrival(arrival, written, false);
    await sleep(1);
  }
  tellArrival(arrival, written, true);
  return { summary: await summary, parts };
}

const placeless = ({ path: _, lexPath: __, badPath: ___, plainPath: ____, ...rest }: StagePart) =>
  rest;

const csv = fc
  .array(fc.constantFrom('1,a', '2,"b\nb"', 'x,c', '3', '"4"x,d', '5,"open', '6,"e""e"', '7,ü'), {
    minLength: 1,
    maxLength: 120,
  })
  .map((lines) => `id,text\n${lines.join('\n')}\n`);
const ndjson = fc
  .array(fc.constantFrom('{"id":1,"text":"a"}', '{"id":"x"}', '{"id":2', '', '{"id":3,"no":1}'), {
    minLength: 1,
    maxLength: 120,
  })
  .map((lines) => `${lines.join('\n')}\n`);
const cuts = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 })
  .map((all) => all.sort((a, b) => a - b));

for (const [format, texts] of [
  ['csv', csv],
  ['ndjson', ndjson],
] as const) {
  test(`${format} that comes in pieces gives the parts of the whole file`, async () => {
    await fc.assert(
      fc.asyncProperty(texts, cuts, async (text, places) => {
        const whole = await bench.stage(text, PLAN, { format });
        const arriving = await stageArriving(text, places, format);
        assert.deepEqual(arriving.summary, whole.summary);
        assert.deepEqual(arriving.parts.map(placeless), whole.parts.map(placeless));
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
}

test('a reader that waits for bytes hears that it is to stop', async () => {
  const directory = join(bench.directory, 'waiting');
  mkdirSync(directory);
  const path = join(directory, 'landing');
  writeFileSync(path, 'id,text\n');
  const abort = new AbortController();
  const landing = { path, name: null, bytes: 0, sha256: '', compression: 'none' as const };
  const staged = bench.stager.stage(
    {
      landing: { ...landing, format: 'csv', arrival: newArrival() },
      plan: PLAN,
      directory,
      signal: abort.signal,
    },
    async () => {},
  );
  await sleep(20);
  abort.abort();
  await assert.rejects(staged, { code: 'CANCELLED' });
});
