/**
 * Every command of Weft as data, in the sections of `weft --help`: words, arguments, options, one example, and where its
 * handler lives. The entries stand in `grammar/`.
 *
 * Not the handlers (`commands/`). The reference page of the command line, the completion scripts and the help are written
 * from this table.
 */
import type { CommandSpec } from './command.ts';
import { ACCESS } from './grammar/access.ts';
import { BATCHES } from './grammar/batches.ts';
import { IDENTITY } from './grammar/identity.ts';
import { PROOF } from './grammar/proof.ts';
import { QUARANTINE } from './grammar/quarantine.ts';
import { REGISTRY } from './grammar/registry.ts';
import { RUNNING } from './grammar/running.ts';

export interface CommandSection {
  heading: string;
  commands: readonly CommandSpec[];
}

export const SECTIONS: readonly CommandSection[] = [
  { heading: 'Run and identify', commands: RUNNING },
  { heading: 'Subjects and keys', commands: IDENTITY },
  { heading: 'Domains, products, contracts', commands: REGISTRY },
  { heading: 'Batches', commands: [...BATCHES, ...QUARANTINE] },
  { heading: 'Find, ask for access, query', commands: ACCESS },
  { heading: 'What happened, and its proof', commands: PROOF },
];

export const COMMANDS: readonly CommandSpec[] = SECTIONS.flatMap((section) => section.commands);

/** First words that have further words, with what they are about. */
export const GROUPS: Readonly<Record<string, string>> = {
  user: 'people and programs, their roles and attributes',
  key: 'API keys, and revoking what speaks for a subject',
  domain: 'domains, their owners and stewards',
  contract: 'data contracts: lint, infer, compare, publish, verify',
  product: 'data products (ODPS)',
  batches: 'what happened to each batch',
  quarantine: 'bad rows: what is wrong, repairs, replays',
  agreements: 'requested and approved access',
  access: 'who may see what and why, and what a changed policy changes',
  policy: "a product's policy: check and show",
  upkeep: 'what merging and expiring did, and what is due',
  audit: 'who did what, provably',
};
