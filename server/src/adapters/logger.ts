/**
 * The Logger port over a stream: one JSON object a line, or short lines for people.
 *
 * Not an audit log. Invariant: fields hold no row values (their callers see to that); a value that cannot be written as
 * JSON never makes logging throw.
 */
import type { Logger } from '@weft/core/lib/ports';

export interface LoggerOptions {
  json: boolean;
  write(line: string): void;
  now(): Date;
}

export function createLogger(options: LoggerOptions): Logger {
  const log = (level: string, message: string, fields: Record<string, unknown> = {}): void => {
    const at = options.now().toISOString();
    options.write(
      options.json
        ? jsonLine({ at, level, message, ...fields })
        : textLine({ at, level, message, fields }),
    );
  };
  return {
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
  };
}

function jsonLine(entry: Record<string, unknown>): string {
  try {
    return `${JSON.stringify(entry)}\n`;
  } catch {
    return `${JSON.stringify({ at: entry['at'], level: entry['level'], message: entry['message'] })}\n`;
  }
}

interface TextEntry {
  at: string;
  level: string;
  message: string;
  fields: Record<string, unknown>;
}

function textLine({ at, level, message, fields }: TextEntry): string {
  const tail = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return `${at.slice(11, 19)} ${level} ${message}${tail === '' ? '' : ` ${tail}`}\n`;
}
