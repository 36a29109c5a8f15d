-- jsonb forgets the order of keys, and people expect a table's columns in the order of its contract.

alter table search_documents alter column facts type json using facts::json;
