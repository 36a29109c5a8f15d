/**
 * Queries of every form around one expression: each clause in which an attacker may have it evaluated.
 *
 * Not which expression (`throwing.ts`) and not which table. Invariants: each form passes the gate; over rows on which the
 * expression has a value it has an answer that follows from the rows alone, so samples are of a fixed seed.
 */

/** What a form is made of. */
export interface Parts {
  table: string;
  /** The expression. */
  value: string;
  /** A column that is in every table. */
  key: string;
}

type Form = (parts: Parts) => string;

const test = ({ value }: Parts): string => `(${value}) IS NOT NULL`;
/** The text of a value, for places that take no list, struct or JSON. */
const text = ({ value }: Parts): string => `CAST((${value}) AS VARCHAR)`;
const counted = (from: string): string => `SELECT count(*) FROM ${from}`;

export const QUERY_FORMS: Readonly<Record<string, Form>> = {
  select: (p) => `SELECT ${p.key}, ${p.value} AS v FROM ${p.table}`,
  where: (p) => counted(`${p.table} WHERE ${test(p)}`),
  'where not': (p) => counted(`${p.table} WHERE NOT (${test(p)})`),
  'where and': (p) => counted(`${p.table} WHERE ${p.key} > 0 AND ${test(p)}`),
  'where or': (p) => counted(`${p.table} WHERE ${p.key} < 0 OR ${test(p)}`),
  'where case': (p) =>
    counted(`${p.table} WHERE CASE WHEN ${p.key} > 500 THEN ${test(p)} ELSE true END`),
  'where in list': (p) => counted(`${p.table} WHERE ${text(p)} IN ('a', '1', NULL)`),
  lambda: (p) =>
    counted(`${p.table} WHERE list_transform([${p.value}], lambda e: e IS NULL) IS NOT NULL`),
  'lambda inside': (p) =>
    counted(`${p.table} WHERE list_filter([1, 2], lambda e: ${test(p)}) IS NOT NULL`),
  'inner join': (p) =>
    counted(`${p.table} t JOIN (VALUES (1), (2)) d(k) ON (${test(p)}) AND d.k > 0`),
  'left join': (p) => counted(`(VALUES (1), (2)) d(k) LEFT JOIN ${p.table} t ON ${test(p)}`),
  'right join': (p) =>
    counted(`${p.table} t RIGHT JOIN (VALUES ('a'), ('1')) d(k) ON ${text(p)} = d.k`),
  'full join': (p) => counted(`${p.table} t FULL JOIN (VALUES ('a')) d(k) ON ${text(p)} = d.k`),
  'semi join': (p) =>
    counted(`${p.table} t SEMI JOIN (VALUES ('a'), ('1')) d(k) ON ${text(p)} = d.k`),
  'anti join': (p) => counted(`${p.table} t ANTI JOIN (VALUES ('a')) d(k) ON ${text(p)} = d.k`),
  'cross join': (p) => counted(`${p.table} t, range(2) r(i) WHERE ${test(p)} AND r.i < 2`),
  'self join': (p) =>
    counted(
      `(SELECT ${p.key}, ${p.value} AS v FROM ${p.table}) t JOIN ${p.table} u USING (${p.key}) WHERE t.v IS NOT NULL`,
    ),
  'asof join': (p) =>
    `SELECT ${p.key}, k FROM ${p.table} t ASOF JOIN (VALUES (0), (3)) d(k) ON t.${p.key} >= d.k WHERE ${test(p)}`,
  'positional join': (p) =>
    counted(`${p.table} t POSITIONAL JOIN (VALUES (1), (2)) d(k) WHERE ${test(p)}`),
  'lateral join': (p) =>
    counted(`${p.table} t, LATERAL (SELECT ${p.value} AS v) l WHERE v IS NOT NULL`),
  'join on value': (p) =>
    counted(
      `(SELECT ${text(p)} AS v FROM ${p.table}) a JOIN (SELECT ${text(p)} AS v FROM ${p.table}) b ON a.v = b.v`,
    ),
  order: (p) => `SELECT ${p.key} FROM ${p.table} ORDER BY ${text(p)} DESC, ${p.key}`,
  'first of order': (p) => `SELECT ${p.key} FROM ${p.table} ORDER BY ${text(p)}, ${p.key} LIMIT 3`,
  group: (p) => `SELECT ${text(p)} AS v, count(*) FROM ${p.table} GROUP BY v ORDER BY v`,
  'grouping sets': (p) =>
    `SELECT ${text(p)} AS v, count(*) FROM ${p.table} GROUP BY GROUPING SETS ((v), ()) ORDER BY ALL`,
  having: (p) =>
    `SELECT ${p.key} FROM ${p.table} GROUP BY ${p.key} HAVING max(${text(p)}) IS NOT NULL ORDER BY 1`,
  distinct: (p) =>
    `SELECT DISTINCT ON (${text(p)}) ${p.key} FROM ${p.table} ORDER BY ${text(p)}, ${p.key}`,
  window: (p) =>
    `SELECT ${p.key}, row_number() OVER (PARTITION BY ${text(p)} ORDER BY ${p.key}) FROM ${p.table} ORDER BY ALL`,
  'window order': (p) =>
    `SELECT ${p.key}, lag(${text(p)}) OVER (ORDER BY ${text(p)}, ${p.key}) FROM ${p.table} ORDER BY ALL`,
  qualify: (p) =>
    `SELECT ${p.key} FROM ${p.table} QUALIFY row_number() OVER (ORDER BY ${text(p)}, ${p.key}) < 4`,
  'scalar subquery': (p) =>
    `SELECT (SELECT ${text(p)} FROM ${p.table} ORDER BY ${p.key} LIMIT 1), count(*) FROM ${p.table}`,
  exists: (p) =>
    counted(
      `(VALUES (1), (2)) d(k) WHERE EXISTS (SELECT 1 FROM ${p.table} t WHERE t.${p.key} > d.k AND ${test(p)})`,
    ),
  'in subquery': (p) =>
    counted(`${p.table} WHERE ${p.key} IN (SELECT ${p.key} FROM ${p.table} WHERE ${test(p)})`),
  'not in subquery': (p) =>
    counted(`(VALUES ('a')) d(k) WHERE k NOT IN (SELECT ${text(p)} FROM ${p.table})`),
  'any subquery': (p) =>
    counted(`(VALUES ('z')) d(k) WHERE k > ANY (SELECT ${text(p)} FROM ${p.table})`),
  union: (p) => `SELECT ${text(p)} FROM ${p.table} UNION SELECT 'a' ORDER BY ALL`,
  'union all': (p) =>
    counted(`(SELECT ${text(p)} FROM ${p.table} UNION ALL SELECT region FROM ${p.table})`),
  except: (p) =>
    `SELECT ${p.key} FROM ${p.table} EXCEPT SELECT ${p.key} FROM ${p.table} WHERE ${test(p)} ORDER BY ALL`,
  intersect: (p) =>
    `SELECT ${p.key} FROM ${p.table} WHERE ${test(p)} INTERSECT SELECT ${p.key} FROM ${p.table} ORDER BY ALL`,
  with: (p) =>
    `WITH c AS (SELECT ${p.value} AS v, ${p.key} FROM ${p.table}) ${counted('c WHERE v IS NOT NULL')}`,
  'with materialized': (p) =>
    `WITH c AS MATERIALIZED (SELECT ${text(p)} AS v FROM ${p.table}) ${counted('c a JOIN c b USING (v)')}`,
  'with recursive': (p) =>
    `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2 AND EXISTS (SELECT 1 FROM ${p.table} WHERE ${test(p)})) ${counted('c')}`,
  pivot: (p) =>
    `PIVOT (SELECT ${p.key} % 2 AS p, ${text(p)} AS v FROM ${p.table}) ON p IN (0, 1) USING count(v)`,
  unpivot: (p) =>
    `SELECT * FROM (UNPIVOT (SELECT ${p.key}, ${text(p)} AS v, region AS w FROM ${p.table}) ON v, w) ORDER BY ALL`,
  'aggregate filter': (p) =>
    `SELECT count(*) FILTER (WHERE ${test(p)}), max(region) FROM ${p.table}`,
  aggregate: (p) =>
    `SELECT min(${text(p)}), max(${text(p)}), approx_count_distinct(${text(p)}) FROM ${p.table}`,
  'ordered aggregate': (p) =>
    `SELECT list(${p.key} ORDER BY ${text(p)}, ${p.key}), arg_max(${p.key}, ${text(p)}) FROM ${p.table}`,
  histogram: (p) => `SELECT histogram(${text(p)}) FROM ${p.table}`,
  sample: (p) =>
    `SELECT ${p.key} FROM ${p.table} WHERE ${test(p)} USING SAMPLE reservoir(5 ROWS) REPEATABLE (7)`,
  'sample of table': (p) =>
    counted(
      `(SELECT * FROM ${p.table} TABLESAMPLE bernoulli(50%) REPEATABLE (7)) WHERE ${test(p)}`,
    ),
  'sample of blocks': (p) =>
    counted(`(SELECT * FROM ${p.table} TABLESAMPLE system(50%) REPEATABLE (7)) WHERE ${test(p)}`),
  limit: (p) =>
    `SELECT ${p.key} FROM ${p.table} ORDER BY 1 LIMIT (SELECT count(*) FROM ${p.table} WHERE ${test(p)})`,
  offset: (p) =>
    `SELECT ${p.key} FROM ${p.table} ORDER BY 1 LIMIT 2 OFFSET (SELECT count(*) // 2 FROM ${p.table} WHERE ${test(p)})`,
  values: (p) => `VALUES ((SELECT count(*) FROM ${p.table} WHERE ${test(p)}), 1)`,
  'list of rows': (p) =>
    `SELECT len([x FOR x IN list(${text(p)}) IF x IS NOT NULL]) FROM ${p.table}`,
  'unnest in from': (p) => counted(`${p.table} t, unnest([${text(p)}]) u(v) WHERE v IS NOT NULL`),
  'unnest in select': (p) => counted(`(SELECT unnest([${text(p)}, 'a']) AS v FROM ${p.table})`),
  'whole row': (p) => `SELECT max(CAST(t AS VARCHAR)) FROM ${p.table} t WHERE ${test(p)}`,
  'columns expression': (p) => `SELECT max(COLUMNS('^${p.key}$')) FROM ${p.table} WHERE ${test(p)}`,
  'star replace': (p) =>
    counted(`(SELECT * REPLACE (${text(p)} AS region) FROM ${p.table}) WHERE region IS NOT NULL`),
  try: (p) => counted(`${p.table} WHERE TRY(${p.value}) IS NOT NULL`),
  coalesce: (p) => `SELECT coalesce(max(${text(p)}), 'none') FROM ${p.table}`,
  collate: (p) =>
    `SELECT ${p.key} FROM ${p.table} ORDER BY ${text(p)} COLLATE nocase, ${p.key} LIMIT 2`,
  'probe of hidden rows': (p) =>
    counted(
      `${p.table} WHERE CASE WHEN region = 'FR' OR region IS NULL THEN ${test(p)} ELSE true END`,
    ),
  'probe of a prefix': (p) => counted(`${p.table} WHERE sec LIKE 'weft%' AND ${test(p)}`),
  'top of a union': (p) =>
    `SELECT v FROM (SELECT ${text(p)} AS v FROM ${p.table} UNION ALL VALUES ('zz')) ORDER BY v DESC LIMIT 1`,
};

/** Questions without an expression, asked once of each policy on each form of table. */
export const PLAIN_QUESTIONS: Readonly<Record<string, (parts: Omit<Parts, 'value'>) => string>> = {
  whole: ({ table }) => `SELECT * FROM ${table}`,
  // Why: which rows come first follows from the plan, and that from how many files the engine thinks it reads.
  'unordered join': ({ table, key }) =>
    `SELECT t.${key}, d.k FROM ${table} t JOIN range(3000) d(k) ON t.${key} % 4 = d.k % 4 LIMIT 9`,
};
