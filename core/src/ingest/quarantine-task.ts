/**
 * Carries out one piece of work over quarantine files: the door by which another process asks for it.
 */
import { exportRows } from './quarantine-export.ts';
import { countRows, groupCauses, markRows, searchRows } from './quarantine-search.ts';
import { countFixes } from './repair-fixes.ts';
import type { QuarantineAnswer, QuarantineTask, RepairPorts } from './repair-ports.ts';
import { prepareRepair } from './repair-prepare.ts';

export async function runQuarantineTask(
  ports: RepairPorts,
  work: QuarantineTask,
): Promise<QuarantineAnswer> {
  switch (work.task) {
    case 'rows':
      return { task: 'rows', ...(await searchRows(ports.engine, work.query)) };
    case 'causes':
      return { task: 'causes', causes: await groupCauses(ports.engine, work) };
    case 'count':
      return { task: 'count', counts: await countRows(ports.engine, work) };
    case 'fixes':
      return { task: 'fixes', counts: await countFixes(ports, work) };
    case 'mark':
      return { task: 'mark', marked: await markRows(ports, work) };
    case 'export':
      return { task: 'export', records: await exportRows(ports, work.request) };
    case 'prepare':
      return { task: 'prepare', prepared: await prepareRepair(ports, work.request) };
  }
}
