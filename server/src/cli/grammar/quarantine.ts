/**
 * Commands about refused rows: what is wrong, where and how much; repairs, replays, discards.
 */
import type { CommandSpec, OptionSpec } from '../command.ts';
import { BECAUSE, OUT, PAGE, PRODUCT } from './shared-options.ts';

const reading = () => import('../commands/quarantine.ts');
const repairing = () => import('../commands/quarantine-repair.ts');

const CAUSE: readonly OptionSpec[] = [
  { flags: '--rule <id>', text: 'refused by this rule' },
  { flags: '--column <name>', text: 'refused for this column' },
  { flags: '--value <text>', text: 'whose refused value has this text in it; "" for no value' },
  { flags: '--reason <text>', text: 'whose reason has these words' },
  { flags: '--since <time>', text: 'of batches that came at this time or later' },
  { flags: '--until <time>', text: 'of batches that came before this time' },
];
const STATE: OptionSpec = {
  flags: '--state <state>',
  text: 'in this state (of a product the open ones are shown, of a batch all)',
  choices: ['open', 'held', 'repaired', 'replayed', 'discarded', 'duplicate'],
};
const CHANGES: readonly OptionSpec[] = [
  { flags: '--map <column:old=new>', text: 'put a new value for an old one', many: true },
  { flags: '--set <column=expression>', text: 'put the value of an SQL expression', many: true },
  { flags: '--raw <expression>', text: 'put new text for the record: an SQL expression over raw' },
  { flags: '--file <file>', text: 'your own fixes as NDJSON: an export with new raw or values' },
];

export const EXPORT_FORMATS = ['ndjson', 'csv', 'parquet'] as const;

export const QUARANTINE: readonly CommandSpec[] = [
  {
    path: 'quarantine list',
    summary: 'what is wrong, where and how much; with --batches, batch by batch',
    example: 'weft quarantine list --product point_of_sale.transactions',
    options: [
      ...PAGE,
      PRODUCT,
      { flags: '--batches', text: 'the balance of each batch instead of causes' },
      ...CAUSE,
    ],
    load: async () => (await reading()).list,
  },
  {
    path: 'quarantine show',
    args: '<batch-or-product>',
    summary: 'bad rows with record, line, field, value, rule, state and message',
    example: 'weft quarantine show point_of_sale.transactions --rule quantity.range',
    options: [...PAGE, ...CAUSE, STATE],
    load: async () => (await reading()).show,
  },
  {
    path: 'quarantine export',
    args: '<batch-or-product>',
    summary: 'bad rows with their raw bytes and reasons, to keep or to mend',
    example: 'weft quarantine export bat_01KABCDEFGHJKMNPQRSTVWXYZ0 --out bad.ndjson',
    options: [
      OUT,
      { flags: '--format <format>', text: 'default ndjson', choices: EXPORT_FORMATS },
      ...CAUSE,
      { ...STATE, text: 'in this state; all are exported when none is named' },
    ],
    load: async () => (await reading()).exportRows,
  },
  {
    path: 'quarantine repair',
    args: '[batch-or-product]',
    summary: 'show what a repair would do; nothing is changed',
    example:
      'weft quarantine repair sales.orders --rule country.values --map "country:Deutschland=DE"',
    options: [
      ...CHANGES,
      ...CAUSE,
      { flags: '--samples <n>', text: 'changed rows to show, up to 200 (default 10)' },
    ],
    load: async () => (await repairing()).repair,
  },
  {
    path: 'quarantine replay',
    args: '[batch-or-product]',
    summary: 'send open rows again, repaired or as they are; each at most once',
    example:
      'weft quarantine replay sales.orders --rule gtin.type --set "gtin=lpad(gtin, 13, \'0\')"',
    options: [...CHANGES, ...CAUSE, BECAUSE, { flags: '--all', text: 'every open row, as it is' }],
    load: async () => (await repairing()).replay,
  },
  {
    path: 'quarantine discard',
    args: '<batch-or-product>',
    summary: 'give open rows up, with a reason; they stay readable',
    example: 'weft quarantine discard sales.orders --rule gtin.format --because "test articles"',
    options: [...CAUSE, BECAUSE, { flags: '--all', text: 'every open row' }],
    load: async () => (await repairing()).discard,
  },
];
