-- The domain node's schema: tables and their pointers, contracts in use, batches, held files, quarantine, outbox.
--
-- Not here: rows of any table, which are in Parquet files. The pointer of a table, the state of the batch, its quarantine
-- and its event change in one transaction; whoever changes a table's pointer holds the lock of the table's row.

create table tables (
  domain text not null,
  table_name text not null,
  major integer not null check (major >= 0),
  -- stable id of the contract's object, and the product that it belongs to (domain.product)
  object_id text not null,
  product text not null,
  -- the contract version that the table's columns follow
  contract_id text not null,
  contract_version text not null,
  contract_hash text not null check (contract_hash ~ '^[0-9a-f]{64}$'),
  table_uuid text not null unique,
  location text not null unique,
  -- the pointer: null before the first commit; version counts its changes
  metadata_location text,
  version bigint not null default 0,
  -- number of the next data event; gapless, taken under the lock of this row
  next_sequence bigint not null default 1 check (next_sequence >= 1),
  rows bigint not null default 0,
  bytes bigint not null default 0,
  last_commit timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (domain, table_name, major)
);
create index tables_by_product on tables (product, major);

-- Verified contracts as they were fetched, so that a node goes on when the control plane is away.
create table contracts (
  product text not null,
  version text not null,
  contract_id text not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  source text not null,
  bundle jsonb not null,
  fetched_at timestamptz not null,
  primary key (product, version)
);

create table batches (
  batch text primary key,
  product text not null,
  domain text not null,
  table_name text not null,
  major integer not null,
  -- the producer's name for the batch; null when there was none
  key text,
  attempt integer not null check (attempt >= 1),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  state text not null check (state in ('landed', 'checking', 'committed', 'held', 'discarded', 'failed')),
  -- landed bytes; null once they are gone
  landing text,
  report jsonb not null,
  records_in bigint not null default 0,
  records_good bigint not null default 0,
  sequence bigint,
  snapshot text,
  submitted_by text not null,
  decided_by text,
  -- false until the control plane has the report
  reported boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
-- Of one key only one attempt counts; after failed or discarded there may be another.
create unique index batches_key on batches (product, key)
  where key is not null and state in ('landed', 'checking', 'committed', 'held');
create unique index batches_attempt on batches (product, key, attempt) where key is not null;
create index batches_by_product on batches (product, batch);
create index batches_by_state on batches (state, batch);
create index batches_unreported on batches (batch) where not reported;

-- Good files of held batches, with the statistics that a commit needs.
create table batch_files (
  batch text not null references batches (batch),
  position integer not null,
  path text not null,
  file jsonb not null,
  primary key (batch, position)
);

-- Where the refused and skipped records of a batch are.
create table quarantine (
  batch text primary key references batches (batch),
  product text not null,
  path text not null,
  bytes bigint not null,
  -- refused records, and duplicates that were skipped
  records bigint not null,
  duplicates bigint not null,
  by_rule jsonb not null,
  created_at timestamptz not null
);
create index quarantine_by_product on quarantine (product, batch);

-- Sequences of events that are not about the data of one table: order is promised, no gap is not.
create table event_sources (
  source text primary key,
  next_sequence bigint not null
);

create table outbox (
  position bigint generated always as identity primary key,
  source text not null,
  sequence bigint not null,
  id text not null unique,
  event jsonb not null,
  relayed boolean not null default false,
  created_at timestamptz not null,
  unique (source, sequence)
);
create index outbox_unrelayed on outbox (position) where not relayed;

create table operations (
  op text primary key,
  kind text not null,
  subject text not null,
  domain text not null,
  batch text references batches (batch),
  state text not null check (state in ('running', 'done', 'failed', 'cancelled')),
  progress jsonb not null,
  result jsonb,
  problem jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index operations_running on operations (op) where state = 'running';
