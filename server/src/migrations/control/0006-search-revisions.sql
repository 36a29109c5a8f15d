-- Which transaction wrote a search document last, and which gave it other words: by these a reader that keeps documents
-- in memory sees what changed since it looked. No counter, which writers would have to wait for: a reader remembers the
-- oldest transaction that was still open, and what was written by that one or a later one it reads again.
--
-- Documents that are there already get a transaction before all others.

alter table search_documents
  add column revision xid8 not null default '0',
  add column words_revision xid8 not null default '0';
alter table search_documents
  alter column revision set default pg_current_xact_id(),
  alter column words_revision set default pg_current_xact_id();
create index search_documents_revision on search_documents (revision);
