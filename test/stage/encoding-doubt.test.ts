/**
 * Files that are declared to be of a single-byte encoding and look like UTF-8: the doubt is told, and only there.
 *
 * The oracle of "is UTF-8" is the platform's own decoder.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Utf8Witness } from '../../server/src/workers/utf8-witness.ts';
import { openBench, planOf, SEED } from './support.ts';

const bench = await openBench({ pieceBytes: 4096 });
after(() => bench.close());

const DOUBT = { looksLike: 'utf-8' };

async function doubtOf(source: string | Buffer, encoding: 'latin-1' | 'windows-1252' | 'utf-8') {
  const plan = planOf({ a: 'string' }, { csv: { encoding } });
  const plain = (await bench.stage(source, plan)).summary.files[0]?.encodingDoubt;
  const packed = await bench.stage(gzipSync(source), plan, { compression: 'gzip' });
  assert.deepEqual(packed.summary.files[0]?.encodingDoubt, plain, 'compression changes no doubt');
  return plain;
}

for (const encoding of ['latin-1', 'windows-1252'] as const) {
  test(`UTF-8 where the contract says ${encoding} is doubted`, async () => {
    const doubt = { declared: encoding, ...DOUBT };
    assert.deepEqual(await doubtOf('a\nMüller\nCafé\n', encoding), doubt);
    assert.deepEqual(await doubtOf('a\nx\n\u{1f44d}', encoding), doubt);
    const late = `a\n${'plain\n'.repeat(20_000)}é\n`;
    assert.deepEqual(await doubtOf(late, encoding), doubt);
    // Why odd lengths: so that the pieces and chunks cut characters.
    assert.deepEqual(await doubtOf(`a\nx${'é€\u{1f44d}\n'.repeat(60_000)}`, encoding), doubt);
  });

  test(`${encoding} itself and ASCII are not doubted`, async () => {
    for (const source of [
      'a\nplain\n',
      Buffer.from('a\nCafé\n', 'latin1'),
      Buffer.concat([Buffer.from(`a\n${'Müller\n'.repeat(2_000)}`), Buffer.from([0xe9, 0x0a])]),
      Buffer.concat([Buffer.from('a\né\n'), Buffer.from([0xc3])]),
    ]) {
      assert.equal(await doubtOf(source, encoding), undefined);
    }
  });
}

test('UTF-8 that is declared is not doubted', async () => {
  assert.equal(await doubtOf('a\nMüller\n', 'utf-8'), undefined);
});

test('a name in the header that is no UTF-8 ends the doubt', async () => {
  const source = Buffer.concat([Buffer.from('größe\n', 'latin1'), Buffer.from('é\n')]);
  const plan = planOf({ größe: 'string' }, { csv: { encoding: 'latin-1' } });
  assert.equal((await bench.stage(source, plan)).summary.files[0]?.encodingDoubt, undefined);
});

test('chunks of any size give the verdict of the whole', () => {
  let state = SEED;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
  const units = ['a', 'é', '€', '\u{1f44d}'].map((text) => Buffer.from(text));
  const broken = [[0x80], [0xc3], [0xe2, 0x82], [0xff], [0xed, 0xa0, 0x80]].map((b) =>
    Buffer.from(b),
  );
  for (let round = 0; round < 5_000; round++) {
    const pool = round % 2 === 0 ? units : [...units, ...units, ...broken];
    const bytes = Buffer.concat(
      Array.from({ length: random(8) }, () => pool[random(pool.length)] ?? Buffer.alloc(0)),
    );
    const witness = new Utf8Witness();
    for (let at = 0; at < bytes.length; ) {
      const size = 1 + random(4);
      witness.take(bytes.subarray(at, at + size));
      at += size;
    }
    const isBeyondAscii = bytes.some((byte) => byte >= 0x80);
    assert.equal(witness.isUtf8, isBeyondAscii && decodes(bytes), bytes.toString('hex'));
  }
});

function decodes(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
