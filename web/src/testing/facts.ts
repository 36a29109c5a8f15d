/**
 * Documents of a mesh for tests: whole by their types, of which a test says only what it is about.
 */
import { readContract } from '@weft/core/contract/read';
import type { Agreement, Contract, Me, Product, ProductHit } from '../api/types.ts';

export const ANNA: Me = {
  id: 'anna@cpg',
  name: 'Anna Analyst',
  roles: ['consumer'],
  domains: [],
  attributes: {},
};

/** Looks after the domain `loyalty`. */
export const OWEN: Me = {
  id: 'owen@cpg',
  name: 'Owen Owner',
  roles: ['producer', 'consumer'],
  domains: ['loyalty'],
  attributes: {},
};

const AT = '2026-11-20T08:00:00Z';

export function hit(facts: Partial<ProductHit> = {}): ProductHit {
  return {
    access: 'requestable',
    answersIn: null,
    budget: null,
    classification: null,
    consumers: 0,
    contract: { hash: 'a'.repeat(64), id: 'loyalty.households', version: '1.0.0' },
    description: null,
    domain: 'loyalty',
    frequency: null,
    granularity: null,
    licence: null,
    match: [],
    measured: {
      badShare: null,
      freshness: null,
      lastBatch: null,
      nulls: {},
      passRate: null,
      rows: null,
    },
    owner: null,
    price: null,
    product: 'loyalty.households',
    promise: {
      age: null,
      availability: null,
      badShareMax: null,
      freshness: null,
      latency: null,
      retention: null,
      rules: 0,
    },
    purposes: [],
    region: null,
    score: 1,
    state: 'unknown',
    status: 'active',
    tables: ['households'],
    tags: [],
    title: 'Loyalty households',
    version: '1.0.0',
    yourMajor: null,
    ...facts,
  };
}

export function agreement(facts: Partial<Agreement> = {}): Agreement {
  return {
    agreement: 'agr_01JCA2QMZ8T6A4N8B2X1V0C9D8',
    asked: null,
    because: null,
    columns: null,
    decidedAt: null,
    decidedBy: null,
    filter: null,
    granularity: null,
    major: 1,
    masks: {},
    product: 'loyalty.households',
    purpose: 'fraud_detection',
    requestedAt: AT,
    state: 'requested',
    subject: 'anna@cpg',
    until: null,
    version: 3,
    why: null,
    ...facts,
  };
}

export function product(facts: Partial<Product> = {}): Product {
  return {
    access: 'requestable',
    contract: 'loyalty.households',
    contracts: [],
    createdAt: AT,
    createdBy: 'owen@cpg',
    description: null,
    domain: 'loyalty',
    facts: null,
    hash: 'a'.repeat(64),
    inputPorts: [],
    name: 'households',
    outputPorts: [],
    owner: 'owen@cpg',
    product: 'loyalty.households',
    status: 'active',
    tables: ['households'],
    tags: [],
    title: 'Loyalty households',
    updatedAt: AT,
    version: '1.0.0',
    ...facts,
  };
}

/** A contract as it would have been published, read by the reader of the mesh itself. */
export function contract(source: string, facts: Partial<Contract> = {}): Contract {
  const { value, diagnostics } = readContract(source);
  if (value === null) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  const { model, document } = value;
  return {
    contract: model.id,
    document,
    hash: 'a'.repeat(64),
    major: 1,
    media: 'application/yaml',
    model,
    predecessor: null,
    product: `${model.domain}.${model.product}`,
    publishedAt: AT,
    publishedBy: 'owen@cpg',
    source,
    tables: model.objects.map(({ name }) => name),
    version: model.version,
    ...facts,
  };
}

export const HOSTILE = '<img src=x onerror="globalThis.pwned=1">';

/** A contract whose every free text is markup. */
export const HOUSEHOLDS = `kind: DataContract
apiVersion: v3.1.0
id: loyalty.households
version: 1.0.0
status: active
name: Loyalty households
domain: loyalty
dataProduct: households
tags: ['${HOSTILE}']
description:
  purpose: '${HOSTILE}'
  limitations: '${HOSTILE}'
  usage: '${HOSTILE}'
schema:
  - id: households
    name: households
    physicalName: households
    physicalType: table
    businessName: '${HOSTILE}'
    description: '${HOSTILE}'
    properties:
      - id: household_id
        name: household_id
        logicalType: integer
        physicalType: INTEGER
        required: true
        primaryKey: true
        primaryKeyPosition: 1
        classification: confidential
      - id: income
        name: income
        businessName: '${HOSTILE}'
        description: '${HOSTILE}'
        logicalType: string
        physicalType: VARCHAR
        classification: confidential
      - id: region
        name: region
        logicalType: string
        physicalType: VARCHAR
        classification: internal
customProperties:
  - property: weftPurposes
    value: [fraud_detection, research]
`;
