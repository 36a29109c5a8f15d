-- Uploads that can be resumed: what a sender said of his bytes, and how many of them are safe on disk.
--
-- Not the bytes, which are files of the node. `received` grows only after the bytes below it were synced.

create table uploads (
  upload text primary key,
  subject text not null,
  -- domain.product or domain.product@MAJOR, as the sender named it
  product text not null,
  name text,
  length bigint not null check (length >= 0),
  -- SHA-256 that the sender stated when he began; null when he did not
  stated text check (stated ~ '^[0-9a-f]{64}$'),
  received bigint not null default 0 check (received between 0 and length),
  -- SHA-256 of the bytes, once they are whole
  digest text check (digest ~ '^[0-9a-f]{64}$'),
  -- the newest batch that was made of it; it may be one that was never stored
  batch text,
  -- true once a batch that counts has the bytes: they are no longer kept here
  taken boolean not null default false,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index uploads_by_subject on uploads (subject, upload);
create index uploads_by_expiry on uploads (expires_at);
