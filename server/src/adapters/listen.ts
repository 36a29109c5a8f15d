/**
 * Binds the HTTP application to a port: the one that was asked for, or the next free one when none was.
 */
import { WeftError } from '@weft/core/lib/error';
import type { FastifyInstance } from 'fastify';

export interface ListenOptions {
  host: string;
  port: number;
  /** True when the user named the port: then a taken one is an error. */
  asked: boolean;
}

const PORTS_TRIED = 50;

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
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (port < last) continue;
      throw new WeftError('USAGE', `port ${port} is taken`, {
        remedy: 'Name another with --port, or leave it out to take the next free one.',
        cause: error,
      });
    }
  }
}
