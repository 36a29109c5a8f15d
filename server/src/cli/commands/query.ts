/**
 * `query`: governed SQL, shown as a table or streamed in a format for programs.
 */
import { WeftError } from '@weft/core/lib/error';
import type { CommandContext } from '../command.ts';
import { readText, writeBody } from '../files.ts';
import { QUERY_FORMATS } from '../grammar/access.ts';
import { nodeOfSql } from '../nodes.ts';
import { countOf, formatBytes } from '../output.ts';
import { type Column, renderTable } from '../table.ts';
import { needed } from '../text.ts';

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
  const purpose = needed(context, 'purpose', 'category_planning');
  const format = chooseFormat(context);
  const sql = await readSql(context);
  if (sql.trim() === '') {
    throw new WeftError('USAGE', 'the query is empty', { remedy: 'Write a SELECT statement.' });
  }
  const json = { sql, purpose, format: format === 'table' ? 'json' : format };
  const request = { json, headers: { accept: '*/*' } };
  context.out.progress('running …');
  const node = await nodeOfSql(context, sql);
  if (format === 'table') {
    const answer = await node.call<QueryAnswer>('POST', '/api/v1/queries', request);
    context.out.progress(null);
    return showTable(context, answer);
  }
  const response = await node.open('POST', '/api/v1/queries', request);
  context.out.progress(null);
  const bytes = await writeBody(context, response);
  const out = context.options.text('out');
  if (out === undefined) return undefined;
  if (context.out.json) context.out.document({ out, format, bytes }, () => '');
  else context.out.say(`${formatBytes(bytes)} written to ${out}.`);
  return undefined;
}

type Format = (typeof QUERY_FORMATS)[number];

/** `--format`, else by the name of `--out`, else JSON with --json and a table without. */
function chooseFormat(context: CommandContext): Format {
  const out = context.options.text('out');
  const asked = context.options.text('format');
  const byName = QUERY_FORMATS.find((known) => out?.endsWith(`.${known}`) === true);
  const fallback = context.out.json ? 'json' : 'table';
  const format = QUERY_FORMATS.find((known) => known === asked) ?? byName ?? fallback;
  if (format === 'table' && out !== undefined) {
    throw new WeftError('USAGE', `${out} needs a format for programs; a table is for people`, {
      remedy: 'Say --format csv, ndjson, json, parquet or arrow, or name the file so.',
    });
  }
  if (format === 'table' && context.out.json) {
    throw new WeftError('USAGE', '--format table and --json exclude each other', {
      remedy: 'Leave one of them out.',
    });
  }
  const isBinary = format === 'parquet' || format === 'arrow';
  if (isBinary && out === undefined && context.io.isTerminal) {
    throw new WeftError('USAGE', `${format} is binary and would garble the terminal`, {
      remedy: 'Name a file with --out, or pipe it.',
    });
  }
  return format;
}

async function readSql(context: CommandContext): Promise<string> {
  const file = context.options.text('file');
  const given = context.args[0];
  if (file !== undefined && given !== undefined) {
    throw new WeftError('USAGE', 'the SQL is given twice', {
      remedy: 'Give it as the argument or with -f, not both.',
    });
  }
  if (file !== undefined || given === '-') return readText(context.io, file ?? '-');
  if (given !== undefined) return given;
  throw new WeftError('USAGE', 'there is no SQL', {
    remedy: 'Give it as the argument, or name a file with -f; - is standard input.',
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
  const rows = countOf(answer.rowCount, 'row');
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
