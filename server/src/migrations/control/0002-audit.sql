-- The audit log: a chain of entries that can be added to and never changed, checkpoints that pin it, and, apart from
-- both, the personal values behind the commitments, which can be erased without breaking the chain.

create table audit_entries (
  index bigint primary key check (index >= 0),
  at text not null check (at ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$'),
  actor text not null,
  action text not null,
  subject text not null,
  -- Canonical JSON (RFC 8785) as text: the hash is made over these very characters.
  details text not null,
  previous text not null check (previous ~ '^[0-9a-f]{64}$'),
  hash text not null unique check (hash ~ '^[0-9a-f]{64}$')
);
create index audit_entries_subject on audit_entries (subject, index);
create index audit_entries_actor on audit_entries (actor, index);
create index audit_entries_action on audit_entries (action, index);

create table audit_salts (
  commitment text primary key check (commitment ~ '^[0-9a-f]{64}$'),
  -- Whose value it is: erasing a person deletes the rows with this key.
  person text not null,
  salt text not null,
  value text not null
);
create index audit_salts_person on audit_salts (person);

create table audit_checkpoints (
  index bigint primary key references audit_entries (index),
  hash text not null,
  at text not null,
  key_id text not null,
  signature text not null
);

create function audit_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% takes rows and never changes them', tg_table_name using errcode = 'WF001';
end
$$;

create trigger audit_entries_append_only before update or delete or truncate on audit_entries
  for each statement execute function audit_refuse_change();
create trigger audit_checkpoints_append_only before update or delete or truncate on audit_checkpoints
  for each statement execute function audit_refuse_change();
create trigger audit_salts_no_update before update on audit_salts
  for each statement execute function audit_refuse_change();
