/**
 * DDL executed by DuckDB and PostgreSQL (PGlite): it runs as it stands and refuses what the contract refuses.
 *
 * Trino is not run here: its text is read by a small grammar of CREATE TABLE, written after its documentation.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { PGlite } from '@electric-sql/pglite';
import { must } from '../../lib/assert.ts';
import { matchesFormat } from '../../lib/formats.ts';
import { quoteIdent, quoteText } from '../../lib/ident-sql.ts';
import { ACCEPTED, REFUSED } from '../fixtures/format-samples.ts';
import { buildShopModel } from '../fixtures/shop-model.ts';
import { TEXT_FORMATS } from '../plan.ts';
import { compileSql } from './sql.ts';
import { checkSql } from './sql-checks.ts';

type Run = (sql: string) => Promise<unknown>;

const COLUMNS = `SELECT column_name, data_type, is_nullable FROM information_schema.columns
  WHERE table_name = 'order_lines' ORDER BY ordinal_position`;

/** A good line as SQL literals; jsonb and nested values differ by engine and are left NULL. */
const GOOD: Record<string, string> = {
  order_id: '9223372036854775807',
  line: '1',
  customer_id: '7',
  gtin: quoteText('4006381333931'),
  sku: quoteText("AB-12'"),
  state: quoteText("won't"),
  pack: '6',
  weight: '0.5',
  price: '19.95',
  ordered: quoteText('2024-02-29'),
  seen_at: quoteText('2024-02-29 12:00:00+00'),
};

const BAD: [string, string][] = [
  ['line', '0'],
  ['customer_id', 'NULL'],
  ['gtin', quoteText('4006381333932')],
  ['gtin', quoteText('40063813x3931')],
  ['sku', quoteText('ab-12')],
  ['sku', quoteText(`AB-${'1'.repeat(30)}`)],
  ['state', quoteText('lost')],
  ['pack', '2'],
  ['weight', '0'],
  ['price', '-0.05'],
  ['price', '0.01'],
  ['price', '100000.00'],
  ['ordered', quoteText('1999-12-31')],
  ['seen_at', quoteText('1999-12-31 00:00:00+00')],
];

const TEXTS = [...new Set([...ACCEPTED, ...REFUSED].map(([, text]) => text))];

/** The CHECK condition of every text format on every sample. */
function formatChecks(dialect: 'duckdb' | 'postgres'): string {
  const tests = TEXT_FORMATS.map((format) => {
    const sql = checkSql({ kind: 'format', column: 't', format }, { kind: 'string' }, dialect);
    assert.equal(typeof sql, 'string', `${format} can be said in ${dialect}`);
    return `(${sql}) AS "${format}"`;
  });
  const rows = TEXTS.map((text, i) => `(${i}, ${quoteText(text)})`).join(', ');
  return `SELECT ${tests.join(', ')} FROM (VALUES ${rows}) AS v(i, t) ORDER BY i`;
}

function assertFormats(found: readonly Record<string, unknown>[]): void {
  assert.equal(found.length, TEXTS.length);
  for (const [i, text] of TEXTS.entries()) {
    for (const format of TEXT_FORMATS) {
      assert.equal(found[i]?.[format], matchesFormat(format, text), `${format}: ${text}`);
    }
  }
}

function insertOf(row: Record<string, string>): string {
  const names = Object.keys(row).map(quoteIdent).join(', ');
  return `INSERT INTO order_lines (${names}) VALUES (${Object.values(row).join(', ')})`;
}

async function enforcesContract(run: Run): Promise<void> {
  const customer = "INSERT INTO customers VALUES (7, 'ann@example.org', 'CH')";
  await run(customer);
  await assert.rejects(run(customer), 'a second row with the key');
  await assert.rejects(run("INSERT INTO customers VALUES (8, 'nobody', 'CH')"));
  await assert.rejects(run("INSERT INTO customers VALUES (8, 'bo@example.org', 'XX')"));
  await assert.rejects(run("INSERT INTO customers VALUES (8, 'ann@example.org', NULL)"));
  for (const [name, value] of BAD) {
    await assert.rejects(run(insertOf({ ...GOOD, [name]: value })), `${name} = ${value}`);
  }
  await run(insertOf(GOOD));
  await assert.rejects(run(insertOf(GOOD)), 'the same line twice');
  await run(insertOf({ ...GOOD, line: '2', pack: 'NULL', gtin: 'NULL', price: '0' }));
}

