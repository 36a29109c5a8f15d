-- Whether products keep what they promise: kept in the search document, so that a search filters and counts by it.
--
-- `state` is null while nothing was measured. `state_until`: when a promise about time gets worse by itself, or a day ends
-- that counts; then the document is written anew.

alter table search_documents
  add column state text check (state in ('kept', 'close', 'missed')),
  add column state_since timestamptz,
  add column state_until timestamptz;
alter table search_documents alter column state set storage main;
create index search_documents_state_until on search_documents (state_until) where state_until is not null;
create index search_documents_missed on search_documents (domain, product) where state = 'missed';

-- The newest batch of each table whose rules were judged, and batches by the time of their arrival.
create index batches_judged on batches (product, table_name, started desc) where state in ('committed', 'held');
-- Agreements of a product in the order of their decisions.
create index agreements_decided on agreements (product, decided_at desc) where decided_at is not null;
