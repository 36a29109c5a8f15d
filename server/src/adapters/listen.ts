/**
 * Binds the HTTP application to a port: the one that was asked for, or the next free one when none was.
 */
import { createServer } from 'node:net';
import { WeftError } from '@weft/core/lib/error';
import type { FastifyInstance } from 'fastify';

export interface ListenOptions {
  host: string;
  port: number;
  /** True when the user named the port: then a taken one is an error. */
  asked: boolean;
}

const PORTS_TRIED = 50;

/** Why a port or an address cannot be had, for who named it; any other error as it came. */
function explain(
  code: string,
  { host, port, cause }: { host: string; port: number; cause: unknown },
): unknown {
  if (code === 'EADDRINUSE')
    return new WeftError('USAGE', `port ${port} is taken`, {
      remedy: 'Name another with --port, or leave it out to take the next free one.',
      cause,
    });
  if (code === 'EACCES')
    return new WeftError('USAGE', `port ${port} may not be used by this user`, {
      remedy: 'Name one above 1023 with --port.',
      cause,
    });
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new WeftError('USAGE', `this machine has no address ${host}`, {
      remedy: 'Name one of its own with --host; 0.0.0.0 is all of them.',
      cause,
    });
  return cause;
}

/**
 * Throws what `listen` would throw for a port that was asked for: before a store is opened and anything is said. Why `listen`
 * looks again: somebody may take it meanwhile.
 */
export async function refuseTakenPort({ host, port, asked }: ListenOptions): Promise<void> {
  if (!asked || port === 0) return;
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject).listen({ host, port, exclusive: true }, resolve);
    });
    await new Promise((resolve) => probe.close(resolve));
  } catch (error) {
    throw explain((error as NodeJS.ErrnoException).code ?? '', { host, port, cause: error });
  }
}

/** Listens and resolves to the base URL. Throws USAGE when the asked port is taken. */
export async function listen(
  app: Pick<FastifyInstance, 'listen'>,
  options: ListenOptions,
): Promise<string> {
  const last = options.asked || options.port === 0 ? options.port : options.port + PORTS_TRIED;
  for (let port = options.port; ; port++) {
    try {
      return await app.listen({ host: options.host, port });
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && port < last) continue;
      throw explain(code, { ...options, port, cause: error });
    }
  }
}
