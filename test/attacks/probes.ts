/**
 * What a control runs: one part of the suite, on whichever build this file stands in, until it is red.
 *
 * Not which build (`controls.test.ts`). Invariant: on the real build every probe finds nothing; the same searches are those
 * of the suite's own tests.
 */
import { must } from '@weft/core/lib/assert';
import { searchGate } from './gate-search.ts';
import { POLICIES, type PolicyCase } from './policies.ts';
import { type Finding, searchBlock, searchErrors, searchFiles, searchHashes } from './search.ts';
import { searchExports } from './search-exports.ts';
import { type Expression, openRowsEngine } from './throwing.ts';
import { openWorlds, type TableForm, type Worlds } from './worlds.ts';

export interface Probe {
  /** What is searched. */
  of: 'queries' | 'files' | 'exports' | 'errors' | 'hashes' | 'gate';
  policy: string;
  form: TableForm;
}

/** One that fails; the controls must not depend on which the engine has. */
const EXPRESSIONS: readonly Expression[] = [
  { name: 'lambda', sql: 'list_transform([sec], lambda x: CAST(x AS INTEGER))', column: 'sec' },
];

/** All findings of a probe; of queries the first one. */
export async function probe({ of, policy, form }: Probe): Promise<Finding[]> {
  if (of === 'gate') return await probeGate();
  const block = { policy: policyOf(policy), form };
  const worlds = await openWorlds([form]);
  try {
    return await run(of, worlds, block);
  } finally {
    await worlds.close();
  }
}

async function probeGate(): Promise<Finding[]> {
  const { connection, close } = await openRowsEngine();
  try {
    return (await searchGate(connection)).findings;
  } finally {
    close();
  }
}

async function run(
  of: Exclude<Probe['of'], 'gate'>,
  worlds: Worlds,
  block: { policy: PolicyCase; form: TableForm },
): Promise<Finding[]> {
  switch (of) {
    case 'queries': {
      const options = {
        expressions: EXPRESSIONS,
        isMasked: false,
        every: 1,
        seed: 0,
        isHasty: true,
      };
      return (await searchBlock(worlds, block, options)).findings;
    }
    case 'files':
      return await searchFiles(worlds, block);
    case 'exports':
      return await searchExports(worlds, block);
    case 'errors':
      return await searchErrors(worlds, block);
    case 'hashes':
      return await searchHashes(worlds, block);
  }
}

function policyOf(name: string): PolicyCase {
  return must(
    POLICIES.find((policy) => policy.name === name),
    `a policy "${name}"`,
  );
}
