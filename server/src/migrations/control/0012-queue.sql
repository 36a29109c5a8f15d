-- What waits for whom: nothing of it is stored but what a subject does not want to see for a while. The rest is read from
-- requests, batches and search documents, by these indexes.

create table queue_snoozes (
  subject text not null references subjects (id),
  item text not null,
  until timestamptz not null,
  primary key (subject, item)
);

alter table search_documents add column misses_left integer;
create index search_documents_misses_left on search_documents (domain, product) where misses_left <= 1;

create index batches_waiting on batches (domain, started) where state in ('held', 'failed');
create index batches_refused on batches (domain, started) where records_in > records_good and state = 'committed';
create index batches_parents on batches using gin ((report->'parents')) where report->'parents' is not null;
create index agreements_waiting on agreements (domain, requested_at) where state = 'requested';
