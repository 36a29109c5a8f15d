-- A record that was there already is no bad one: each table counts those, too.

alter table tables add column records_repeated bigint not null default 0;

update tables set records_repeated = counted.repeated
from (
  select domain, table_name, major, coalesce(sum((report->'records'->>'duplicates')::bigint), 0) as repeated
  from batches where state = 'committed' group by domain, table_name, major
) as counted
where tables.domain = counted.domain and tables.table_name = counted.table_name and tables.major = counted.major;

create or replace function count_committed_batch() returns trigger language plpgsql as $$
begin
  update tables set
    batches_committed = batches_committed + 1,
    records_in = records_in + case when new.root is null then new.records_in else 0 end,
    records_good = records_good + new.records_good,
    records_repeated = records_repeated + coalesce((new.report->'records'->>'duplicates')::bigint, 0)
  where domain = new.domain and table_name = new.table_name and major = new.major;
  return null;
end
$$;
