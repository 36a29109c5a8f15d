-- The control plane's schema: identity, registry, agreements, policies, discovery, reports of nodes, mesh-wide events.
--
-- Not here: rows of any data product, and the audit chain's table. What is published is never rewritten: triggers refuse
-- to change or delete a contract version, a policy version or an event, whoever asks.

create table subjects (
  id text primary key,
  name text not null,
  roles jsonb not null,
  domains jsonb not null,
  attributes jsonb not null,
  updated_at timestamptz not null
);

create table domains (
  name text primary key,
  title text not null,
  description text,
  owners jsonb not null,
  stewards jsonb not null,
  node text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table products (
  product text primary key,
  domain text not null references domains (name),
  name text not null,
  title text,
  description text,
  -- active or retired: a registry fact that wins over the document's own status
  status text not null check (status in ('active', 'retired')),
  tags jsonb not null,
  owner text,
  -- the ODPS document as it was sent, and its ports
  odps text,
  odps_hash text,
  output_ports jsonb not null,
  input_ports jsonb not null,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (domain, name)
);

create table contracts (
  product text not null references products (product),
  version text not null,
  major integer not null,
  minor integer not null,
  patch integer not null,
  contract_id text not null,
  -- place in the chain of the contract id, from 1, in order of publication
  ordinal integer not null,
  hash text not null,
  -- hash of the signed statement, and of the one before it
  statement_hash text not null,
  predecessor text,
  -- the published bytes as text, exactly as they came
  source text not null,
  media text not null check (media in ('application/yaml', 'application/json')),
  envelope jsonb not null,
  tables jsonb not null,
  published_by text not null,
  published_at timestamptz not null,
  primary key (product, version),
  unique (contract_id, version),
  unique (contract_id, ordinal)
);
create index contracts_by_line on contracts (product, major, minor desc, patch desc);
create index contracts_by_hash on contracts (hash);

-- Keys of domains with the certificate by which the root key of the mesh vouches for them.
create table domain_keys (
  key_id text primary key,
  domain text not null references domains (name),
  public_key text not null,
  certificate jsonb not null,
  created_at timestamptz not null
);

create table table_claims (
  domain text not null references domains (name),
  table_name text not null,
  product text not null references products (product),
  object_id text not null,
  claimed_at timestamptz not null,
  primary key (domain, table_name)
);
create index table_claims_by_product on table_claims (product);

create table agreements (
  agreement text primary key,
  product text not null references products (product),
  domain text not null,
  major integer not null,
  subject text not null,
  purpose text not null,
  columns jsonb,
  filter text,
  masks jsonb not null,
  granularity text,
  until timestamptz,
  state text not null,
  why text,
  requested_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  because text,
  revision integer not null
);
create index agreements_by_subject on agreements (subject, product);
create index agreements_by_product on agreements (product, state);
create index agreements_by_end on agreements (until) where state in ('requested', 'countered', 'approved', 'active');

create table policies (
  product text not null references products (product),
  version integer not null,
  row_filter text,
  hidden_classifications jsonb not null,
  auto_approve_purposes jsonb not null,
  -- SHA-256 over the canonical form of this version with its predecessor's hash: the chain
  hash text not null,
  predecessor text,
  updated_by text not null,
  updated_at timestamptz not null,
  primary key (product, version)
);

create table batches (
  batch text primary key,
  product text not null,
  domain text not null,
  table_name text not null,
  state text not null,
  records_in bigint not null,
  records_good bigint not null,
  started timestamptz not null,
  finished timestamptz,
  report jsonb not null
);
create index batches_by_product on batches (product, started desc);

create table measurements (
  product text not null,
  table_name text not null,
  major integer not null,
  measured_at timestamptz not null,
  measurement jsonb not null,
  primary key (product, table_name, major)
);

-- One row a product: what discovery filters, ranks and counts. Rebuilt in the transaction that changes the product.
create table search_documents (
  product text primary key references products (product),
  domain text not null,
  name text not null,
  title text,
  status text not null,
  version text not null,
  version_key integer[] not null,
  owners text[] not null,
  tags text[] not null,
  terms text[] not null,
  purposes text[] not null,
  columns text[] not null,
  rules text[] not null,
  classification text,
  granularity text,
  licence text,
  region text,
  frequency double precision,
  retention double precision,
  promise_freshness double precision,
  promise_latency double precision,
  promise_availability double precision,
  measured_rows double precision,
  measured_bytes double precision,
  measured_pass_rate double precision,
  measured_batches double precision,
  measured_consumers double precision,
  last_batch timestamptz,
  -- the fact sheet as JSON: column types, nulls, distinct, and what a hit shows
  facts jsonb not null,
  names text not null,
  words tsvector not null
);
create index search_documents_words on search_documents using gin (words);
-- Pages are in the order of code points, whatever the database's own collation is.
create index search_documents_product on search_documents (product collate "C");
create index search_documents_rows on search_documents (measured_rows desc nulls last, product collate "C");
create index search_documents_domain on search_documents (domain);
create index search_documents_columns on search_documents using gin (columns);
create index search_documents_tags on search_documents using gin (tags);

-- Typing errors are forgiven where the server has trigrams; without them search works on whole words and prefixes.
do $$
begin
  create extension if not exists pg_trgm with schema public;
  execute 'create index search_documents_names on search_documents using gin (names public.gin_trgm_ops)';
exception when others then
  null;
end
$$;

create table event_counter (
  one boolean primary key default true check (one),
  position bigint not null
);
insert into event_counter (position) values (0);

create table events (
  position bigint primary key,
  source text not null,
  id text not null,
  type text not null,
  product text,
  time timestamptz not null,
  event jsonb not null,
  unique (source, id)
);
create index events_by_product on events (product, position);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed', tg_table_name using errcode = 'WF001';
end
$$;
create trigger contracts_frozen before update or delete on contracts for each row execute function refuse_change();
create trigger policies_frozen before update or delete on policies for each row execute function refuse_change();
create trigger events_frozen before update or delete on events for each row execute function refuse_change();
