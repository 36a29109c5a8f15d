/**
 * Commands about batches.
 */
import type { SourceFormat } from '@weft/core/ingest/ports';
import type { CommandSpec } from '../command.ts';
import { BECAUSE, PAGE, PRODUCT } from './shared-options.ts';

const ingest = () => import('../commands/ingest.ts');
const batch = () => import('../commands/batch.ts');
const restating = () => import('../commands/restate.ts');

/** Formats that a node takes. */
export const BATCH_FORMATS = [
  'csv',
  'ndjson',
  'json',
  'parquet',
  'avro',
] as const satisfies readonly SourceFormat[];

export const BATCHES: readonly CommandSpec[] = [
  {
    path: 'ingest',
    args: '<product> [files...]',
    summary: 'send each file as a batch; a folder, a quoted pattern or a manifest is one batch',
    example: 'weft ingest point_of_sale.transactions day.csv.gz --key 2026-11-22',
    options: [
      {
        flags: '--manifest <file>',
        text: 'one batch of the files that it lists: path, and sha256 and records if known',
      },
      { flags: '--together', text: 'one batch of all the files that are named' },
      { flags: '--key <text>', text: 'your key of the batch: the same key twice is one batch' },
      {
        flags: '--format <format>',
        text: 'format of the files (else by their names)',
        choices: BATCH_FORMATS,
      },
      { flags: '--wait', text: 'wait for the verdict (the default; kept for scripts)' },
      {
        flags: '--no-wait',
        text: 'return once the bytes are safe; follow with `weft batches show`',
      },
    ],
    load: async () => (await ingest()).ingest,
  },
  {
    path: 'batches list',
    summary: 'batches, newest first',
    example: 'weft batches list --product loyalty.households --state held',
    options: [
      ...PAGE,
      PRODUCT,
      {
        flags: '--state <state>',
        text: 'in this state only',
        choices: ['landed', 'checking', 'committed', 'held', 'discarded', 'failed'],
      },
    ],
    load: async () => (await batch()).list,
  },
  {
    path: 'batches show',
    args: '<batch>',
    summary: 'the report of one batch',
    example: 'weft batches show bat_01KABCDEFGHJKMNPQRSTVWXYZ0',
    load: async () => (await batch()).show,
  },
  {
    path: 'batches release',
    args: '<batch>',
    summary: 'commit the good rows of a held batch',
    example: 'weft batches release bat_01KABCDEFGHJKMNPQRSTVWXYZ0 --because "known late store"',
    options: [BECAUSE],
    load: async () => (await batch()).release,
  },
  {
    path: 'batches discard',
    args: '<batch>',
    summary: 'give up a held batch; its key may be used again',
    example: 'weft batches discard bat_01KABCDEFGHJKMNPQRSTVWXYZ0 --because "wrong file"',
    options: [BECAUSE],
    load: async () => (await batch()).discard,
  },
  {
    path: 'restate',
    args: '<product>',
    summary: 'delete or correct rows of a table, held to its contract',
    example:
      'weft restate sales.orders --where "store = \'S1\'" --set "currency=\'EUR\'" --because "wrong till"',
    options: [
      { flags: '--where <condition>', text: 'which rows, as in --where of searches' },
      {
        flags: '--set <column=expression>',
        text: 'put the value of an SQL expression',
        many: true,
      },
      { flags: '--delete', text: 'delete the rows' },
      { flags: '--preview', text: 'say what it would do, and do nothing' },
      BECAUSE,
      { flags: '--key <text>', text: 'your name for it: the same key twice is carried out once' },
      { flags: '--if-sequence <n>', text: 'only on the rows that a preview saw: its sequence' },
    ],
    load: async () => (await restating()).restate,
  },
  {
    path: 'restatements',
    args: '<product>',
    summary: 'rows that were deleted or corrected: how many, when, by whom and why',
    example: 'weft restatements sales.orders',
    options: PAGE,
    load: async () => (await restating()).list,
  },
];
