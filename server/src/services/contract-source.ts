/**
 * Published contracts as a node uses them: fetched from the control plane, proven under the pinned root, kept.
 *
 * Not the registry. Invariants: nothing unproven is ever returned or kept; what was kept is proven again when it is read by
 * another process; the control plane is asked after each call began; when it is away, the newest kept version serves on.
 */
import {
  type ContractBundle,
  type VerifiedContract,
  verifyBundle,
} from '@weft/core/contract/bundle';
import type { ContractModel } from '@weft/core/contract/model';
import type { ContractRef } from '@weft/core/contract/plan';
import { readContract } from '@weft/core/contract/read';
import { parseVersion } from '@weft/core/contract/version';
import { must } from '@weft/core/lib/assert';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import type { Clock, Crypto } from '@weft/core/lib/ports';
import { Remembered } from '@weft/core/lib/remembered';
import { Shared } from '@weft/core/lib/shared';
import type { Kysely } from 'kysely';
import type { NodeTables } from '../store/node-tables.ts';
import type { ContractSource } from './ingest-ports.ts';

export interface ContractSourceDeps {
  db: Kysely<NodeTables>;
  /** The bundle of a contract line; rejects with UNAVAILABLE when the control plane is away. */
  fetchBundle(ref: string): Promise<ContractBundle>;
  rootKey: string;
  crypto: Crypto;
  clock: Clock;
}

type Version = VerifiedContract['versions'][number];

/** Contract lines whose proof is remembered. */
const PROVEN_MAX = 500;

interface Source extends ContractSourceDeps {
  /** By the bytes of a bundle: what was proven of them, and kept. */
  proven: Remembered<string, Line>;
  /** The same, by the bundle itself, when it is given again. */
  given: WeakMap<ContractBundle, Line>;
  asked: Shared<string, Line>;
}

/** A proven contract line. */
interface Line {
  versions: Proven[];
  isRetired: boolean;
  /** Of versions that were used: kept in the store, and read. */
  used: Remembered<string, { ref: ContractRef; model: ContractModel }>;
}

export function createContractSource(deps: ContractSourceDeps): ContractSource {
  const source = {
    ...deps,
    proven: new Remembered<string, Line>(PROVEN_MAX),
    given: new WeakMap<ContractBundle, Line>(),
    asked: new Shared<string, Line>(),
  };
  return {
    async current(product) {
      const [name = product, wanted] = product.split('@');
      // Why asked each time: a version that was published a moment ago counts for the next batch.
      const line = await source.asked.get(name, () => lineOf(source, name));
      const version = pickVersion(line.versions, product, wanted);
      const read = await line.used.get(version.statement.hash, async () => {
        await keepVersion(source, version);
        return readVersion(version.source, version.statement);
      });
      return { ...read, isRetired: line.isRetired };
    },
  };
}

type Proven = Version & { source: string; bundle: ContractBundle };

async function lineOf(source: Source, name: string): Promise<Line> {
  try {
    return await proveOnce(source, await source.fetchBundle(name));
  } catch (error) {
    if (!isWeftError(error, 'UNAVAILABLE')) throw error;
    const kept = await keptBundle(source.db, name);
    if (kept === null) throw error;
    return await proveOnce(source, kept);
  }
}

/** Why by the bytes: the same ones prove the same under the same root key. */
async function proveOnce(source: Source, bundle: ContractBundle): Promise<Line> {
  const known = source.given.get(bundle);
  if (known !== undefined) return known;
  const line = await source.proven.get(JSON.stringify(bundle), async () => ({
    versions: prove(source, bundle),
    isRetired: bundle.retired === true,
    used: new Remembered(PROVEN_MAX),
  }));
  source.given.set(bundle, line);
  return line;
}

function prove(deps: ContractSourceDeps, bundle: ContractBundle): Proven[] {
  const { value, diagnostics } = verifyBundle(bundle, {
    rootKey: deps.rootKey,
    crypto: deps.crypto,
  });
  if (value === null) {
    throw new WeftError(
      'CONTRACT_UNTRUSTED',
      'the contract does not hold under the root key of the mesh',
      {
        errors: diagnostics,
      },
    );
  }
  return value.versions.map((version, i) => ({
    ...version,
    bundle,
    source: must(bundle.versions[i], 'a proven version has its bytes').source,
  }));
}

function pickVersion(
  versions: readonly Proven[],
  product: string,
  wanted: string | undefined,
): Proven {
  const fits = versions.filter(({ statement }) => {
    const major = parseVersion(statement.version)?.major;
    return wanted === undefined || statement.version === wanted || String(major) === wanted;
  });
  const newest = fits.at(-1);
  if (newest === undefined)
    throw new WeftError('NOT_FOUND', `there is no published contract ${product}`);
  return newest;
}

function readVersion(
  source: string,
  statement: Version['statement'],
): { ref: ContractRef; model: ContractModel } {
  const { value } = readContract(source);
  const { model } = must(value, 'a published contract can be read');
  return {
    ref: { id: statement.contractId, version: statement.version, hash: statement.hash },
    model,
  };
}

async function keepVersion(deps: ContractSourceDeps, version: Proven): Promise<void> {
  const { statement } = version;
  const values = {
    contract_id: statement.contractId,
    hash: statement.hash,
    source: version.source,
    bundle: JSON.stringify(version.bundle),
    fetched_at: new Date(deps.clock.now()).toISOString(),
  };
  await deps.db
    .insertInto('contracts')
    .values({
      product: `${statement.domain}.${statement.product}`,
      version: statement.version,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(['product', 'version']).doNothing())
    .execute();
}

async function keptBundle(db: Kysely<NodeTables>, product: string): Promise<ContractBundle | null> {
  const row = await db
    .selectFrom('contracts')
    .select('bundle')
    .where('product', '=', product)
    .orderBy('fetched_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : (row.bundle as ContractBundle);
}
