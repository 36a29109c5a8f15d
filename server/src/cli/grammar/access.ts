/**
 * Commands to find data, ask for access, decide on it, and query.
 */
import type { CommandSpec } from '../command.ts';
import { BECAUSE, PAGE, PRODUCT } from './shared-options.ts';

const access = () => import('../commands/access.ts');
const query = () => import('../commands/query.ts');
const find = () => import('../commands/find.ts');

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
    example: 'weft access apply examples/cpg/policies/loyalty.households.yaml',
    load: async () => (await access()).applyPolicy,
  },
  {
    path: 'policy show',
    args: '<product>',
    summary: "a product's policy",
    example: 'weft policy show loyalty.households',
    load: async () => (await access()).showPolicy,
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
];
