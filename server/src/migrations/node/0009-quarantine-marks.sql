-- What became of refused records: a batch that repairs another names its root, and decisions are marks beside the quarantine
-- files, which never change.

-- The batch whose records these were at first; null for a batch that was sent.
alter table batches add column root text references batches (batch);
create index batches_by_root on batches (root, batch) where root is not null;

-- Records that nobody decided about, and a number that grows with each decision: whoever decides on what he saw compares it.
alter table quarantine add column open bigint not null default 0 check (open >= 0);
alter table quarantine add column version bigint not null default 0;
-- How the records are to be read; null for batches that were checked before this was kept.
alter table quarantine add column layout jsonb;
update quarantine set open = records;
create index quarantine_open on quarantine (product, batch) where open > 0;

-- A decision about records of one batch: given up, or sent again as the batch `child`.
create table quarantine_marks (
  mark text not null,
  batch text not null references quarantine (batch),
  kind text not null check (kind in ('discarded', 'replayed')),
  records bigint not null check (records > 0),
  -- Parquet of (batch, record, child, child_record)
  path text not null,
  child text references batches (batch),
  because text,
  decided_by text not null,
  created_at timestamptz not null,
  primary key (mark, batch),
  check ((kind = 'replayed') = (child is not null))
);
create index quarantine_marks_by_batch on quarantine_marks (batch);
create index quarantine_marks_by_child on quarantine_marks (child) where child is not null;
