/**
 * Nothing is committed or acknowledged before the landed bytes are on disk, however fast the check was.
 *
 * The disk is the real one; only the moment at which it says that the bytes are safe is ours.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createIngestService } from '../../server/src/services/ingest-service.ts';
import { bodyOf, LINES_CONTRACT, openTestIngest, producer } from '../support/ingest.ts';

const node = await openTestIngest();
after(() => node[Symbol.asyncDispose]());
node.publish(LINES_CONTRACT);

const request = () => ({
  product: 'sales.lines',
  body: bodyOf('id\n1\n'),
  key: null,
  format: 'csv' as const,
  name: null,
  subject: producer,
});

/** A service whose landed bytes are safe when `safe` says so; `checked` resolves when a check has ended. */
function serviceWith(safe: Promise<void>) {
  const checked = Promise.withResolvers<void>();
  const { landings, checker } = node.deps;
  const service = createIngestService({
    ...node.deps,
    landings: {
      ...landings,
      sync: async (path) => {
        await landings.sync(path);
        await safe;
      },
    },
    checker: {
      ...checker,
      check: (...asked) => checker.check(...asked).finally(() => checked.resolve()),
      readQuarantine: (query) => checker.readQuarantine(query),
    },
  });
  return { service, checked: checked.promise };
}

test('a batch that is checked waits for its bytes to be safe', async () => {
  const safe = Promise.withResolvers<void>();
  const { service, checked } = serviceWith(safe.promise);
  const started = await service.start(request());
  let settled = 0;
  void started.durable.then(() => settled++);
  void started.report.then(() => settled++);
  await checked;
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(settled, 0, 'neither acknowledged nor committed');
  const shown = await service.show(started.batch, producer);
  assert.deepEqual([shown.state, shown.snapshot], ['checking', null]);
  safe.resolve();
  assert.equal((await started.report).state, 'committed');
});

test('a batch whose bytes could not be made safe fails, and leaves nothing', async () => {
  const broken = Promise.reject(Object.assign(new Error('no'), { code: 'EIO' }));
  broken.catch(() => {});
  const { service } = serviceWith(broken);
  const started = await service.start(request());
  await assert.rejects(started.durable, { code: 'EIO' });
  const report = await started.report;
  assert.deepEqual([report.state, report.snapshot], ['failed', null]);
});
