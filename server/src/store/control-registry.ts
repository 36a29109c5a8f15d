/**
 * Queries of the registry: domains, products, contract versions, claims of table names.
 *
 * Not the rules about them (`services/registry-*.ts`). Every function takes the handle it shall run on, a transaction or
 * not. Invariant: "newest" is by version number, never by time of publishing.
 */
import type { DsseEnvelope } from '@weft/core/contract/dsse';
import type { Domain } from '@weft/core/registry/types';
import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import { domainOf, json } from './control-rows.ts';
import type { ContractsTable, ControlTables, ProductsTable } from './control-tables.ts';

type Db = Kysely<ControlTables>;
export type ProductRow = Selectable<ProductsTable>;
export type ContractRow = Selectable<ContractsTable>;

const CONTRACT_COLUMNS = [
  'product',
  'version',
  'major',
  'minor',
  'patch',
  'contract_id',
  'ordinal',
  'hash',
  'statement_hash',
  'predecessor',
  'source',
  'media',
  'envelope',
  'tables',
  'published_by',
  'published_at',
] as const;

const PRODUCT_COLUMNS = [
  'product',
  'domain',
  'name',
  'title',
  'description',
  'status',
  'tags',
  'owner',
  'odps',
  'odps_hash',
  'output_ports',
  'input_ports',
  'created_by',
  'created_at',
  'updated_at',
] as const;

const DOMAIN_COLUMNS = [
  'name',
  'title',
  'description',
  'owners',
  'stewards',
  'node',
  'created_at',
  'updated_at',
] as const;

export async function readDomain(db: Db, name: string): Promise<Domain | null> {
  const row = await db
    .selectFrom('domains')
    .select(DOMAIN_COLUMNS)
    .where('name', '=', name)
    .executeTakeFirst();
  return row === undefined ? null : domainOf(row);
}

/** The domain, locked until the transaction ends; null when there is none. */
export async function lockDomain(db: Db, name: string): Promise<Domain | null> {
  const row = await db
    .selectFrom('domains')
    .select(DOMAIN_COLUMNS)
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : domainOf(row);
}

export async function readDomains(
  db: Db,
  page: { after: string; limit: number },
): Promise<Domain[]> {
  const rows = await db
    .selectFrom('domains')
    .select(DOMAIN_COLUMNS)
    .where('name', '>', page.after)
    .orderBy('name')
    .limit(page.limit)
    .execute();
  return rows.map(domainOf);
}

/** How many products, without those that are retired, each of the named domains has. */
export async function countProducts(
  db: Db,
  domains: readonly string[],
): Promise<Map<string, number>> {
  if (domains.length === 0) return new Map();
  const rows = await db
    .selectFrom('products')
    .select(['domain', (select) => select.fn.countAll<string>().as('count')])
    .where('domain', 'in', domains)
    .where('status', '<>', 'retired')
    .groupBy('domain')
    .execute();
  return new Map(rows.map(({ domain, count }) => [domain, Number(count)]));
}

/** Those of the named domains that there are. */
export async function readDomainsNamed(db: Db, names: readonly string[]): Promise<Domain[]> {
  if (names.length === 0) return [];
  const rows = await db
    .selectFrom('domains')
    .select(DOMAIN_COLUMNS)
    .where('name', 'in', names)
    .execute();
  return rows.map(domainOf);
}

/** Writes a domain; true when it is new. */
export async function writeDomain(db: Db, domain: Domain, now: string): Promise<boolean> {
  const values = {
    title: domain.title,
    description: domain.description,
    owners: json(domain.owners),
    stewards: json(domain.stewards),
    node: domain.node,
    updated_at: now,
  };
  const { numUpdatedRows } = await db
    .updateTable('domains')
    .set(values)
    .where('name', '=', domain.name)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) return false;
  await db
    .insertInto('domains')
    .values({ name: domain.name, created_at: now, ...values })
    .execute();
  return true;
}

export async function readProduct(db: Db, product: string): Promise<ProductRow | null> {
  const row = await db
    .selectFrom('products')
    .select(PRODUCT_COLUMNS)
    .where('product', '=', product)
    .executeTakeFirst();
  return row ?? null;
}

