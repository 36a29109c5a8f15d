-- How search documents lie on the disk, so that a search among 100,000 of them reads little.
--
-- What is filtered, ranked and counted stands together in the row; the fact sheet, which only the hits of one page need,
-- stands apart. A word index keeps few entries that are not sorted in yet: each search reads all of them.

alter table search_documents
  alter column product set storage main,
  alter column domain set storage main,
  alter column name set storage main,
  alter column title set storage main,
  alter column status set storage main,
  alter column version set storage main,
  alter column version_key set storage main,
  alter column owners set storage main,
  alter column tags set storage main,
  alter column terms set storage main,
  alter column purposes set storage main,
  alter column columns set storage main,
  alter column rules set storage main,
  alter column classification set storage main,
  alter column granularity set storage main,
  alter column licence set storage main,
  alter column region set storage main,
  alter column names set storage main,
  alter column words set storage main;
alter table search_documents set (toast_tuple_target = 128);
-- Writes every row anew, for what is there already. A new type would reset the storage of its column: the fact sheet's is
-- left as it is by default.
alter table search_documents alter column facts type json using facts::text::json;

alter index search_documents_words set (gin_pending_list_limit = 64);
alter index search_documents_columns set (gin_pending_list_limit = 64);
alter index search_documents_tags set (gin_pending_list_limit = 64);
do $$
begin
  if to_regclass('search_documents_names') is not null then
    alter index search_documents_names set (gin_pending_list_limit = 64);
  end if;
end
$$;

-- Pages of the freshest products first.
create index search_documents_last_batch on search_documents (last_batch desc nulls last, product collate "C");

-- Which granularities there are, without reading a document.
create index search_documents_granularity on search_documents (granularity) where granularity is not null;
