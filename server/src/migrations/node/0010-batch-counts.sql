-- Each table counts its committed batches and their records, so that measuring it after every commit does not read all
-- batches that it ever had.
--
-- The counts change with the batch, in its transaction, whatever statement commits it. A committed batch stays committed.

alter table tables add column batches_committed bigint not null default 0;
alter table tables add column records_in bigint not null default 0;
alter table tables add column records_good bigint not null default 0;

update tables set batches_committed = counted.batches, records_in = counted.records_in, records_good = counted.records_good
from (
  select domain, table_name, major, count(*) as batches, sum(batches.records_in) as records_in, sum(batches.records_good) as records_good
  from batches where state = 'committed' group by domain, table_name, major
) as counted
where tables.domain = counted.domain and tables.table_name = counted.table_name and tables.major = counted.major;

create function count_committed_batch() returns trigger language plpgsql as $$
begin
  update tables set
    batches_committed = batches_committed + 1,
    records_in = records_in + new.records_in,
    records_good = records_good + new.records_good
  where domain = new.domain and table_name = new.table_name and major = new.major;
  return null;
end
$$;
create trigger batches_counted after update of state on batches for each row
  when (new.state = 'committed' and old.state <> 'committed') execute function count_committed_batch();
