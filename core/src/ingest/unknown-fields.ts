/**
 * Which fields of a refused record the contract does not know, for the words of its reason.
 *
 * Not the check: the reader refuses the record, and keeps its bytes; this reads them again for the few that are shown.
 * Invariant: a record that cannot be read here keeps the reason that it has.
 */
import { parseSafeJson } from '../lib/safe-json.ts';
import { clipText, storableText } from '../lib/storable-text.ts';

export const UNKNOWN_FIELD = 'structure.unknown_field';

const FIELDS_TOLD = 5;
const NAME_LENGTH_MAX = 100;

/**
 * The message of a reason, with the names of the unknown fields where it is about those. `known`: names that a record may
 * have; `raw`: its text as it came, null when it had none.
 */
export function tellUnknownFields(
  reason: { rule: string; column: string | null; message: string },
  known: ReadonlySet<string>,
  raw: string | null,
): string {
  const { rule, column, message } = reason;
  // Why not with a column: a fault inside one has its place already.
  if (rule !== UNKNOWN_FIELD || column !== null || raw === null) return message;
  const names = fieldsOf(raw).filter((name) => !known.has(name));
  if (names.length === 0) return message;
  const told = names
    .slice(0, FIELDS_TOLD)
    .map((name) => `\`${storableText(clipText(name, NAME_LENGTH_MAX))}\``);
  const more = names.length > FIELDS_TOLD ? ` and ${names.length - FIELDS_TOLD} more` : '';
  return `${message}: ${told.join(', ')}${more}`;
}

function fieldsOf(raw: string): string[] {
  try {
    const record = parseSafeJson(raw);
    const isRecord = typeof record === 'object' && record !== null && !Array.isArray(record);
    return isRecord ? Object.keys(record) : [];
  } catch {
    return [];
  }
}
