/**
 * `doctor`: looks at this installation, at who this command line is, and at the mesh; says what is not right and what to do.
 *
 * Not repair: it changes nothing (`doctor-deep.ts` does, when it is asked to). Invariant: it always ends with findings, whatever is broken; exit code 1 when one of
 * them keeps Weft from working.
 */
import { statSync } from 'node:fs';
import { WeftError } from '@weft/core/lib/error';
import { type Installation, inspectInstallation } from '../../adapters/installation.ts';
import { readConfig } from '../../config.ts';
import type { CommandContext } from '../command.ts';
import { contextPath, dataMeant, readContext, resolveIdentity } from '../context.ts';
import { formatBytes } from '../output.ts';

interface Finding {
  check: string;
  /** `note` is worth knowing and no fault. */
  state: 'ok' | 'note' | 'fault';
  detail: string;
  /** What to do; empty when there is nothing. */
  remedy: string;
}

const BYTES_FREE_MIN = 1e9;
const CLOCK_SECONDS_MAX = 60;
const MARKS = { ok: '✓', note: '·', fault: '×' } as const;

export async function doctor(context: CommandContext): Promise<number> {
  if (context.options.flag('deep')) return await (await import('./doctor-deep.ts')).deep(context);
  if (context.options.flag('repair')) throw new WeftError('USAGE', '--repair goes with --deep');
  const findings = [
    ...(await checkInstallation(context)),
    checkContext(context),
    ...(await checkMesh(context)),
  ];
  const good = findings.every((finding) => finding.state !== 'fault');
  context.out.document({ ok: good, findings }, () => renderFindings(context, findings));
  return good ? 0 : 1;
}

function renderFindings({ out }: CommandContext, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map((finding) => finding.check.length)) + 2;
  const paint = { ok: out.colors.cyan, note: out.colors.dim, fault: out.colors.red };
  return findings
    .map(({ check, state, detail, remedy }) => {
      const line = `${paint[state](MARKS[state])} ${check.padEnd(width)}${detail}`;
      return remedy === '' ? line : `${line}\n  ${' '.repeat(width)}${remedy}`;
    })
    .join('\n');
}

async function checkInstallation({ io, options }: CommandContext): Promise<Finding[]> {
  const data = dataMeant(io.env, options.text('data'));
  const { dataDirectory } = readConfig({ data, env: { ...io.env, WEFT_PORT: undefined } });
  const found = await inspectInstallation(dataDirectory, io.env['PATH'] ?? '');
  return [
    {
      check: 'runtime',
      state: found.nodeMajor >= 24 ? 'ok' : 'fault',
      detail: `Node ${found.node}`,
      remedy: found.nodeMajor >= 24 ? '' : 'Weft needs Node 24: run `npm install` in the clone.',
    },
    {
      check: 'engine',
      state: found.engine.version === null ? 'fault' : 'ok',
      detail:
        found.engine.version === null
          ? `DuckDB does not load: ${found.engine.error ?? 'no reason'}`
          : `DuckDB ${found.engine.version}`,
      remedy:
        found.engine.version === null
          ? 'Run `npm install` in the clone, on the machine where Weft runs.'
          : '',
    },
    {
      check: 'limits',
      state: found.limiter === null ? 'fault' : 'ok',
      detail: found.limiter === null ? 'neither prlimit nor sh is on the PATH' : found.limiter,
      remedy: found.limiter === null ? 'Install util-linux: queries run only under limits.' : '',
    },
    checkData(found.data),
  ];
}

function checkData({ path, exists, writable, shared, bytesFree }: Installation['data']): Finding {
  const check = 'data';
  if (!writable) {
    const remedy = 'Name another directory with --data or WEFT_DATA, or change its owner.';
    return { check, state: 'fault', detail: `${path} cannot be written`, remedy };
  }
  const free = bytesFree === null ? 'free space unknown' : `${formatBytes(bytesFree)} free`;
  const detail = `${path}${exists ? '' : ' (made at the first start)'}, ${free}`;
  if (shared) {
    const remedy = `Other users can read it, keys too: chmod 700 ${path}`;
    return { check, state: 'note', detail, remedy };
  }
  if (bytesFree !== null && bytesFree < BYTES_FREE_MIN) {
    const remedy = 'Make room: a batch is written before it is committed.';
    return { check, state: 'note', detail, remedy };
  }
  return { check, state: 'ok', detail, remedy: '' };
}

