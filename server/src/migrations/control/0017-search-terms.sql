-- What a product costs, as a search filters and counts it: free, priced, or null where its contract names no price.

alter table search_documents add column price text check (price in ('free', 'priced'));
alter table search_documents alter column price set storage main;

-- Products that are there already: each fact sheet is written anew by the sweep that follows promises, some hundred a minute.
update search_documents set state_until = 'epoch';
