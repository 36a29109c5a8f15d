/**
 * Commands about what happened, and the proof of it.
 */
import type { CommandSpec } from '../command.ts';
import { CHAIN, OUT, PAGE, TRUST } from './shared-options.ts';

const events = () => import('../commands/events.ts');
const audit = () => import('../commands/audit.ts');
const upkeep = () => import('../commands/upkeep.ts');

export const PROOF: readonly CommandSpec[] = [
  {
    path: 'events',
    args: '[product]',
    summary: 'what happened in the mesh',
    example: 'weft events point_of_sale.transactions --follow',
    options: [...PAGE, { flags: '--follow', text: 'wait for what comes' }],
    load: async () => (await events()).events,
  },
  {
    path: 'upkeep status',
    args: '<product>',
    summary:
      'how the tables of a product are kept up: what was done last, what is due, what is next',
    example: 'weft upkeep status point_of_sale.transactions',
    load: async () => (await upkeep()).status,
  },
  {
    path: 'audit list',
    summary: 'the audit log, oldest first',
    example: 'weft audit list --column loyalty.households.age --since P30D',
    options: [
      ...PAGE,
      CHAIN,
      {
        flags: '--column <column>',
        text: 'who was let at DOMAIN.PRODUCT.COLUMN (its owners may ask, too)',
      },
      { flags: '--who <subject>', text: 'only what this subject did' },
      { flags: '--since <time>', text: 'from this time on; a duration counts back from now' },
      { flags: '--until <time>', text: 'before this time' },
      { flags: '--newest', text: 'the newest first' },
    ],
    load: async () => (await audit()).list,
  },
  {
    path: 'audit export',
    summary: 'the audit log with its checkpoints, for keeping and verifying elsewhere',
    example: 'weft audit export --out audit.ndjson',
    options: [OUT, CHAIN],
    load: async () => (await audit()).exportLog,
  },
  {
    path: 'audit verify',
    args: '[file]',
    summary:
      'prove that no entry was changed, removed or reordered; offline for an exported file, here and not by the mesh with --trust',
    example: 'weft audit verify audit.ndjson --trust "$ROOT_KEY"',
    options: [TRUST, CHAIN],
    load: async () => (await audit()).verify,
  },
];
