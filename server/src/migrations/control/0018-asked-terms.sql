-- What was asked for, beside what was offered or granted instead. Null where a request was answered before this was kept: what it
-- asked for is not known any more.

alter table agreements add column asked jsonb;
