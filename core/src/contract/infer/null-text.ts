/**
 * Which text of a CSV stands for no value, such as `NA` or `NULL`.
 *
 * Not a guess about words in text columns: a token counts only where the other values of its column are numbers, dates or
 * truth values. It then holds for the whole file, so that one of them among many values is taken for a bad value
 * (`tolerance.ts`) and no convention. Invariant: at most one token per file, as the contract's CSV settings have it.
 */
import { narrowestType, rowsOf, typedText } from './narrowest-type.ts';
import type { ColumnProfile } from './profile.ts';
import { count } from './say.ts';
import { faultsAllowed } from './tolerance.ts';

const TOKENS = ['NULL', 'null', 'NA', 'N/A', 'n/a', '\\N', 'None', 'nan', 'NaN', '-', '?'];
/** Other values that a column must have. */
const FILLED_MIN = 2;
/** As many records as make a habit, where each column alone has so few that they may be faults. */
const RECORDS_MIN = 3;

export interface NullTextGuess {
  text: string;
  evidence: string;
}

/** What speaks for one token. */
interface TokenUse {
  text: string;
  columns: string[];
  records: Set<number>;
  /** True when a column has too many of it for faults. */
  isFrequent: boolean;
}

/** The token that frees the most columns, or null when none does. */
export function guessNullText(profiles: readonly ColumnProfile[]): NullTextGuess | null {
  const uses = new Map<string, TokenUse>();
  for (const profile of profiles) {
    for (const [code, text] of profile.values.entries()) {
      if (!TOKENS.includes(text) || !isOtherwiseTyped(profile, code)) continue;
      const use = uses.get(text) ?? { text, columns: [], records: new Set(), isFrequent: false };
      uses.set(text, use);
      addColumn(use, profile, code);
    }
  }
  const [best] = [...uses.values()]
    .filter(({ isFrequent, records }) => isFrequent || records.size >= RECORDS_MIN)
    .sort(compareUses);
  return best === undefined ? null : { text: best.text, evidence: evidenceOf(best) };
}

function compareUses(a: TokenUse, b: TokenUse): number {
  return (
    b.columns.length - a.columns.length ||
    b.records.size - a.records.size ||
    TOKENS.indexOf(a.text) - TOKENS.indexOf(b.text)
  );
}

/** True when the values besides this one are of a type that it is not of. */
function isOtherwiseTyped({ values, counts }: ColumnProfile, token: number): boolean {
  const others = values
    .map((value, code) => typedText(value, code === token ? 0 : (counts[code] ?? 0)))
    .filter(({ rows }) => rows > 0);
  const filled = rowsOf(others);
  return filled >= FILLED_MIN && narrowestType(others, faultsAllowed(filled)) !== null;
}

function addColumn(use: TokenUse, profile: ColumnProfile, token: number): void {
  use.columns.push(profile.sourceName);
  profile.codes.forEach((code, row) => {
    if (code === token) use.records.add(row);
  });
  if ((profile.counts[token] ?? 0) > faultsAllowed(profile.filled)) use.isFrequent = true;
}

const NAMES_MAX = 3;

function evidenceOf({ columns, records }: TokenUse): string {
  const names = columns.slice(0, NAMES_MAX).join(', ');
  const more = columns.length > NAMES_MAX ? ` and ${columns.length - NAMES_MAX} more columns` : '';
  const inRecords = `in ${count(records.size)} record${records.size === 1 ? '' : 's'}`;
  return `${inRecords}, where ${names}${more} otherwise ${columns.length === 1 ? 'has' : 'have'} no text`;
}
