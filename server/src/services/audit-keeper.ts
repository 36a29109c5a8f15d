/**
 * Keeps signed checkpoints of this process's audit chains outside their store: at the start, on a timer, at a clean stop.
 *
 * Not the verification of whole chains (`AuditLog.verify`). Invariant: a chain that contradicts its last kept checkpoint is
 * never signed again; the error is logged each time until a person has looked.
 */
import type { Logger } from '@weft/core/lib/ports';
import type { AuditLog } from '../store/audit-log.ts';

const INTERVAL_MS = 60_000;

export interface AuditKeeper {
  /** Checks each chain against its last kept checkpoint, keeps a new one, and goes on by the minute. */
  start(): Promise<void>;
  /** Keeps the last checkpoints; call it when nothing is appended any more. */
  stop(): Promise<void>;
}

export function createAuditKeeper(
  logs: readonly AuditLog[],
  logger: Logger,
  intervalMs = INTERVAL_MS,
): AuditKeeper {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const keepAll = (): Promise<void> => {
    running = running.then(async () => {
      for (const log of logs) await keepOne(log, logger);
    });
    return running;
  };
  return {
    async start() {
      await keepAll();
      timer = setInterval(() => void keepAll(), intervalMs);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      await keepAll();
    },
  };
}

async function keepOne(log: AuditLog, logger: Logger): Promise<void> {
  try {
    const finding = await log.keepCheckpoint();
    if (finding !== null) {
      logger.error('the audit log was changed', {
        chain: log.chain,
        code: finding.code,
        message: finding.message,
      });
    }
  } catch (error) {
    logger.error('no checkpoint of the audit log could be kept', {
      chain: log.chain,
      error: String(error),
    });
  }
}
