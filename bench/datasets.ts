/**
 * The products of the benchmarks: the contract of each, and the types by which raw DuckDB reads its files.
 *
 * Not the files (`inputs.ts`). Sales are made up, orders are those of an online shop (`examples/cpg/data`). Invariant:
 * the types are those of the contract, in the order of the columns in a file.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ContractModel } from '@weft/core/contract/model';
import type { ContractRef } from '@weft/core/contract/plan';
import { readContract } from '@weft/core/contract/read';
import { must } from '@weft/core/lib/assert';

export type DatasetName = 'sales' | 'orders' | 'text_key_orders' | 'articles';

export interface Dataset {
  /** `domain.product`; the table has the product's name. */
  product: string;
  /** The contract as a producer would send it. */
  source: string;
  contract: { ref: ContractRef; model: ContractModel };
  /** Columns of a file with their types in DuckDB. */
  types: readonly (readonly [string, string])[];
}

const SALES_TYPES: Dataset['types'] = [
  ['line_id', 'BIGINT'],
  ['store_id', 'INTEGER'],
  ['basket_id', 'BIGINT'],
  ['product_code', 'VARCHAR'],
  ['description', 'VARCHAR'],
  ['quantity', 'INTEGER'],
  ['sales_value', 'DECIMAL(9,2)'],
  ['sold_at', 'TIMESTAMP'],
  ['country', 'VARCHAR'],
];
const ORDER_TYPES: Dataset['types'] = [
  ['line_id', 'BIGINT'],
  ['invoice_no', 'VARCHAR'],
  ['stock_code', 'VARCHAR'],
  ['description', 'VARCHAR'],
  ['quantity', 'INTEGER'],
  ['ordered_at', 'TIMESTAMP'],
  ['unit_price', 'DOUBLE'],
  ['customer_id', 'INTEGER'],
  ['country', 'VARCHAR'],
];

export function openDataset(name: DatasetName): Dataset {
  switch (name) {
    case 'sales':
      return datasetOf(readSource('sales'), SALES_TYPES);
    case 'articles':
      return datasetOf(readSource('articles'), [['stock_code', 'VARCHAR']]);
    case 'orders':
      return datasetOf(readSource('orders'), ORDER_TYPES);
    case 'text_key_orders': {
      const [[key] = ['line_id'], ...others] = ORDER_TYPES;
      return datasetOf(withTextKey(readSource('orders')), [[key, 'VARCHAR'], ...others]);
    }
  }
}

/** A dataset by name, or as it is. */
export function datasetOfName(dataset: DatasetName | Dataset): Dataset {
  return typeof dataset === 'string' ? openDataset(dataset) : dataset;
}

/** The sales under other names, for figures over many tables. */
export function salesTables(names: readonly string[]): Dataset[] {
  const source = readSource('sales');
  const name = /^(\s*(?:- )?(?:id|name|physicalName|dataProduct): (?:bench\.)?)sales$/gm;
  return names.map((table) => datasetOf(source.replace(name, `$1${table}`), SALES_TYPES));
}

function readSource(name: string): string {
  return readFileSync(new URL(`./${name}.odcs.yaml`, import.meta.url), 'utf8');
}

function datasetOf(source: string, types: Dataset['types']): Dataset {
  const { value, diagnostics } = readContract(source);
  const { model } = must(value, `contract: ${JSON.stringify(diagnostics)}`);
  const hash = createHash('sha256').update(source).digest('hex');
  const product = `${model.domain}.${model.product}`;
  return {
    product,
    source,
    types,
    contract: { model, ref: { id: model.id, version: model.version, hash } },
  };
}

/** The orders as a product of its own whose line is a text of digits, as many systems write their keys. */
function withTextKey(source: string): string {
  const changes: readonly [string, string][] = [
    ['id: bench.orders', 'id: bench.text_key_orders'],
    ['dataProduct: orders', 'dataProduct: text_key_orders'],
    ['FROM orders', 'FROM text_key_orders'],
    ['logicalType: integer, physicalType: BIGINT', 'logicalType: string, physicalType: VARCHAR'],
    ['logicalTypeOptions: { minimum: 1 }', 'logicalTypeOptions: { pattern: "^L[0-9]{12}$" }'],
  ];
  return changes.reduce((text, [from, to]) => {
    must(text.includes(from) ? from : null, 'part of the contract of orders');
    return text.replace(from, to);
  }, source);
}
