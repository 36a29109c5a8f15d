/**
 * Every command of Weft as data: words, arguments, options, one example, and where its handler lives.
 *
 * Not the handlers (`commands/`). The reference page of the command line is generated from this table.
 */
import type { CommandSpec, OptionSpec } from './command.ts';

/** First words that have further words, with what they are about. */
export const GROUPS: Readonly<Record<string, string>> = {
  domain: 'domains, their owners and stewards',
  contract: 'data contracts: lint, infer, compare, publish, verify',
  product: 'data products (ODPS)',
  batches: 'what happened to each batch',
  quarantine: 'bad rows, with reasons',
  agreements: 'requested and approved access',
  access: 'policies of a product',
  policy: 'read and check policies',
  audit: 'who did what, provably',
};

const PAGE: OptionSpec[] = [
  { flags: '--limit <n>', text: 'items per page (default 50)' },
  { flags: '--after <cursor>', text: 'go on after this cursor' },
];
const BECAUSE: OptionSpec = { flags: '--because <text>', text: 'why; kept with the decision' };
const SERVE: OptionSpec[] = [
  { flags: '--data <dir>', text: 'data directory' },
  { flags: '--port <port>', text: 'port; without it 8787 or the next free one' },
  { flags: '--host <address>', text: 'address to listen on (default 127.0.0.1)' },
  { flags: '--store <url>', text: 'postgres:// URL instead of the embedded store' },
];

const serve = () => import('./commands/serve.ts');
const session = () => import('./commands/session.ts');
const contract = () => import('./commands/contract.ts');
const contractOnline = () => import('./commands/contract-online.ts');
const mesh = () => import('./commands/mesh.ts');
const batch = () => import('./commands/batch.ts');
const access = () => import('./commands/access.ts');
const query = () => import('./commands/query.ts');
const find = () => import('./commands/find.ts');
const events = () => import('./commands/events.ts');
const audit = () => import('./commands/audit.ts');

