/**
 * `query`: governed SQL, shown as a table or streamed in a format for programs.
 */
import { WeftError } from '@weft/core/lib/error';
import type { CommandContext } from '../command.ts';
import { type Column, formatBytes, formatCount, renderTable } from '../output.ts';
import { needed, readText, writeBody } from '../text.ts';

const FORMATS = ['table', 'json', 'ndjson', 'csv', 'parquet', 'arrow'];

interface QueryAnswer {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  rowCount: number;
  truncated: boolean;
  products: {
    product: string;
    contract: string;
    snapshot: string | null;
    agreement: string | null;
  }[];
  seconds: number;
}

export async function query(context: CommandContext): Promise<undefined> {
  const sql = await readSql(context);
  const purpose = needed(context, 'purpose', 'category_planning');
  const format = context.options.text('format') ?? (context.out.json ? 'json' : 'table');
  if (!FORMATS.includes(format)) {
    throw new WeftError('USAGE', `--format "${format}"`, {
      remedy: `Known: ${FORMATS.join(', ')}.`,
    });
  }
  const json = { sql, purpose, format: format === 'table' ? 'json' : format };
  context.out.progress('running …');
  const response = await context
    .api()
    .open('POST', '/api/v1/queries', { json, headers: { accept: '*/*' } });
  context.out.progress(null);
  if (format === 'table') return showTable(context, (await response.json()) as QueryAnswer);
  if (
    (format === 'parquet' || format === 'arrow') &&
    context.io.isTerminal &&
    context.options.text('out') === undefined
  ) {
    throw new WeftError('USAGE', `${format} is binary`, { remedy: 'Name a file with --out.' });
  }
  const bytes = await writeBody(context, response);
  if (context.options.text('out') !== undefined) context.out.say(`${formatBytes(bytes)} written.`);
  return undefined;
}

async function readSql(context: CommandContext): Promise<string> {
  const file = context.options.text('file');
  const given = context.args[0];
  if (file !== undefined && given !== undefined) {
    throw new WeftError('USAGE', 'the SQL is given twice', {
      remedy: 'Give it as the argument or with -f, not both.',
    });
  }
  if (file !== undefined) return readText(context.io, file);
  if (given !== undefined) return given;
  throw new WeftError('USAGE', 'there is no SQL', {
    remedy: 'Give it as the argument, or name a file with -f.',
  });
}

function showTable(context: CommandContext, answer: QueryAnswer): undefined {
  const columns = answer.columns.map(
    (column, i): Column<unknown[]> => ({
      head: column.name,
      align: isNumeric(column.type) ? 'right' : 'left',
      cell: (row) => cellText(row[i]),
    }),
  );
  const { bold } = context.out.colors;
  context.io.stdout(
    `${renderTable(answer.rows, columns, { terminal: context.io.isTerminal, bold })}\n`,
  );
  const from = answer.products.map((product) => product.product).join(', ');
  const rows = `${formatCount(answer.rowCount)} row${answer.rowCount === 1 ? '' : 's'}`;
  context.out.say(
    `${rows}${answer.truncated ? ' (cut at the limit)' : ''}${from === '' ? '' : ` from ${from}`}`,
  );
  return undefined;
}

function isNumeric(type: string): boolean {
  return /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|DOUBLE|FLOAT|DECIMAL)/.test(
    type,
  );
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
