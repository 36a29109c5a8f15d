-- Sets that a policy declares, and what nodes tell of their lists: versions and counts, never a key.

alter table policies add column sets jsonb not null default '{}';

create table key_lists (
  product text not null,
  set_name text not null,
  -- Of what is declared and of whom it is read as: a list of an earlier declaration is none of this one
  declaration text not null,
  -- Null while the list cannot be read
  version text,
  keys integer,
  subjects integer,
  -- Error code, where it cannot be read
  problem text,
  read_at timestamptz not null,
  primary key (product, set_name)
);
