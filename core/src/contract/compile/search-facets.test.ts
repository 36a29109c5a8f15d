/**
 * Facets say no more than the contract promises: weakest level, highest classification.
 *
 * Not the search over them (`registry/`).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildModel, buildObject, buildProperty } from '../fixtures/model-builder.ts';
import type { SlaProperty } from '../model.ts';
import { compileFacets } from './search-facets.ts';

const sla = (property: string, value: string, unit: string | null = null): SlaProperty => ({
  id: null,
  property,
  value,
  unit,
  element: null,
  driver: null,
  schedule: null,
});

const facetsOf = (items: SlaProperty[]) =>
  compileFacets(buildModel([buildObject('orders', [buildProperty('id', 'long')])], { sla: items }));

describe('compileFacets', () => {
  it('reads service levels as durations, by unit or ISO text', () => {
    const facets = facetsOf([
      sla('frequency', '1', 'd'),
      sla('latency', 'PT15M'),
      sla('retention', '3', 'years'),
      sla('availability', '99.5', 'percent'),
      sla('endoflife', '2032-05-12'),
    ]);
    assert.deepEqual(facets.frequency, { duration: 'P1D', seconds: 86_400 });
    assert.deepEqual(facets.latency, { duration: 'PT15M', seconds: 900 });
    assert.deepEqual(facets.freshness, facets.latency);
    assert.deepEqual(facets.age, facets.frequency, 'latency is no age of a batch');
    assert.equal(facets.retention?.seconds, 3 * 365 * 86_400);
    assert.equal(facets.availability, 0.995);
    assert.equal(facets.endOfLife, '2032-05-12');
  });

  it('lets the newest batch be as old as the contract says, and never reads that out of latency', () => {
    const latency = sla('latency', '12', 'h');
    const frequency = sla('frequency', '1', 'd');
    assert.equal(facetsOf([latency]).age, null);
    assert.equal(facetsOf([latency, frequency]).age?.duration, 'P1D');
    const stated = facetsOf([latency, frequency, sla('freshness', '6', 'h')]);
    assert.equal(stated.age?.duration, 'PT6H');
  });

  it('takes the weakest of several levels and none from nonsense', () => {
    const facets = facetsOf([
      sla('latency', '1', 'h'),
      sla('latency', '2', 'h'),
      sla('retention', '2', 'y'),
      sla('retention', '1', 'y'),
      sla('availability', '99.9%'),
      sla('availability', '0.99'),
      sla('frequency', 'often'),
      sla('frequency', '4', 'moons'),
    ]);
    assert.equal(facets.latency?.duration, 'PT2H');
    assert.equal(facets.retention?.duration, 'P365D');
    assert.equal(facets.availability, 0.99);
    assert.equal(facets.frequency, null);
  });

  it('takes the highest classification, and an unknown one as the highest', () => {
    const classified = (...names: (string | null)[]) =>
      compileFacets(
        buildModel([
          buildObject(
            'orders',
            names.map((classification, i) => buildProperty(`c${i}`, 'int', { classification })),
          ),
        ]),
      ).classification;
    assert.equal(classified('public', 'Confidential', 'internal', null), 'confidential');
    assert.equal(classified('public', 'top-secret'), 'restricted');
    assert.equal(classified(null), null);
  });

  it('lists columns with types and synonyms, rules with ids, people and settings', () => {
    const facets = compileFacets(
      buildModel(
        [
          buildObject(
            'orders',
            [
              buildProperty('id', 'long', { primaryKeyPosition: 1, synonyms: ['order number'] }),
              buildProperty('email', 'string', { tags: ['personal'] }),
            ],
            { granularity: 'order line' },
          ),
        ],
        {
          team: [
            { username: 'ann', role: 'Owner' },
            { username: 'bo', role: 'data steward' },
          ],
          weft: { purposes: ['forecasting'], licence: 'internal-use', region: 'eu' },
        },
      ),
    );
    assert.equal(facets.granularity, 'order line');
    assert.deepEqual(facets.columns[0]?.synonyms, ['order number']);
    assert.equal(facets.columns[0]?.type, 'long');
    assert.deepEqual(
      facets.rules.map((rule) => rule.id),
      ['id.type', 'id.required', 'email.type', 'primary_key'],
    );
    assert.equal(facets.personal, true);
    assert.deepEqual([facets.owners, facets.stewards], [['ann'], ['bo']]);
    assert.deepEqual([facets.licence, facets.region], ['internal-use', 'eu']);
  });
});
