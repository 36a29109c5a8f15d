/**
 * References of one domain's contract to a column of another: looked up where its owners opened it, skipped by name otherwise, so
 * that no batch tells which values a closed column has.
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Subject } from '@weft/core/registry/types';
import { bodyOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';

let node: TestIngest;
before(async () => {
  node = await openTestIngest();
});
after(() => node[Symbol.asyncDispose]());

const vendor: Subject = { ...producer, id: 'vera', name: 'Vera', domains: ['vendors'] };

function shops(version: string, openTo: string | null): string {
  const open =
    openTo === null
      ? ''
      : `\n        customProperties: [{property: weftReferences, value: ${openTo}}]`;
  return contract({ domain: 'sales', product: 'shops', version, settings: open });
}

function visits(domain: string): string {
  const settings =
    '\n        relationships: [{type: foreignKey, to: sales.shops.odcs.yaml#/schema/shops/properties/code}]';
  return contract({ domain, product: 'visits', version: '1.0.0', settings });
}

function contract(of: { domain: string; product: string; version: string; settings: string }) {
  return `apiVersion: v3.1.0
kind: DataContract
id: ${of.domain}.${of.product}
version: ${of.version}
status: active
domain: ${of.domain}
dataProduct: ${of.product}
schema:
  - id: ${of.product}
    name: ${of.product}
    properties:
      - id: code
        name: code
        logicalType: string${of.settings}
`;
}

async function send(subject: Subject, product: string, codes: readonly string[]) {
  const body = bodyOf(`code\n${codes.join('\n')}\n`);
  const request = { product, body, key: null, format: 'csv' as const, name: null, subject };
  const { state, records, rules } = await node.service.ingest(request);
  const rule = rules.find(({ id }) => id === 'code.reference');
  return { state, good: records.good, evaluation: rule?.evaluation, message: rule?.message };
}

/** Two shops, one of them there: what a batch says of them. */
const probe = (domain: string, subject: Subject) => send(subject, `${domain}.visits`, ['A', 'Z']);

const told = { state: 'committed', good: 1, evaluation: 'fail' };
const untold = {
  state: 'committed',
  good: 2,
  evaluation: 'skip',
  message: 'sales.shops.code is not open to references of domain vendors',
};

it('a batch learns of another domain what that opened, as long as it is open', async () => {
  node.publish(shops('1.0.0', null));
  node.publish(visits('vendors'));
  node.publish(visits('sales'));
  await send(producer, 'sales.shops', ['A', 'B']);
  const { message: _words, ...own } = await probe('sales', producer);
  assert.deepEqual(own, told, 'its own domain needs no opening');
  assert.deepEqual(await probe('vendors', vendor), untold);
  node.publish(shops('1.1.0', '[logistics]'));
  assert.deepEqual(await probe('vendors', vendor), untold);
  for (const openTo of ['[logistics, vendors]', 'any']) {
    node.publish(shops('1.2.0', openTo));
    const { message: _reason, ...open } = await probe('vendors', vendor);
    assert.deepEqual(open, told, openTo);
  }
  node.publish(shops('1.3.0', null));
  assert.deepEqual(await probe('vendors', vendor), untold, 'a newer version closed it');
});
