-- Tags of columns count as tags of their product, in the condition and the facet `tag`.

-- Products that are there already: each document is written anew by the sweep that follows promises, some hundred a minute.
update search_documents set state_until = 'epoch';
