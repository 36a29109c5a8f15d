/**
 * Whoever asked and left keeps no process busy: the work for an answer that nobody waits for stops, wherever it is, and the
 * next request finds the node as it was.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { QuarantineTask } from '@weft/core/ingest/repair-ports';
import type { RepairRule } from '@weft/core/ingest/repair-rule';
import { WeftError } from '@weft/core/lib/error';
import { producer } from '../support/ingest.ts';
import {
  ask,
  asking,
  openQuarantineBench,
  quarantineOf,
  salesContract,
  send,
  type TestQuarantine,
} from '../support/quarantine.ts';

const LOWER: RepairRule = { columns: { sku: { sql: 'lower(sku)' } }, raw: null };
/** So many that no step is over before the word of the end comes. */
const RECORDS = 30_000;
const bench = await openQuarantineBench();
after(() => bench[Symbol.asyncDispose]());
const { node, quarantine } = bench;

/** The quarantine of the same node, whose client leaves as soon as a step has begun. */
function leavingAt(step: QuarantineTask['task'] | 'check', gone: AbortController): TestQuarantine {
  const { checker } = node.deps;
  const leaving = new Proxy(checker, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const asked = name === 'work' ? (args[0] as QuarantineTask).task : name;
        const answer: unknown = member.apply(target, args);
        // Why then: the child has been given its work.
        if (asked === step) setImmediate(() => gone.abort(new WeftError('CANCELLED', 'left')));
        return answer;
      };
    },
  });
  return quarantineOf({ ...node.deps, checker: leaving }, node.service);
}

type Run = (of: TestQuarantine, by: ReturnType<typeof asking>) => Promise<unknown>;

/** How the work ended. Why several tries: on a busy machine an answer may be there before the word of the end. */
async function endOf(step: QuarantineTask['task'] | 'check', run: Run): Promise<string> {
  for (let tries = 5; tries > 0; tries--) {
    const gone = new AbortController();
    const end = await run(leavingAt(step, gone), asking(producer, gone.signal)).then(
      () => 'answered',
      (error: unknown) => (error instanceof WeftError ? error.code : String(error)),
    );
    if (end !== 'answered') return end;
  }
  return 'answered';
}

describe('work for who left stops', () => {
  before(async () => {
    node.publish(salesContract('many'));
    const rows = Array.from({ length: RECORDS }, (_, i) => `${i},1.00,BAD`).join('\n');
    await send(node, 'many', `id,price,sku\n${rows}\n`);
  });

  const request = ask('many', { rule: LOWER });
  const { where } = request;
  const asked: [QuarantineTask['task'] | 'check', Run][] = [
    ['count', (of, by) => of.decisions.preview(request, by, 1)],
    ['prepare', (of, by) => of.decisions.preview(request, by, 1)],
    ['check', (of, by) => of.decisions.preview(request, by, 1)],
    ['export', (of, by) => of.reads.export({ ...where, format: 'ndjson' }, by)],
    ['causes', (of, by) => of.reads.causes(where, by)],
    ['rows', (of, by) => of.reads.rows(where, by)],
  ];
  for (const [step, run] of asked) {
    it(`in ${step}`, async () => {
      assert.equal(await endOf(step, run), 'CANCELLED');
      assert.equal(node.deps.checker.isAwaited(), false);
      assert.deepEqual(readdirSync(node.deps.directories.scratch), [], 'no scratch is left');
    });
  }

  it('and the next one is answered whole', async () => {
    const seen = await quarantine.decisions.preview(request, asking(producer), 1);
    assert.deepEqual([seen.records, seen.good], [RECORDS, RECORDS]);
  });
});
