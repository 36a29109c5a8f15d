-- Files that no version of a table names any more: deleted when no reader can still be at them.

create table unreachable_files (
  uri text primary key,
  domain text not null,
  table_name text not null,
  major integer not null,
  -- when the commit that dropped them became durable
  unreachable_at timestamptz not null
);
create index unreachable_files_by_age on unreachable_files (unreachable_at);
