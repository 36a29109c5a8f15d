/**
 * Publishing asks of rules and references whether they can be carried out: SQL rules by a real engine, in its own process.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isWeftError, type WeftError } from '@weft/core/lib/error';
import { runCli } from '../../../test/support/cli.ts';
import {
  createSales,
  createTestControl,
  ordersContract,
  owner,
  type TestControl,
} from '../../../test/support/control.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import { createRuleTrial } from '../adapters/rule-trial.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-rule-trial-'));
const ruleTrial = createRuleTrial({ directory: join(folder, 'trials'), secondsMax: 60 });
let store: TestStore;
let control: TestControl;
before(async () => {
  store = await openTestStore();
  control = createTestControl(store, { ruleTrial });
  await createSales(control);
});
after(async () => {
  ruleTrial.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const publish = (text: string, dryRun = true) =>
  control.registry.publishContract(owner, { text, media: 'application/yaml', dryRun });

/** The orders with one more column, whose lines are given. */
const withColumn = (more: string, options = {}): string =>
  ordersContract({
    extra: `      - id: more
        name: more
        businessName: More
        description: More of it.
        logicalType: string
        physicalType: VARCHAR
        classification: internal
${more}`,
    ...options,
  });

const withQuery = (query: string): string =>
  withColumn(`        quality:
          - {id: own, type: sql, query: "${query}", mustBe: 0}
`);

async function refusal(text: string): Promise<WeftError> {
  try {
    await publish(text);
  } catch (error) {
    assert.ok(isWeftError(error, 'CONTRACT_INVALID'), String(error));
    return error;
  }
  return assert.fail('the contract was taken');
}

describe('an SQL rule that cannot be carried out', () => {
  const cases: [string, RegExp][] = [
    ['SELECT count(*) FROM {object} WHERE nothing > 1', /nothing/],
    ['SELECT sum(store) FROM batch', /sum\(VARCHAR\)/],
    ['SELECT count(*) FROM elsewhere', /only the table batch can be read, not elsewhere/],
    ['INSERT INTO batch VALUES (1)', /SELECT/],
    ["SELECT * FROM read_csv('/etc/passwd')", /not allowed/],
    ['SELECT current_date FROM batch', /./],
    ["SELECT DATE '2026-01-01'", /date instead of a number/],
  ];
  for (const [query, words] of cases) {
    it(`is refused with its line: ${query}`, async () => {
      const text = withQuery(query);
      const { errors, message } = await refusal(text);
      assert.match(message, /1 SQL rule cannot be carried out/);
      const [place] = errors;
      assert.match(place?.message ?? '', words);
      assert.match(place?.remedy ?? '', /one SELECT/);
      const line = text.split('\n').findIndex((each) => each.includes('type: sql')) + 1;
      assert.deepEqual([place?.line, errors.length], [line, 1]);
      const file = join(folder, 'lint.yaml');
      writeFileSync(file, text);
      const lint = await runCli(['contract', 'lint', file, '--json']);
      assert.equal(lint.code, 3);
      const { items } = JSON.parse(lint.stdout);
      const found = items[0].diagnostics.filter(
        (d: { severity: string }) => d.severity === 'error',
      );
      assert.deepEqual([found.length, found[0].line], [1, line]);
    });
  }

  it('does not take those with it that can', async () => {
    await publish(withQuery('SELECT count(*) FROM {object} WHERE {property} IS NULL'));
    await publish(withQuery('SELECT avg(length(more)) FROM orders'));
    const file = join(folder, 'good.yaml');
    writeFileSync(file, withQuery('SELECT bool_and(amount > 0) FROM batch'));
    assert.equal((await runCli(['contract', 'lint', file])).code, 0);
  });

  it('is found by the next process when one is gone', async () => {
    ruleTrial.close();
    await publish(withQuery('SELECT count(*) FROM batch'));
    assert.match((await refusal(withQuery('SELECT nothing FROM batch'))).message, /SQL rule/);
  });
});

describe('a reference', () => {
  const referring = (to: string): string =>
    withColumn(`        relationships: [{type: foreignKey, to: ${to}}]\n`, {
      product: 'returns',
    });
  const elsewhere = (column: string) =>
    `other.stores.odcs.yaml#/schema/stores/properties/${column}`;

  it('to a table that nobody published is only warned of', async () => {
    const { diagnostics } = await publish(referring(elsewhere('id')));
    const [warning] = diagnostics.filter(({ severity }) => severity === 'warning');
    assert.match(warning?.message ?? '', /more refers to other.stores, which is not there yet/);
  });

  it('to a column that its table does not have is refused with its line', async () => {
    await publish(ordersContract(), false);
    await publish(referring('orders.store'));
    const text = referring('orders.nothing');
    const { errors } = await refusal(text);
    assert.match(errors[0]?.message ?? '', /more refers to orders.nothing, but orders has no such/);
    const line = text.split('\n').findIndex((each) => each.includes('- id: more')) + 1;
    assert.equal(errors[0]?.line, line);
  });

  it('to a column that the contract itself does not have is an error without a mesh', async () => {
    const file = join(folder, 'own.yaml');
    writeFileSync(file, referring('returns.nothing'));
    const { code, stdout } = await runCli(['contract', 'lint', file, '--json']);
    assert.equal(code, 3);
    assert.match(stdout, /returns of this contract has no column nothing/);
  });
});
