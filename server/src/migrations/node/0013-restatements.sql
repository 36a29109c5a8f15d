-- Rows of tables that were deleted or changed on purpose: what came of each request, so that its key counts once, and its
-- operation knows its end after a crash. Not which rows: neither conditions nor values are kept.

create table restatements (
  restatement text primary key,
  product text not null,
  domain text not null,
  key text,
  -- SHA-256 of what was asked under the key
  fingerprint text not null,
  op text,
  report jsonb not null,
  created_at timestamptz not null
);
create unique index restatements_by_key on restatements (domain, key) where key is not null;
create index restatements_by_product on restatements (product, restatement);
create unique index restatements_by_op on restatements (op) where op is not null;
