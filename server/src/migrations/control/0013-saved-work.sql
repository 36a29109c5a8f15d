-- What subjects keep for themselves and others: queries, searches, products that they follow.
--
-- Not here: answers of queries, or any value of a row.

create table saved_work (
  saved text primary key,
  kind text not null check (kind in ('query', 'search', 'follow')),
  name text not null,
  body jsonb not null,
  product text,
  owner text not null references subjects (id),
  -- "nobody", "everybody", or a list of subjects
  shared_with jsonb not null,
  version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- when the owner looked last at what a search found
  seen_at timestamptz
);
create index saved_work_by_owner on saved_work (owner, kind, saved);
create index saved_work_shared on saved_work using gin (shared_with) where shared_with <> '"nobody"';
create unique index saved_work_follows on saved_work (owner, product) where kind = 'follow';

create index products_created on products (created_at);
