-- When data came last: a repair of records that were refused before is no arrival, and must not make a late table look fresh.

alter table tables add column last_arrival timestamptz;

update tables set last_arrival = came.at
from (
  select domain, table_name, major, max(coalesce((report->>'finished')::timestamptz, updated_at)) as at
  from batches where state = 'committed' and root is null group by domain, table_name, major
) as came
where tables.domain = came.domain and tables.table_name = came.table_name and tables.major = came.major;

create or replace function count_committed_batch() returns trigger language plpgsql as $$
begin
  update tables set
    batches_committed = batches_committed + 1,
    records_in = records_in + case when new.root is null then new.records_in else 0 end,
    records_good = records_good + new.records_good,
    records_repeated = records_repeated + coalesce((new.report->'records'->>'duplicates')::bigint, 0),
    last_arrival = case when new.root is null then greatest(last_arrival, new.updated_at) else last_arrival end
  where domain = new.domain and table_name = new.table_name and major = new.major;
  return null;
end
$$;
