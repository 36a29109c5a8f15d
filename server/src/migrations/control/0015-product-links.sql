-- What products depend on: references of contracts and input ports, by product, so that the graph of a mesh is read without
-- reading its contracts. Rebuilt with the search document, in the transaction that changes what it says.

create table product_links (
  product text not null references products (product),
  kind text not null check (kind in ('reference', 'input')),
  -- a product of this mesh, or the name of something outside of it
  target text not null,
  is_outside boolean not null,
  columns jsonb,
  primary key (product, kind, target)
);
create index product_links_target on product_links (target);

-- Products that are there already: each is looked at again by the sweep that follows promises, some hundred a minute.
update search_documents set state_until = 'epoch';
