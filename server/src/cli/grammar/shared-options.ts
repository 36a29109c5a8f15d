/**
 * Options that several commands have, with the same words everywhere.
 */
import type { OptionSpec } from '../command.ts';

export const PAGE: readonly OptionSpec[] = [
  { flags: '--limit <n>', text: 'how many items, up to 10000 (default 50)' },
  { flags: '--after <cursor>', text: 'go on after this cursor' },
];
export const BECAUSE: OptionSpec = {
  flags: '--because <text>',
  text: 'why; kept with the decision',
};
export const OUT: OptionSpec = { flags: '--out <file>', text: 'write here instead of stdout' };
export const PRODUCT: OptionSpec = {
  flags: '--product <product>',
  text: 'of this product only',
};
export const CHAIN: OptionSpec = {
  flags: '--chain <chain>',
  text: 'control or node only (else every chain)',
};
export const TRUST: OptionSpec = {
  flags: '--trust <key>',
  text: 'root key of the mesh (else the one pinned at login)',
};
