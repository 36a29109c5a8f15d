/**
 * Commands about what happened, and the proof of it.
 */
import type { CommandSpec } from '../command.ts';
import { CHAIN, OUT, PAGE, TRUST } from './shared-options.ts';

const events = () => import('../commands/events.ts');
const audit = () => import('../commands/audit.ts');

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
    path: 'audit list',
    summary: 'the audit log, oldest first',
    example: 'weft audit list --limit 20',
    options: [...PAGE, CHAIN],
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
    summary: 'prove that no entry was changed, removed or reordered; offline for an exported file',
    example: 'weft audit verify audit.ndjson --trust "$ROOT_KEY"',
    options: [TRUST, CHAIN],
    load: async () => (await audit()).verify,
  },
];