describe('compileSql in DuckDB', () => {
  it('executes as it stands and enforces what it says', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(compileSql(buildShopModel(), 'duckdb'));
    await enforcesContract((sql) => connection.run(sql));
    const reader = await connection.runAndReadAll(COLUMNS);
    const types = new Map(reader.getRowsJson().map((row) => [row[0], row[1]]));
    assert.equal(types.get('price'), 'DECIMAL(10,2)');
    assert.equal(types.get('seen_at'), 'TIMESTAMP WITH TIME ZONE');
    assert.equal(types.get('stock'), 'MAP(VARCHAR, INTEGER)');
    const comment = await connection.runAndReadAll(
      "SELECT comment FROM duckdb_tables() WHERE table_name = 'customers'",
    );
    assert.equal(comment.getRowsJson()[0]?.[0], buildShopModel().objects[0]?.description);
    assertFormats((await connection.runAndReadAll(formatChecks('duckdb'))).getRowObjects());
    connection.closeSync();
    instance.closeSync();
  });
});

describe('compileSql in PostgreSQL', () => {
  let database: PGlite;
  before(async () => {
    database = await PGlite.create();
  });
  after(() => database.close());

  it('executes as it stands and enforces what it says, foreign keys too', async () => {
    await database.exec(compileSql(buildShopModel(), 'postgres'));
    await enforcesContract((sql) => database.exec(sql));
    await assert.rejects(database.exec(insertOf({ ...GOOD, line: '3', customer_id: '8' })));
    const { rows } = await database.query<{ column_name: string; data_type: string }>(COLUMNS);
    const types = new Map(rows.map((row) => [row.column_name, row.data_type]));
    assert.equal(types.get('price'), 'numeric');
    assert.equal(types.get('seen_at'), 'timestamp with time zone');
    assert.equal(types.get('address'), 'jsonb');
    const comment = await database.query<{ text: string }>(
      "SELECT obj_description('customers'::regclass) AS text",
    );
    assert.equal(comment.rows[0]?.text, buildShopModel().objects[0]?.description);
  });

  it('decides every text format as it is defined', async () => {
    assertFormats((await database.query<Record<string, unknown>>(formatChecks('postgres'))).rows);
  });
});

describe('compileSql for Trino', () => {
  it('stays in the small grammar that Trino documents for CREATE TABLE', () => {
    const text = compileSql(buildShopModel(), 'trino');
    const tokens = tokenize(text);
    const rest = new TrinoParser(tokens);
    assert.equal(rest.tables(), 2);
    assert.match(text, /-- Not enforced here: sku\.pattern\./);
    assert.match(text, /-- Not enforced here: primary_key\./);
    assert.match(text, /"seen_at" TIMESTAMP\(6\) WITH TIME ZONE/);
  });
});

function tokenize(sql: string): string[] {
  const token = /\s+|--[^\n]*\n|("(?:[^"]|"")*"|'(?:[^']|'')*'|[A-Za-z]+|\d+|[(),;])/gy;
  const tokens: string[] = [];
  while (token.lastIndex < sql.length) {
    const match = must(
      token.exec(sql),
      `no token in: ${sql.slice(token.lastIndex, token.lastIndex + 20)}`,
    );
    if (match[1] !== undefined) tokens.push(match[1]);
  }
  return tokens;
}

/** `CREATE TABLE name (column type [NOT NULL] [COMMENT text], …) [COMMENT text];` and the type names of Trino. */
class TrinoParser {
  #tokens: string[];
  constructor(tokens: string[]) {
    this.#tokens = tokens;
  }

  tables(): number {
    let count = 0;
    for (; this.#tokens.length > 0; count++) {
      this.#expect('CREATE', 'TABLE');
      this.#match(/^"/);
      this.#list(() => {
        this.#match(/^"/);
        this.#type();
        if (this.#take('NOT')) this.#expect('NULL');
        if (this.#take('COMMENT')) this.#match(/^'/);
      });
      if (this.#take('COMMENT')) this.#match(/^'/);
      this.#expect(';');
    }
    return count;
  }

  #type(): void {
    const name = this.#match(
      /^(BOOLEAN|INTEGER|BIGINT|DOUBLE|VARCHAR|DATE|TIME|TIMESTAMP|DECIMAL|ROW|ARRAY|MAP)$/,
    );
    if (name === 'ROW') {
      this.#list(() => {
        this.#match(/^"/);
        this.#type();
      });
    } else if (name === 'ARRAY' || name === 'MAP') {
      this.#list(() => this.#type());
    } else if (name === 'DECIMAL' || name === 'TIME' || name === 'TIMESTAMP') {
      this.#list(() => this.#match(/^\d+$/));
      if (this.#take('WITH')) this.#expect('TIME', 'ZONE');
    }
  }

  #list(item: () => void): void {
    this.#expect('(');
    do item();
    while (this.#take(','));
    this.#expect(')');
  }

  #take(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(...tokens: string[]): void {
    for (const token of tokens) assert.equal(this.#tokens.shift(), token);
  }

  #match(pattern: RegExp): string {
    const token = this.#tokens.shift() ?? '';
    assert.match(token, pattern);
    return token;
  }
}
