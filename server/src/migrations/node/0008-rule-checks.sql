-- The last check of each rule that is checked on the committed table at times of its own.

create table rule_checks (
  domain text not null,
  table_name text not null,
  major integer not null,
  rule text not null,
  product text not null,
  checked_at timestamptz not null,
  -- as in a batch report
  result jsonb not null,
  primary key (domain, table_name, major, rule)
);
create index rule_checks_by_product on rule_checks (product);
