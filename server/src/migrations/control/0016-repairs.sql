-- Repairs of refused records by domain, for the queue: there are few of them, and one look at all costs less than one for
-- each batch that has refused records.

drop index batches_parents;
create index batches_repairs on batches (domain, started) where report->'parents' is not null;
