/**
 * A small product of one's own for stories: a contract with the promises and terms that a story needs, and a first batch.
 *
 * Not a test. Invariant: it stands in a domain of its own, so that no other story finds another market than it expects.
 */
import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { ask, meshUrl, tokenOf } from './browser.ts';

export const STALLS = 'stalls';

export interface StallOptions {
  name: string;
  title?: string;
  /** Service levels: `{ latency: '5 s', frequency: '1 d' }`. */
  promises?: Record<string, string>;
  /** Custom properties of the contract. */
  settings?: Record<string, unknown>;
  price?: { priceAmount: number; priceCurrency: string; priceUnit?: string };
  /** Good and bad rows of the first batch; without it none is sent. */
  rows?: { good: number; bad: number };
}

/** Publishes the product and tells its name. */
export async function openStall(options: StallOptions): Promise<string> {
  const domain = { name: STALLS, title: 'Stalls', owners: ['producer'], stewards: ['steward'] };
  await ask('platform', '/api/v1/domains', domain);
  await send('/api/v1/contracts', 'application/yaml', stringify(contractOf(options)));
  const product = `${STALLS}.${options.name}`;
  if (options.rows !== undefined) await sendRows(product, { key: 'first', ...options.rows });
  return product;
}

interface Rows {
  key: string;
  /** Id of the first row. */
  from?: number;
  good: number;
  bad: number;
}

/** Sends a batch and waits until it is decided. */
export async function sendRows(product: string, { key, from = 0, good, bad }: Rows): Promise<void> {
  const lines = Array.from(
    { length: good + bad },
    (_, at) => `${from + at},${at < good ? at : -1}`,
  );
  const path = `/api/v1/products/${product}/batches?key=${key}&format=csv`;
  await send(path, 'text/csv', `id,amount\n${lines.join('\n')}\n`);
}

/** Sends what the mesh has to take, as a producer. */
export async function send(path: string, type: string, body: string): Promise<void> {
  const answer = await fetch(meshUrl() + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOf('producer')}`, 'content-type': type },
    body,
  });
  assert.ok(answer.ok, `${path}: ${await answer.text()}`);
}

function contractOf({ name, title, promises = {}, settings = {}, price }: StallOptions) {
  const column = (id: string, more: object) => {
    const plain = { id, name: id, logicalType: 'integer', physicalType: 'INTEGER', required: true };
    return { ...plain, description: `The ${id}.`, classification: 'public', ...more };
  };
  const properties = [
    column('id', { primaryKey: true, primaryKeyPosition: 1 }),
    column('amount', { logicalTypeOptions: { minimum: 0 } }),
  ];
  const terms = { weftGranularity: 'sale', weftPurposes: ['research'], ...settings };
  return {
    kind: 'DataContract',
    apiVersion: 'v3.1.0',
    id: `${STALLS}.${name}`,
    version: '1.0.0',
    status: 'active',
    name: title ?? name,
    domain: STALLS,
    dataProduct: name,
    description: { purpose: `What ${name} sells.` },
    schema: [
      {
        id: name,
        name,
        physicalName: name,
        physicalType: 'table',
        description: 'A sale.',
        properties,
      },
    ],
    slaProperties: Object.entries({ frequency: '1 d', retention: '1 y', ...promises }).map(
      ([property, text]) => {
        const [value = '', unit = ''] = text.split(' ');
        return { id: property, property, value: Number(value), unit };
      },
    ),
    team: { members: [{ username: 'producer', role: 'owner' }] },
    ...(price === undefined ? {} : { price }),
    customProperties: Object.entries(terms).map(([property, value]) => ({ property, value })),
  };
}
