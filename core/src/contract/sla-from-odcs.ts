/**
 * ODCS `slaProperties[]` to service levels with canonical names.
 *
 * Not measuring them. Source: ODCS "Service-Level Agreement": names are case-insensitive and have two-letter synonyms;
 * `timeOfAvailability` stands in the standard's example but not in its list, and is known here.
 */
import type { Diagnoser } from './diagnose.ts';
import type { ContractDocument } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import { objectsOf, textOf } from './json-access.ts';
import type { SlaProperty } from './model.ts';

const NAMES: Readonly<Record<string, string>> = {
  av: 'availability',
  th: 'throughput',
  er: 'errorrate',
  ga: 'generalavailability',
  es: 'endofsupport',
  el: 'endoflife',
  re: 'retention',
  fy: 'frequency',
  ly: 'latency',
  td: 'timetodetect',
  tn: 'timetonotify',
  tr: 'timetorepair',
};
const KNOWN = new Set([...Object.values(NAMES), 'timeofavailability', 'freshness']);

/** Lower-case canonical name of a service level. */
export function canonicalSlaName(name: string): string {
  const lower = name.trim().toLowerCase();
  return NAMES[lower] ?? lower;
}

/** The service levels of a document, in its order; numbers keep the text that they were written in. */
export function slaFromOdcs(document: ContractDocument, diagnoser: Diagnoser): SlaProperty[] {
  return objectsOf(document.data, 'slaProperties').map(({ item, index }) => {
    const path: DocumentPath = ['slaProperties', index];
    const name = textOf(item, 'property') ?? '';
    const property = canonicalSlaName(name);
    if (!KNOWN.has(property)) {
      diagnoser.add(
        'SLA_UNKNOWN',
        [...path, 'property'],
        `${name} is no service level of the standard`,
      );
    } else if (property === 'freshness') {
      diagnoser.add('SLA_UNKNOWN', [...path, 'property'], 'freshness is not in the standard', {
        remedy: 'The standard says latency.',
      });
    }
    const unit = textOf(item, 'unit');
    // Trap: other tools read `m` as minutes for one level and as months for another.
    if (unit === 'm') {
      diagnoser.add('SLA_INVALID', [...path, 'unit'], 'unit m is ambiguous and read as months', {
        severity: 'warning',
        remedy: 'Write min or months.',
      });
    }
    const value = item['value'];
    // Trap: it would be kept as a word, and promise nothing that can be measured.
    if (typeof value === 'string' && /^\s*-?\d+,\d+\s*$/.test(value)) {
      diagnoser.add('SLA_INVALID', [...path, 'value'], `${value} is no number`, {
        remedy: `Write ${value.trim().replace(',', '.')}.`,
      });
    }
    const written = typeof value === 'number' ? document.scalarText([...path, 'value']) : null;
    return {
      id: textOf(item, 'id'),
      property,
      value: written ?? (value === null || value === undefined ? '' : String(value)),
      unit,
      element: textOf(item, 'element'),
      driver: textOf(item, 'driver'),
      schedule: textOf(item, 'schedule'),
    };
  });
}
