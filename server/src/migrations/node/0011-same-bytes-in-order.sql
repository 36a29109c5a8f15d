-- The newest batch with the same bytes, without walking back through all batches of the product.

drop index batches_by_bytes;
create index batches_by_bytes on batches (product, sha256, batch);
