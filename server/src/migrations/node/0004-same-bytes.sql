-- Batches by their bytes: a batch whose bytes came before says so in its report.

create index batches_by_bytes on batches (product, sha256);