/** The product, locked until the transaction ends; null when there is none. */
export async function lockProduct(db: Db, product: string): Promise<ProductRow | null> {
  const row = await db
    .selectFrom('products')
    .select(PRODUCT_COLUMNS)
    .where('product', '=', product)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

export async function readProducts(
  db: Db,
  page: { domain: string | null; after: string; limit: number },
): Promise<ProductRow[]> {
  let query = db.selectFrom('products').select(PRODUCT_COLUMNS).where('product', '>', page.after);
  if (page.domain !== null) query = query.where('domain', '=', page.domain);
  return query.orderBy('product').limit(page.limit).execute();
}

/** Adds a product unless it is there. */
export async function insertProduct(db: Db, row: Insertable<ProductsTable>): Promise<boolean> {
  const result = await db
    .insertInto('products')
    .values(row)
    .onConflict((conflict) => conflict.column('product').doNothing())
    .executeTakeFirstOrThrow();
  return result.numInsertedOrUpdatedRows === 1n;
}

export interface ContractQuery {
  product: string;
  version?: string | null;
  major?: number | null;
  hash?: string | null;
}

/** The newest version that fits, or null. */
export async function readContract(db: Db, query: ContractQuery): Promise<ContractRow | null> {
  let select = db
    .selectFrom('contracts')
    .select(CONTRACT_COLUMNS)
    .where('product', '=', query.product);
  if (query.version) select = select.where('version', '=', query.version);
  if (query.major !== null && query.major !== undefined)
    select = select.where('major', '=', query.major);
  if (query.hash) select = select.where('hash', '=', query.hash);
  const row = await newestFirst(select).executeTakeFirst();
  return row ?? null;
}

/** The newest version of the contract with this ODCS id, or the version with it. */
export async function readContractById(
  db: Db,
  contractId: string,
  version: string | null = null,
): Promise<ContractRow | null> {
  let select = db
    .selectFrom('contracts')
    .select(CONTRACT_COLUMNS)
    .where('contract_id', '=', contractId);
  if (version !== null) select = select.where('version', '=', version);
  const row = await newestFirst(select).executeTakeFirst();
  return row ?? null;
}

/** All versions of a product, newest first. */
export async function readContractVersions(db: Db, product: string): Promise<ContractRow[]> {
  return newestFirst(
    db.selectFrom('contracts').select(CONTRACT_COLUMNS).where('product', '=', product),
  ).execute();
}

/** The chain of a contract id, in order of publication. */
export async function readContractChain(db: Db, contractId: string): Promise<ContractRow[]> {
  return db
    .selectFrom('contracts')
    .select(CONTRACT_COLUMNS)
    .where('contract_id', '=', contractId)
    .orderBy('ordinal')
    .execute();
}

/**
 * Names what proves the contract line of a product: it changes with each version, certificate and retirement. Null when
 * there is none. One statement, for those who know the line and ask whether it is the same.
 */
export async function readLineMark(db: Db, product: string): Promise<string | null> {
  const { rows } = await sql<{ mark: string | null }>`
    select encode(sha256(convert_to(concat_ws(E'\n', line.contract_id,
      (select string_agg(statement_hash, ' ' order by ordinal) from contracts
        where contract_id = line.contract_id),
      (select string_agg(key_id || certificate::text, ' ' order by created_at, key_id) from domain_keys
        where domain = products.domain), products.status), 'UTF8')), 'hex') as mark
    from products cross join lateral (select contract_id from contracts
      where contracts.product = products.product
      order by major desc, minor desc, patch desc, ordinal desc limit 1) as line
    where products.product = ${product}`.execute(db);
  return rows[0]?.mark ?? null;
}

// Why ordinal last: of the pre-releases of one number the one published last counts.
function newestFirst<T extends { orderBy: (column: never, direction: 'desc') => T }>(query: T): T {
  return ['major', 'minor', 'patch', 'ordinal'].reduce(
    (ordered, column) => ordered.orderBy(column as never, 'desc'),
    query,
  );
}

/** A page of contract versions over products, in order of product and version. */
export async function readContracts(
  db: Db,
  page: {
    domain: string | null;
    product: string | null;
    after: [string, string] | null;
    limit: number;
  },
): Promise<ContractRow[]> {
  let query = db.selectFrom('contracts').select(CONTRACT_COLUMNS);
  if (page.product !== null) query = query.where('product', '=', page.product);
  if (page.domain !== null) query = query.where('product', 'like', `${escapeLike(page.domain)}.%`);
  const { after } = page;
  if (after !== null) {
    query = query.where((where) =>
      where.or([
        where('product', '>', after[0]),
        where.and([where('product', '=', after[0]), where('version', '>', after[1])]),
      ]),
    );
  }
  return query.orderBy('product').orderBy('version').limit(page.limit).execute();
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** The certificates of a domain's keys. */
export async function readDomainKeys(
  db: Db,
  domain: string,
): Promise<{ keyId: string; certificate: DsseEnvelope }[]> {
  const rows = await db
    .selectFrom('domain_keys')
    .select(['key_id', 'certificate'])
    .where('domain', '=', domain)
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({ keyId: row.key_id, certificate: row.certificate }));
}

export interface TableClaim {
  table: string;
  product: string;
  objectId: string;
}

/** Claims a table name in a domain; returns who holds it afterwards (the claimer, or who was first). */
export async function claimTable(
  db: Db,
  claim: TableClaim & { domain: string; now: string },
): Promise<TableClaim> {
  await db
    .insertInto('table_claims')
    .values({
      domain: claim.domain,
      table_name: claim.table,
      product: claim.product,
      object_id: claim.objectId,
      claimed_at: claim.now,
    })
    .onConflict((conflict) => conflict.columns(['domain', 'table_name']).doNothing())
    .execute();
  const held = await readClaim(db, claim.domain, claim.table);
  return held ?? claim;
}

export async function readClaim(db: Db, domain: string, table: string): Promise<TableClaim | null> {
  const row = await db
    .selectFrom('table_claims')
    .select(['table_name', 'product', 'object_id'])
    .where('domain', '=', domain)
    .where('table_name', '=', table)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { table: row.table_name, product: row.product, objectId: row.object_id };
}
