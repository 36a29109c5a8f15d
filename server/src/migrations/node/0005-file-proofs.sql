-- What proves the bytes of the files that the store names: data and metadata files of kept table versions, files of held
-- batches, quarantine files. A row comes in the transaction that makes its file count and goes in the one that lets the
-- file go, so a row without its file is damage.

create table file_proofs (
  uri text primary key,
  bytes bigint not null check (bytes >= 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null
);
