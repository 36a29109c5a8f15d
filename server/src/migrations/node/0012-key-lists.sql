-- Key lists of sets, as they were read last from the tables of this node. They are rows of data: they never leave it.

create table key_lists (
  product text not null,
  set_name text not null,
  -- Hash of all that the list was read from: declaration, rights of the one it is read as, version of the table
  basis text not null,
  version text not null,
  -- {"keys": […]} or {"subjects": {"ana": […]}}
  content jsonb not null,
  read_at timestamptz not null,
  primary key (product, set_name)
);
