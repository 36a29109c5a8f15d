-- Products are found by what their domain is called, too, and by the tags of their columns.

-- Products that are there already: each document is written anew by the sweep that follows promises, some hundred a minute.
update search_documents set state_until = 'epoch';
