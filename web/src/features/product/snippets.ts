/**
 * Ways to read a product with tools of one's own: text that works as it stands, against this very mesh.
 *
 * Invariant: no snippet holds a credential; each names the variable that does.
 */

import type { Door } from './product-search.ts';
import { words } from './words.ts';

export interface SnippetInput {
  /** Where the mesh answers. */
  origin: string;
  domain: string;
  table: string;
  /** Of several that may be read, which one; null where there is one. */
  major: number | null;
  purpose: string;
  /** False where results must not leave as files. */
  mayExport: boolean;
}

export interface Snippet {
  door: Door;
  title: string;
  needs: string;
  text: string;
}

const ROWS = 1000;

export function snippetsOf(input: SnippetInput): Snippet[] {
  const all = [
    weftOf(input),
    curlOf(input),
    pythonOf(input),
    duckdbOf(input),
    sparkOf(input),
    icebergOf(input),
    powerbiOf(input),
    javascriptOf(input),
  ];
  return input.mayExport ? all : all.filter(({ door }) => !OF_FILES.has(door));
}

/** They read a file, and a product that must not leave as files has none for them. */
const OF_FILES: ReadonlySet<Door> = new Set(['duckdb', 'spark', 'iceberg']);

function sqlOf({ domain, table, major }: SnippetInput): string {
  const name = major === null ? table : `"${table}@${major}"`;
  return `SELECT * FROM ${domain}.${name} LIMIT ${ROWS}`;
}

const fileOf = ({ domain, table }: SnippetInput): string => `${domain}.${table}.parquet`;

function weftOf(input: SnippetInput): Snippet {
  const text = [
    `export WEFT_URL=${input.origin}`,
    `npx weft query ${shell(sqlOf(input))} \\`,
    `  --purpose ${shell(input.purpose)}`,
  ].join('\n');
  return { door: 'weft', ...words.doors.weft, text };
}

function curlOf(input: SnippetInput): Snippet {
  const body = JSON.stringify({
    sql: sqlOf(input),
    purpose: input.purpose,
    format: input.mayExport ? 'csv' : 'ndjson',
  });
  const text = [
    `curl --fail-with-body ${input.origin}/api/v1/queries \\`,
    `  -H "authorization: Bearer $WEFT_TOKEN" \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d ${shell(body)}`,
  ].join('\n');
  return { door: 'curl', ...words.doors.curl, text };
}

function pythonOf(input: SnippetInput): Snippet {
  const read = input.mayExport
    ? ['rows = pandas.read_csv(io.BytesIO(answer.content))']
    : ['rows = pandas.read_json(io.BytesIO(answer.content), lines=True)'];
  const text = [...requestLines(input, input.mayExport ? 'csv' : 'ndjson', 'pandas'), ...read].join(
    '\n',
  );
  return { door: 'python', ...words.doors.python, text };
}

function duckdbOf(input: SnippetInput): Snippet {
  const file = fileOf(input);
  const text = [
    ...requestLines(input, 'parquet', 'duckdb'),
    `open(${JSON.stringify(file)}, "wb").write(answer.content)`,
    `duckdb.sql("SELECT count(*) FROM '${file}'").show()`,
  ].join('\n');
  return { door: 'duckdb', ...words.doors.duckdb, text };
}

function sparkOf(input: SnippetInput): Snippet {
  const file = fileOf(input);
  const text = [
    ...requestLines(input, 'parquet', 'requests'),
    `open(${JSON.stringify(file)}, "wb").write(answer.content)`,
    '',
    'from pyspark.sql import SparkSession',
    '',
    'spark = SparkSession.builder.getOrCreate()',
    `rows = spark.read.parquet(${JSON.stringify(file)})`,
    'rows.show(5)',
  ].join('\n');
  return { door: 'spark', ...words.doors.spark, text };
}

/** The whole table in a folder; run again, only what is new comes. */
function icebergOf(input: SnippetInput): Snippet {
  const { domain, table, major, purpose } = input;
  const name = `${domain}.${table}${major === null ? '' : `@${major}`}`;
  const text = [
    `export WEFT_URL=${input.origin}`,
    `METADATA=$(npx weft export ${name} --purpose ${shell(purpose)} --out ${domain}.${table})`,
    'python3 - "$METADATA" <<END',
    'import sys',
    'from pyiceberg.table import StaticTable',
    '',
    'print(StaticTable.from_metadata(sys.argv[1]).scan().to_arrow())',
    'END',
  ].join('\n');
  return { door: 'iceberg', ...words.doors.iceberg, text };
}

/** Power Query M. Why JSON and not CSV: it tells numbers from text. */
function powerbiOf(input: SnippetInput): Snippet {
  const text = [
    'let',
    '    Question = [',
    `        sql = ${m(sqlOf(input))},`,
    `        purpose = ${m(input.purpose)}`,
    '    ],',
    `    Answer = Json.Document(Web.Contents(${m(input.origin)}, [`,
    '        RelativePath = "api/v1/queries",',
    '        Headers = [',
    '            #"authorization" = "Bearer " & WEFT_TOKEN,',
    '            #"content-type" = "application/json"',
    '        ],',
    '        Content = Json.FromValue(Question)',
    '    ])),',
    '    Names = List.Transform(Answer[columns], each [name]),',
    '    Rows = Table.FromRows(Answer[rows], Names)',
    'in',
    '    Rows',
  ].join('\n');
  return { door: 'powerbi', ...words.doors.powerbi, text };
}

/** A text of Power Query M: quotes are doubled, and # begins nothing. */
function m(text: string): string {
  return `"${text.replaceAll('"', '""').replaceAll('#(', '#(#)(')}"`;
}

function requestLines(input: SnippetInput, format: string, library: string): string[] {
  return [
    `import ${[...new Set([...(library === 'pandas' ? ['io'] : []), 'os', library, 'requests'])].join(', ')}`,
    '',
    'answer = requests.post(',
    `    "${input.origin}/api/v1/queries",`,
    `    headers={"authorization": "Bearer " + os.environ["WEFT_TOKEN"]},`,
    '    json={',
    `        "sql": ${JSON.stringify(sqlOf(input))},`,
    `        "purpose": ${JSON.stringify(input.purpose)},`,
    `        "format": "${format}",`,
    '    },',
    ')',
    'answer.raise_for_status()',
  ];
}

function javascriptOf(input: SnippetInput): Snippet {
  const text = [
    `const answer = await fetch("${input.origin}/api/v1/queries", {`,
    '  method: "POST",',
    '  headers: {',
    '    authorization: `Bearer ${process.env.WEFT_TOKEN}`,',
    '    "content-type": "application/json",',
    '  },',
    '  body: JSON.stringify({',
    `    sql: ${JSON.stringify(sqlOf(input))},`,
    `    purpose: ${JSON.stringify(input.purpose)},`,
    '  }),',
    '});',
    'if (!answer.ok) throw new Error(await answer.text());',
    'const { columns, rows } = await answer.json();',
  ].join('\n');
  return {
    door: 'javascript',
    ...words.doors.javascript,
    text,
  };
}

/** One word of a POSIX shell. */
function shell(text: string): string {
  return /^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
