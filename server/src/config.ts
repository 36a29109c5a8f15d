/**
 * The configuration of one Weft process, read once at start and passed in from there.
 *
 * Not a singleton: adapters get the values that they need as arguments. Invariant: sizes are bytes, times seconds, and
 * a value that was given wrongly ends the start with USAGE instead of being replaced by a default.
 */
import { availableParallelism, homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { WeftError } from '@weft/core/lib/error';
import { type OidcSettings, readOidc } from './config-oidc.ts';

export type Role = 'all' | 'control' | 'node';

export interface Config {
  /** Which part of the mesh this process is. */
  role: Role;
  dataDirectory: string;
  host: string;
  port: number;
  /** True when the user asked for this port: then a taken one is an error. */
  portAsked: boolean;
  /** postgres:// URL, or null for the embedded store. */
  storeUrl: string | null;
  /** URL of the control plane when this process is a node apart, and the token that the node uses there. */
  controlUrl: string | null;
  nodeToken: string | null;
  /** Where clients reach a node apart; its own address when null. */
  publicUrl: string | null;
  /** Scheme, host and port by which browsers reach the control plane; where it listens when null. */
  webUrl: string | null;
  /** The identity provider; null when the mesh has its own subjects only. */
  oidc: OidcSettings | null;
  /** Domains that a node apart holds; empty in one process: all. */
  domains: string[];
  limits: Limits;
  upkeep: Upkeep;
}

/** When and how tables are kept up; see docs/upkeep.md. */
export interface Upkeep {
  /** Commits of one table after which it is visited, and files of one size that are merged. */
  commitsMin: number;
  filesMin: number;
  /** Size that merged files shall have, and what one merge may read. */
  fileBytes: number;
  runBytesMax: number;
  /** How long a snapshot that is not current any more can be read. */
  snapshotSeconds: number;
  /** How long a file that no version names any more stays on disk. */
  graceSeconds: number;
  /** How long a file that no version ever named stays on disk. */
  orphanSeconds: number;
  roundSeconds: number;
  memory: string;
}

export interface Limits {
  requestsPerMinute: number;
  /** Largest upload, as received. */
  uploadBytesMax: number;
  /** Uploads that one subject may have open, and how long one waits for its next piece. */
  uploadsOpenMax: number;
  uploadExpireSeconds: number;
  ingestMemory: string;
  queryMemory: string;
  querySeconds: number;
  queryRowsMax: number;
  queriesAtOnce: number;
  /** Bytes of all files that hold what is permitted of a data file; the longest unused go first. */
  projectionBytesMax: number;
  batchesAtOnce: number;
  /** Threads of one DuckDB. */
  threads: number;
}

export interface ConfigInput {
  role?: Role;
  data?: string | undefined;
  host?: string | undefined;
  port?: string | undefined;
  store?: string | undefined;
  control?: string | undefined;
  domains?: string | undefined;
  url?: string | undefined;
  oidc?: string | undefined;
  env: Record<string, string | undefined>;
}

/** Port of `weft up` when none is asked for. */
export const DEFAULT_PORT = 8787;

/** Builds the configuration from command-line options and the environment; options win. */
export function readConfig(input: ConfigInput): Config {
  const { env } = input;
  if (input.role === 'node') requireNodeSettings(input);
  const port = input.port ?? env['WEFT_PORT'];
  return {
    role: input.role ?? 'all',
    dataDirectory: resolve(input.data ?? env['WEFT_DATA'] ?? defaultDataDirectory(env)),
    host: input.host ?? env['WEFT_HOST'] ?? '127.0.0.1',
    port: port === undefined ? DEFAULT_PORT : readPort(port),
    portAsked: port !== undefined,
    storeUrl: readStoreUrl(input.store ?? env['WEFT_STORE']),
    controlUrl: input.role === 'node' ? (input.control ?? env['WEFT_CONTROL_URL'] ?? null) : null,
    nodeToken: env['WEFT_NODE_TOKEN'] ?? null,
    publicUrl: input.url ?? env['WEFT_NODE_URL'] ?? null,
    webUrl: readWebUrl(env['WEFT_PUBLIC_URL']),
    oidc: input.role === 'node' ? null : readOidc(input.oidc, env),
    domains: (input.domains ?? env['WEFT_DOMAINS'] ?? '').split(',').filter((name) => name !== ''),
    limits: {
      requestsPerMinute: readCount(env, 'WEFT_REQUESTS_PER_MINUTE', 6_000),
      uploadBytesMax: readCount(env, 'WEFT_UPLOAD_BYTES_MAX', 50 * 1024 ** 3),
      uploadsOpenMax: readCount(env, 'WEFT_UPLOADS_OPEN_MAX', 2_000),
      uploadExpireSeconds: readCount(env, 'WEFT_UPLOAD_EXPIRE_SECONDS', 86_400),
      ingestMemory: env['WEFT_INGEST_MEMORY'] ?? '1GB',
      queryMemory: env['WEFT_QUERY_MEMORY'] ?? '1GB',
      querySeconds: readCount(env, 'WEFT_QUERY_SECONDS', 60),
      queryRowsMax: readCount(env, 'WEFT_QUERY_ROWS_MAX', 1_000_000),
      projectionBytesMax: readCount(env, 'WEFT_PROJECTION_BYTES_MAX', 20 * 1024 ** 3),
      queriesAtOnce: readCount(env, 'WEFT_QUERIES_AT_ONCE', 2),
      batchesAtOnce: readCount(env, 'WEFT_BATCHES_AT_ONCE', 2),
      threads: readCount(env, 'WEFT_THREADS', Math.min(8, availableParallelism())),
    },
    upkeep: readUpkeep(env),
  };
}

const MIB = 1024 ** 2;
const DAY_SECONDS = 86_400;
/** A projection may take so long to be made. */
export const PROJECTION_SECONDS = 600;

function readUpkeep(env: Record<string, string | undefined>): Upkeep {
  const graceSeconds = readCount(env, 'WEFT_FILE_GRACE_SECONDS', 3_600);
  const querySeconds = readCount(env, 'WEFT_QUERY_SECONDS', 60);
  const longest = Math.max(querySeconds, PROJECTION_SECONDS);
  if (graceSeconds < 2 * longest) {
    throw new WeftError('USAGE', `WEFT_FILE_GRACE_SECONDS is ${graceSeconds}`, {
      remedy: `A query or projection may take ${longest} s and reads files that stood when it began: give at least twice that.`,
    });
  }
  return {
    commitsMin: readCount(env, 'WEFT_UPKEEP_COMMITS', 16),
    filesMin: Math.max(2, readCount(env, 'WEFT_COMPACT_FILES', 8)),
    fileBytes: readCount(env, 'WEFT_FILE_BYTES', 128 * MIB),
    runBytesMax: readCount(env, 'WEFT_COMPACT_BYTES', 512 * MIB),
    snapshotSeconds: readCount(env, 'WEFT_SNAPSHOT_SECONDS', 5 * DAY_SECONDS),
    graceSeconds,
    orphanSeconds: readCount(env, 'WEFT_ORPHAN_SECONDS', DAY_SECONDS),
    roundSeconds: readCount(env, 'WEFT_UPKEEP_SECONDS', 3_600),
    memory: env['WEFT_UPKEEP_MEMORY'] ?? '512MB',
  };
}

/** A node apart cannot start without these; all that is missing is told at once. */
function requireNodeSettings({ control, domains, env }: ConfigInput): void {
  const missing = [
    (control ?? env['WEFT_CONTROL_URL'] ?? '') === '' ? '--control URL' : null,
    (domains ?? env['WEFT_DOMAINS'] ?? '') === '' ? '--domains NAMES' : null,
    (env['WEFT_NODE_TOKEN'] ?? '') === '' ? 'WEFT_NODE_TOKEN in the environment' : null,
  ].filter((setting) => setting !== null);
  if (missing.length === 0) return;
  throw new WeftError('USAGE', `a node needs ${missing.join(', ')}`, {
    remedy:
      'The platform team issues the token: weft token node:NAME --role node --domain NAME --as platform.',
  });
}

function defaultDataDirectory(env: Record<string, string | undefined>): string {
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'weft');
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new WeftError('USAGE', `"${text}" is no port`, {
    remedy: 'Give a number from 0 (any free one) to 65535.',
  });
}

function readStoreUrl(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (/^postgres(ql)?:\/\//.test(text)) return text;
  throw new WeftError('USAGE', 'the store must be a postgres:// URL', {
    remedy: 'Leave --store out for the embedded store.',
  });
}

function readWebUrl(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/') return url.origin;
  throw new WeftError('USAGE', `WEFT_PUBLIC_URL is "${text}"`, {
    remedy: 'Give scheme, host and port and no path, such as https://mesh.example.org.',
  });
}

function readCount(
  env: Record<string, string | undefined>,
  name: string,
  fallback: number,
): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new WeftError('USAGE', `${name} is "${text}"`, { remedy: 'Give a whole number above 0.' });
}