export const COMMANDS: readonly CommandSpec[] = [
  // --- running it ---------------------------------------------------------------------------------------------------
  {
    path: 'up',
    summary: 'start a whole mesh in this process',
    example: 'weft up --example cpg',
    options: [...SERVE, { flags: '--example <name>', text: 'load this example mesh first: cpg' }],
    load: async () => (await serve()).up,
  },
  {
    path: 'control',
    summary: 'start the control plane alone',
    example: 'weft control --data ./control --port 8787',
    options: SERVE,
    load: async () => (await serve()).control,
  },
  {
    path: 'node',
    summary: 'start a domain node alone (its token stands in WEFT_NODE_TOKEN)',
    example:
      'weft node --control http://127.0.0.1:8787 --domains loyalty --data ./loyalty --port 8788',
    options: [
      ...SERVE,
      { flags: '--control <url>', text: 'address of the control plane' },
      { flags: '--domains <names>', text: 'domains that this node holds, separated by commas' },
    ],
    load: async () => (await serve()).node,
  },
  {
    path: 'login',
    args: '<url>',
    summary: 'remember a mesh, your token there, and its root key',
    example: 'weft login http://127.0.0.1:8787 --token "$TOKEN"',
    options: [
      { flags: '--token <token>', text: 'bearer token (else WEFT_TOKEN)' },
      { flags: '--trust <key>', text: 'root key that the mesh must show' },
    ],
    load: async () => (await session()).login,
  },
  {
    path: 'whoami',
    summary: 'who this command line is',
    example: 'weft whoami',
    load: async () => (await session()).whoami,
  },
  {
    path: 'doctor',
    summary: 'check this installation and, when it runs, the mesh',
    example: 'weft doctor',
    load: async () => (await session()).doctor,
  },
  {
    path: 'completion',
    args: '<shell>',
    summary: 'completion script for bash, zsh or fish',
    example: 'weft completion bash > /etc/bash_completion.d/weft',
    load: async () => (await session()).completion,
  },
  {
    path: 'token',
    args: '<subject>',
    summary: 'issue a token for a subject (platform only)',
    example: 'weft token analyst --as platform',
    options: [{ flags: '--ttl <duration>', text: 'how long it holds (default P30D)' }],
    load: async () => (await session()).token,
  },
  // --- domains and products -----------------------------------------------------------------------------------------
  {
    path: 'domain create',
    args: '<name>',
    summary: 'create a domain',
    example: 'weft domain create sales --title "Sales" --owner ana --steward sam --as platform',
    options: [
      { flags: '--title <text>', text: 'name for people' },
      { flags: '--description <text>', text: 'what the domain is about' },
      { flags: '--owner <subject>', text: 'owner (several times)', many: true },
      { flags: '--steward <subject>', text: 'data steward (several times)', many: true },
    ],
    load: async () => (await mesh()).createDomain,
  },
  {
    path: 'domain list',
    summary: 'all domains',
    example: 'weft domain list',
    options: PAGE,
    load: async () => (await mesh()).listDomains,
  },
  {
    path: 'domain show',
    args: '<name>',
    summary: 'one domain with its products',
    example: 'weft domain show loyalty',
    load: async () => (await mesh()).showDomain,
  },
  {
    path: 'product publish',
    args: '<file>',
    summary: 'publish a data product document (ODPS)',
    example: 'weft product publish loyalty.odps.yaml',
    load: async () => (await mesh()).publishProduct,
  },
  {
    path: 'product list',
    summary: 'all products that you may see',
    example: 'weft product list --json',
    options: [...PAGE, { flags: '--domain <name>', text: 'of this domain only' }],
    load: async () => (await mesh()).listProducts,
  },
  {
    path: 'product show',
    args: '<product>',
    summary: 'one product: ports, contract, promises and measurements',
    example: 'weft product show point_of_sale.transactions',
    load: async () => (await mesh()).showProduct,
  },
  {
    path: 'product retire',
    args: '<product>',
    summary: 'retire a product: no new batches, no new agreements',
    example: 'weft product retire sales.old_orders --because "replaced by sales.orders"',
    options: [BECAUSE],
    load: async () => (await mesh()).retireProduct,
  },
  // --- contracts ----------------------------------------------------------------------------------------------------
  {
    path: 'contract lint',
    args: '<files...>',
    summary: 'check contract files; offline',
    example: 'weft contract lint contracts/*.odcs.yaml',
    load: async () => (await contract()).lint,
  },
  {
    path: 'contract infer',
    args: '<sample>',
    summary: 'draft a contract from a CSV, NDJSON, JSON or Parquet sample; offline',
    example: 'weft contract infer orders.csv --product sales.orders --out orders.odcs.yaml',
    options: [
      { flags: '--product <name>', text: 'domain.product of the draft' },
      { flags: '--owner <subject>', text: 'owner of the draft' },
      { flags: '--format <format>', text: 'csv, ndjson, json or parquet (else by the file name)' },
      { flags: '--out <file>', text: 'write the draft here instead of stdout' },
    ],
    load: async () => (await contract()).infer,
  },
  {
    path: 'contract diff',
    args: '<before> <after>',
    summary: 'what a change means for consumers and producers; offline',
    example: 'weft contract diff v1.odcs.yaml v2.odcs.yaml',
    load: async () => (await contract()).diff,
  },
  {
    path: 'contract export',
    args: '<file>',
    summary: 'compile a contract to another form; offline',
    example: 'weft contract export orders.odcs.yaml --to sql:duckdb',
    options: [
      {
        flags: '--to <target>',
        text: 'json-schema, typescript, sql:duckdb, sql:postgres, sql:trino, avro, iceberg, markdown, html, odcs',
      },
      { flags: '--object <name>', text: 'of this object only' },
      { flags: '--out <file>', text: 'write here instead of stdout' },
    ],
    load: async () => (await contract()).exportContract,
  },
  {
    path: 'contract publish',
    args: '<file>',
    summary: 'publish a contract version; it is immutable from then on',
    example: 'weft contract publish orders.odcs.yaml',
    options: [{ flags: '--dry-run', text: 'check everything, publish nothing' }],
    load: async () => (await contractOnline()).publish,
  },
  {
    path: 'contract list',
    summary: 'published contracts',
    example: 'weft contract list --domain loyalty',
    options: [...PAGE, { flags: '--domain <name>', text: 'of this domain only' }],
    load: async () => (await contractOnline()).list,
  },
  {
    path: 'contract show',
    args: '<id>',
    summary: 'a published contract: by id, product or product@version',
    example: 'weft contract show point_of_sale.transactions@1 --source',
    options: [
      { flags: '--source', text: 'the published bytes' },
      { flags: '--bundle', text: 'the bundle that proves it offline' },
      { flags: '--out <file>', text: 'write here instead of stdout' },
    ],
    load: async () => (await contractOnline()).show,
  },
  {
    path: 'contract verify',
    args: '<id-or-file>',
    summary: 'prove chain and signature of a contract; offline for a file',
    example: 'weft contract verify transactions.bundle.json --trust "$ROOT_KEY"',
    options: [
      { flags: '--trust <key>', text: 'root key of the mesh (else the one pinned at login)' },
    ],
    load: async () => (await contractOnline()).verify,
  },
  // --- batches ------------------------------------------------------------------------------------------------------
  {
    path: 'ingest',
    args: '<product> <files...>',
    summary: 'send files as batches; - reads standard input',
    example: 'weft ingest point_of_sale.transactions day.csv.gz --key 2026-11-22',
    options: [
      { flags: '--key <text>', text: 'your key of the batch: the same key twice is one batch' },
      { flags: '--format <format>', text: 'csv, ndjson or parquet (else by the file name)' },
      { flags: '--wait', text: 'wait for the verdict (the default; kept for scripts)' },
      {
        flags: '--no-wait',
        text: 'return once the bytes are safe; follow with `weft batches show`',
      },
    ],
    load: async () => (await batch()).ingest,
  },
  {
    path: 'batches list',
    summary: 'batches, newest first',
    example: 'weft batches list --product loyalty.households --state held',
    options: [
      ...PAGE,
      { flags: '--product <product>', text: 'of this product only' },
      { flags: '--state <state>', text: 'landed, checking, committed, held, discarded or failed' },
    ],
    load: async () => (await batch()).list,
  },
  {
    path: 'batches show',
    args: '<batch>',
    summary: 'the report of one batch',
    example: 'weft batches show bat_01KABCDEFGHJKMNPQRSTVWXYZ0',
    load: async () => (await batch()).show,
  },
  {
    path: 'batches release',
    args: '<batch>',
    summary: 'commit the good rows of a held batch',
    example: 'weft batches release bat_01KABCDEFGHJKMNPQRSTVWXYZ0 --because "known late store"',
    options: [BECAUSE],
    load: async () => (await batch()).release,
  },
  {
    path: 'batches discard',
    args: '<batch>',
    summary: 'give up a held batch; its key may be used again',
    example: 'weft batches discard bat_01KABCDEFGHJKMNPQRSTVWXYZ0 --because "wrong file"',
    options: [BECAUSE],
    load: async () => (await batch()).discard,
  },
  {
    path: 'quarantine list',
    summary: 'batches with rows in quarantine',
    example: 'weft quarantine list --product point_of_sale.transactions',
    options: [...PAGE, { flags: '--product <product>', text: 'of this product only' }],
    load: async () => (await batch()).quarantineList,
  },
  {
    path: 'quarantine show',
    args: '<batch>',
    summary: 'bad rows with record, line, field, value, rule and message',
    example: 'weft quarantine show bat_01KABCDEFGHJKMNPQRSTVWXYZ0 --rule quantity.range',
    options: [...PAGE, { flags: '--rule <id>', text: 'of this rule only' }],
    load: async () => (await batch()).quarantineShow,
  },
  {
    path: 'quarantine export',
    args: '<batch>',
    summary: 'all bad rows of a batch as NDJSON, with their raw bytes',
    example: 'weft quarantine export bat_01KABCDEFGHJKMNPQRSTVWXYZ0 --out bad.ndjson',
    options: [{ flags: '--out <file>', text: 'write here instead of stdout' }],
    load: async () => (await batch()).quarantineExport,
  },
  // --- discovery ----------------------------------------------------------------------------------------------------
  {
    path: 'find',
    args: '[text]',
    summary: 'find products by words and by what they promise',
    example: `weft find coupons --where "granularity <= day and measured.nulls(household_id) < 1%"`,
    options: [
      { flags: '--where <expression>', text: 'typed conditions over promises and measurements' },
      { flags: '--facet <field>', text: 'count hits by this field (several times)', many: true },
      {
        flags: '--sort <field>',
        text: 'relevance, name, freshness, rows; -name turns the order round',
      },
      ...PAGE,
    ],
    load: async () => (await find()).find,
  },
  // --- access -------------------------------------------------------------------------------------------------------
  {
    path: 'request',
    args: '<product>',
    summary: 'ask for access for a purpose',
    example:
      'weft request loyalty.households --purpose campaign_analysis --why "spring plan" --until P90D',
    options: [
      { flags: '--purpose <purpose>', text: 'what it is for; the contract lists what is allowed' },
      { flags: '--columns <names>', text: 'only these columns, separated by commas' },
      { flags: '--filter <expression>', text: 'only these rows' },
      { flags: '--until <time>', text: 'RFC 3339 time or a duration from now' },
      { flags: '--why <text>', text: 'reason, for who decides' },
    ],
    load: async () => (await access()).request,
  },
  {
    path: 'agreements list',
    summary: 'agreements that you asked for or decide',
    example: 'weft agreements list --state requested',
    options: [
      ...PAGE,
      {
        flags: '--state <state>',
        text: 'requested, denied, countered, active, expired or revoked',
      },
      { flags: '--product <product>', text: 'of this product only' },
    ],
    load: async () => (await access()).list,
  },
  {
    path: 'agreements show',
    args: '<agreement>',
    summary: 'one agreement',
    example: 'weft agreements show agr_01KABCDEFGHJKMNPQRSTVWXYZ0',
    load: async () => (await access()).show,
  },
  {
    path: 'agreements approve',
    args: '<agreement>',
    summary: 'approve a request',
    example:
      'weft agreements approve agr_01KABCDEFGHJKMNPQRSTVWXYZ0 --until P90D --because "campaign plan"',
    options: [BECAUSE, { flags: '--until <time>', text: 'end earlier than asked' }],
    load: async () => (await access()).approve,
  },
  {
    path: 'agreements deny',
    args: '<agreement>',
    summary: 'deny a request',
    example: 'weft agreements deny agr_01KABCDEFGHJKMNPQRSTVWXYZ0 --because "ask for store level"',
    options: [BECAUSE],
    load: async () => (await access()).deny,
  },
  {
    path: 'agreements counter',
    args: '<agreement>',
    summary: 'offer less than was asked for',
    example:
      'weft agreements counter agr_01KABCDEFGHJKMNPQRSTVWXYZ0 --columns store_id,week --because "no household"',
    options: [
      BECAUSE,
      { flags: '--columns <names>', text: 'only these columns' },
      { flags: '--filter <expression>', text: 'only these rows' },
      { flags: '--until <time>', text: 'end earlier' },
    ],
    load: async () => (await access()).counter,
  },
  {
    path: 'agreements revoke',
    args: '<agreement>',
    summary: 'end an agreement; the next query is denied',
    example: 'weft agreements revoke agr_01KABCDEFGHJKMNPQRSTVWXYZ0 --because "project ended"',
    options: [BECAUSE],
    load: async () => (await access()).revoke,
  },
  {
    path: 'access apply',
    args: '<file>',
    summary: "apply a product's policy from a YAML file (owner)",
    example: 'weft access apply policies/loyalty.households.yaml',
    load: async () => (await access()).applyPolicy,
  },
  {
    path: 'policy show',
    args: '<product>',
    summary: "a product's policy",
    example: 'weft policy show loyalty.households',
    load: async () => (await access()).showPolicy,
  },
  // --- query --------------------------------------------------------------------------------------------------------
  {
    path: 'query',
    args: '[sql]',
    summary: 'SQL over the products that you may read, for a purpose',
    example: `weft query "select week, sum(sales_value) from point_of_sale.transactions group by 1" --purpose category_planning`,
    options: [
      { flags: '-f, --file <file>', text: 'read the SQL from a file (- is standard input)' },
      { flags: '--purpose <purpose>', text: 'what it is for' },
      { flags: '--format <format>', text: 'table, json, ndjson, csv, parquet or arrow' },
      { flags: '--out <file>', text: 'write the result here instead of stdout' },
    ],
    load: async () => (await query()).query,
  },
  // --- events and proof ---------------------------------------------------------------------------------------------
  {
    path: 'events',
    args: '[product]',
    summary: 'what happened in the mesh',
    example: 'weft events point_of_sale.transactions --follow',
    options: [...PAGE, { flags: '--follow', text: 'wait for what comes' }],
    load: async () => (await events()).events,
  },
  {
    path: 'audit list',
    summary: 'the audit log, oldest first',
    example: 'weft audit list --limit 20',
    options: PAGE,
    load: async () => (await audit()).list,
  },
  {
    path: 'audit export',
    summary: 'the audit log with its checkpoint, for keeping and verifying elsewhere',
    example: 'weft audit export --out audit.ndjson',
    options: [{ flags: '--out <file>', text: 'write here instead of stdout' }],
    load: async () => (await audit()).exportLog,
  },
  {
    path: 'audit verify',
    args: '[file]',
    summary: 'prove that no entry was changed, removed or reordered; offline for an exported file',
    example: 'weft audit verify audit.ndjson --trust "$ROOT_KEY"',
    options: [
      { flags: '--trust <key>', text: 'root key of the mesh (else the one pinned at login)' },
    ],
    load: async () => (await audit()).verify,
  },
];