function checkContext({ io }: CommandContext): Finding {
  const check = 'context';
  const path = contextPath(io.env);
  try {
    const file = readContext(io.env);
    if (file === null) {
      const url = io.env['WEFT_URL'];
      if (url !== undefined)
        return { check, state: 'ok', detail: `WEFT_URL is ${url}`, remedy: '' };
      const remedy = 'Start a mesh with `weft up`, or sign in with `weft login URL`.';
      return { check, state: 'note', detail: `there is no ${path} yet`, remedy };
    }
    const mode = statSync(path).mode & 0o777;
    if ((mode & 0o077) !== 0) {
      const detail = `${path} has mode ${mode.toString(8)} and holds tokens`;
      return { check, state: 'fault', detail, remedy: `chmod 600 ${path}` };
    }
    return { check, state: 'ok', detail: `${path} names ${file.url}`, remedy: '' };
  } catch (error) {
    return faultOf(check, error);
  }
}

async function checkMesh(context: CommandContext): Promise<Finding[]> {
  try {
    resolveIdentity(context.io.env, context.options.text('as'));
  } catch (error) {
    const named =
      context.options.text('as') !== undefined || context.io.env['WEFT_URL'] !== undefined;
    return named ? [faultOf('mesh', error)] : [];
  }
  try {
    const response = await context.api().open('GET', '/readyz');
    const ready = (await response.json()) as { ready: boolean; checks: Record<string, string> };
    const states = Object.entries(ready.checks).map(([name, state]) => `${name} ${state}`);
    const detail = `${context.api().url}: ${states.join(', ')}`;
    return [
      { check: 'mesh', state: 'ok', detail, remedy: '' },
      checkClock(context, response.headers.get('date')),
      await checkRoot(context),
      await checkToken(context),
    ];
  } catch (error) {
    return [faultOf('mesh', error)];
  }
}

// Why: a token is valid between two times, so clocks that differ make good tokens bad.
function checkClock({ io }: CommandContext, date: string | null): Finding {
  const check = 'clock';
  const seconds = Math.round((io.now().getTime() - Date.parse(date ?? '')) / 1000);
  if (Number.isNaN(seconds))
    return { check, state: 'note', detail: 'the mesh tells no time', remedy: '' };
  const detail = `${Math.abs(seconds)} s from the mesh's`;
  if (Math.abs(seconds) <= CLOCK_SECONDS_MAX) return { check, state: 'ok', detail, remedy: '' };
  return { check, state: 'fault', detail, remedy: 'Set the clock; tokens are valid by time.' };
}

async function checkRoot(context: CommandContext): Promise<Finding> {
  const check = 'root key';
  try {
    const mesh = await context.api().call<{ rootKey: string }>('GET', '/api/v1/mesh');
    const pinned = context.pinnedRoot();
    if (pinned === null) {
      const remedy = `Pin it with \`weft login ${context.api().url}\`.`;
      return { check, state: 'note', detail: 'none is pinned', remedy };
    }
    if (pinned === mesh.rootKey)
      return { check, state: 'ok', detail: `${pinned}, as pinned`, remedy: '' };
    const remedy = 'Ask whoever runs the mesh; if it is right: weft login URL --trust KEY.';
    return {
      check,
      state: 'fault',
      detail: `the mesh shows ${mesh.rootKey}, not the pinned`,
      remedy,
    };
  } catch (error) {
    return faultOf(check, error);
  }
}

async function checkToken(context: CommandContext): Promise<Finding> {
  const check = 'token';
  const { token } = resolveIdentity(context.io.env, context.options.text('as'));
  if (token === null) {
    const remedy = 'Sign in with `weft login URL --token TOKEN`, or set WEFT_TOKEN.';
    return { check, state: 'note', detail: 'there is none', remedy };
  }
  try {
    const who = await context.api().call<{ id: string }>('GET', '/api/v1/whoami');
    const until = expiryOf(token);
    const detail = `${who.id}${until === null ? '' : `, valid until ${until}`}`;
    return { check, state: 'ok', detail, remedy: '' };
  } catch (error) {
    return faultOf(check, error);
  }
}

/** The `exp` claim as a time; null when the token has none that can be read. Nothing is verified here. */
function expiryOf(token: string): string | null {
  try {
    const claims = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    ) as { exp?: unknown };
    return typeof claims.exp === 'number' ? new Date(claims.exp * 1000).toISOString() : null;
  } catch {
    return null;
  }
}

function faultOf(check: string, error: unknown): Finding {
  const detail = error instanceof Error ? error.message : String(error);
  const remedy =
    error instanceof Error && 'remedy' in error && typeof error.remedy === 'string'
      ? error.remedy
      : 'Start it with `weft up`; its log says why when it does not start.';
  return { check, state: 'fault', detail, remedy };
}
