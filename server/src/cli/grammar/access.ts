/**
 * Commands to find data, ask for access, decide on it, and query.
 */
import type { CommandSpec } from '../command.ts';
import { BECAUSE, PAGE, PRODUCT } from './shared-options.ts';

const access = () => import('../commands/access.ts');
const policy = () => import('../commands/policy.ts');
const explain = () => import('../commands/explain.ts');
const query = () => import('../commands/query.ts');
const exporting = () => import('../commands/export.ts');
const queue = () => import('../commands/queue.ts');
const sla = () => import('../commands/sla.ts');
const find = () => import('../commands/find.ts');

const PRODUCT_OF_FILE = {
  flags: '--product <product>',
  text: 'whose policy it is, when the file does not say',
} as const;

/** Forms of a result; `table` is for people. */
export const QUERY_FORMATS = ['table', 'json', 'ndjson', 'csv', 'parquet', 'arrow'] as const;

export const ACCESS: readonly CommandSpec[] = [
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
        text: 'relevance, name, freshness, rows, or a field such as measured.pass_rate; - before it turns the order round',
      },
      ...PAGE,
    ],
    load: async () => (await find()).find,
  },
  {
    path: 'sla',
    args: '[product]',
    summary:
      'what products promise beside what was measured; of one, each promise and the last days',
    example: 'weft sla point_of_sale.transactions --days 90',
    options: [
      { flags: '--days <n>', text: 'of one product: how many days, up to 366 (default 30)' },
      { flags: '--missed', text: 'only products that miss a promise' },
      ...PAGE,
    ],
    load: async () => (await sla()).sla,
  },
  {
    path: 'queue',
    args: '[item]',
    summary: 'what waits for you, the most urgent first; with an item and --snooze, put it off',
    example: 'weft queue --as steward',
    options: [
      {
        flags: '--kind <kind>',
        text: 'only this kind',
        choices: [
          ...['request', 'countered', 'batch-held', 'batch-failed', 'quarantine'],
          ...['promise-missed', 'agreement-ends', 'budget-low'],
        ],
      },
      { flags: '--coming', text: 'what has a date in the next 60 days, instead' },
      {
        flags: '--snooze <time>',
        text: 'put the item off: RFC 3339 time or a duration from now; none: let it wait again',
      },
      ...PAGE,
    ],
    load: async () => (await queue()).queue,
  },
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
        text: 'in this state only',
        choices: ['requested', 'denied', 'countered', 'active', 'expired', 'revoked'],
      },
      PRODUCT,
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
    path: 'agreements renew',
    args: '<agreement>',
    summary: 'ask for the same for longer; what you have stays in force meanwhile',
    example:
      'weft agreements renew agr_01KABCDEFGHJKMNPQRSTVWXYZ0 --until P90D --why "autumn plan"',
    options: [
      { flags: '--until <time>', text: 'RFC 3339 time or a duration from now' },
      { flags: '--why <text>', text: 'reason, for who decides' },
    ],
    load: async () => (await access()).renew,
  },
  {
    path: 'agreements approve',
    args: '<agreement>',
    summary: 'approve a request, or accept a counter-offer',
    example:
      'weft agreements approve agr_01KABCDEFGHJKMNPQRSTVWXYZ0 --until P90D --because "campaign plan"',
    options: [
      BECAUSE,
      { flags: '--until <time>', text: 'end earlier than asked' },
      { flags: '--terms <version>', text: 'only these terms: the version that `show` has' },
    ],
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
    summary: "put a product's policy in force, from Cedar text or YAML (owner; `mesh`: platform)",
    example: 'weft access apply examples/cpg/policies/loyalty.households.yaml',
    options: [
      PRODUCT_OF_FILE,
      {
        flags: '--plan <plan>',
        text: 'the plan of this very change, which production domains ask for',
      },
    ],
    load: async () => (await policy()).apply,
  },
  {
    path: 'access plan',
    args: '<file>',
    summary: 'what a policy file would change, and for whom; changes nothing',
    example: 'weft access plan loyalty.households.cedar',
    options: [PRODUCT_OF_FILE],
    load: async () => (await explain()).plan,
  },
  {
    path: 'access explain',
    args: '<subject> <product>',
    summary:
      'why somebody may or may not read, what is seen, and the smallest change that would turn it',
    example: 'weft access explain analyst loyalty.households --purpose campaign_analysis',
    options: [
      { flags: '--purpose <purpose>', text: 'what it is for' },
      { flags: '--table <table>', text: 'a table of the product (else its first)' },
      { flags: '--as-told', text: 'only what the subject himself would be told' },
    ],
    load: async () => (await explain()).explain,
  },
  {
    path: 'access who',
    args: '<column>',
    summary: 'everyone who can see a column',
    example: 'weft access who loyalty.households.age',
    options: [{ flags: '--table <table>', text: 'a table of the product (else its first)' }],
    load: async () => (await explain()).who,
  },
  {
    path: 'policy lint',
    args: '<file>',
    summary: 'what would be refused of a policy file, with line and remedy',
    example: 'weft policy lint loyalty.households.cedar',
    options: [PRODUCT_OF_FILE],
    load: async () => (await policy()).lint,
  },
  {
    path: 'policy show',
    args: '<product>',
    summary: "a product's policy; `mesh` for those of the mesh",
    example: 'weft policy show loyalty.households',
    options: [
      { flags: '--schema', text: 'the Cedar schema that the policy is checked against instead' },
    ],
    load: async () => (await policy()).show,
  },
  {
    path: 'query',
    args: '[sql]',
    summary: 'SQL over the products that you may read, for a purpose',
    example: `weft query "select week, sum(sales_value) from point_of_sale.transactions group by 1" --purpose category_planning`,
    options: [
      { flags: '-f, --file <file>', text: 'read the SQL from a file; - is standard input' },
      { flags: '--purpose <purpose>', text: 'what it is for' },
      {
        flags: '--format <format>',
        text: 'form of the result (else by the name of --out, else a table)',
        choices: QUERY_FORMATS,
      },
      { flags: '--out <file>', text: 'write the result here instead of stdout' },
    ],
    load: async () => (await query()).query,
  },
  {
    path: 'export',
    args: '<table>',
    summary:
      'what you may see of a table, as an Iceberg table in a folder; again, only what is new is fetched',
    example:
      'weft export point_of_sale.transactions --purpose category_planning --out ./transactions',
    options: [
      { flags: '--purpose <purpose>', text: 'what it is for' },
      { flags: '--out <folder>', text: 'empty, not there yet, or an earlier export of this table' },
      {
        flags: '--location <uri>',
        text: 'where the folder will stand when it is opened, such as s3://bucket/transactions (else where it is)',
      },
    ],
    load: async () => (await exporting()).exportTable,
  },
];
