-- A record that was repaired was sent once: the batch that repairs others brings good records, and none that were sent.

update tables set records_in = counted.records_in
from (
  select domain, table_name, major, coalesce(sum(batches.records_in) filter (where root is null), 0) as records_in
  from batches where state = 'committed' group by domain, table_name, major
) as counted
where tables.domain = counted.domain and tables.table_name = counted.table_name and tables.major = counted.major;

create or replace function count_committed_batch() returns trigger language plpgsql as $$
begin
  update tables set
    batches_committed = batches_committed + 1,
    records_in = records_in + case when new.root is null then new.records_in else 0 end,
    records_good = records_good + new.records_good
  where domain = new.domain and table_name = new.table_name and major = new.major;
  return null;
end
$$;
