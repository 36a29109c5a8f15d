-- How many refused records of a batch are open is in its report, once something was decided about any of them.

update batches set reported = false,
  report = jsonb_set(report, '{quarantine,open}', to_jsonb(quarantine.open))
from quarantine where quarantine.batch = batches.batch
  and exists (select 1 from quarantine_marks where quarantine_marks.batch = batches.batch);
