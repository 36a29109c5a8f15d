/**
 * Selectors of columns in annotations: a name, `classification CLASS`, `tag KEY`, `tag KEY = VALUE`, and these with `not`, `and`,
 * `or` and parentheses: `tag pii and not (tag region = eu or classification public)`.
 *
 * A selector that hides means each column of which anything is so; one that shows means those that are so with all that is
 * inside of them, for a column is shown whole. Invariant: `not` turns one into the other, so in doubt a column is hidden.
 * A column that is named like a selector is meant by its name.
 */

type Tags = Readonly<Record<string, readonly string[]>>;

/** What selectors look at. */
export interface SelectableColumn {
  name: string;
  classification: string | null;
  /** Values by key, inherited ones included. */
  tags: Tags;
  /** Classes and own tags of the fields inside. */
  inside?: { classifications: readonly string[]; tags: readonly Tags[] };
}

export type ColumnSelector =
  | { kind: 'name'; name: string }
  | { kind: 'classification'; classification: string }
  | { kind: 'tag'; key: string; value: string | null }
  | { kind: 'not'; of: ColumnSelector }
  | { kind: 'and' | 'or'; sides: [ColumnSelector, ColumnSelector] };

/** `anything`: a column of which anything is so; `wholly`: one that is so with all that is inside of it. */
type Reach = 'anything' | 'wholly';

/** Null where the text is none. Names are not looked up. */
export function parseSelector(text: string, names: readonly string[] = []): ColumnSelector | null {
  const whole = text.trim();
  if (names.includes(whole)) return { kind: 'name', name: whole };
  const words = whole.match(/[()]|=|[^\s()=]+/g) ?? [];
  const parser = new Parser(words);
  const selector = parser.either();
  return selector !== null && parser.isAtEnd() ? selector : null;
}

class Parser {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  isAtEnd(): boolean {
    return this.#at === this.#words.length;
  }

  either(): ColumnSelector | null {
    return this.#joined('or', () => this.#joined('and', () => this.#single()));
  }

  #joined(kind: 'and' | 'or', next: () => ColumnSelector | null): ColumnSelector | null {
    let left = next();
    while (left !== null && this.#take(kind)) {
      const right = next();
      if (right === null) return null;
      left = { kind, sides: [left, right] };
    }
    return left;
  }

  #single(): ColumnSelector | null {
    if (this.#take('not')) {
      const of = this.#single();
      return of === null ? null : { kind: 'not', of };
    }
    if (this.#take('(')) {
      const inner = this.either();
      return inner !== null && this.#take(')') ? inner : null;
    }
    const word = this.#word();
    if (word === null) return null;
    if (word === 'classification') {
      const classification = this.#word();
      return classification === null
        ? null
        : { kind: 'classification', classification: classification.toLowerCase() };
    }
    return word === 'tag' ? this.#tag() : { kind: 'name', name: word };
  }

  #tag(): ColumnSelector | null {
    const key = this.#word();
    if (key === null) return null;
    if (!this.#take('=')) return { kind: 'tag', key, value: null };
    const value: string[] = [];
    for (let word = this.#word(); word !== null; word = this.#word()) value.push(word);
    return value.length === 0 ? null : { kind: 'tag', key, value: value.join(' ') };
  }

  #take(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at += 1;
    return true;
  }

  /** The next word, unless it means something else here. */
  #word(): string | null {
    const word = this.#words[this.#at];
    if (word === undefined || ['and', 'or', 'not', '(', ')', '='].includes(word)) return null;
    this.#at += 1;
    return word;
  }
}

/** The parts of a selector that are no operator, in the order of the text. */
export function selectorParts(selector: ColumnSelector): ColumnSelector[] {
  if (selector.kind === 'not') return selectorParts(selector.of);
  if (selector.kind === 'and' || selector.kind === 'or') {
    return selector.sides.flatMap(selectorParts);
  }
  return [selector];
}

/** The columns of which anything is what the selector says: for what hides. */
export function selectTouched<T extends SelectableColumn>(
  selector: ColumnSelector,
  columns: readonly T[],
): T[] {
  return columns.filter((column) => matches(selector, column, { reach: 'anything', classes: [] }));
}

/**
 * The columns that are what the selector says with all that is inside of them: for what shows. `classes`: those that all
 * selectors beside it select, as a column of one class may hold something of another.
 */
export function selectWhole<T extends SelectableColumn>(
  selector: ColumnSelector,
  columns: readonly T[],
  classes: readonly string[],
): T[] {
  return columns.filter((column) => matches(selector, column, { reach: 'wholly', classes }));
}

function matches(
  selector: ColumnSelector,
  column: SelectableColumn,
  how: { reach: Reach; classes: readonly string[] },
): boolean {
  switch (selector.kind) {
    case 'name':
      return column.name === selector.name;
    case 'classification':
      return isOfClass(column, selector.classification, how);
    case 'tag':
      return isTagged(column, selector, how.reach);
    case 'and':
      return selector.sides.every((side) => matches(side, column, how));
    case 'or':
      return selector.sides.some((side) => matches(side, column, how));
    case 'not': {
      const reach = how.reach === 'wholly' ? 'anything' : 'wholly';
      return !matches(selector.of, column, { reach, classes: [] });
    }
  }
}

function isOfClass(
  { classification, inside }: SelectableColumn,
  wanted: string,
  { reach, classes }: { reach: Reach; classes: readonly string[] },
): boolean {
  const own = classification?.toLowerCase();
  const within = (inside?.classifications ?? []).map((name) => name.toLowerCase());
  if (reach === 'anything') return own === wanted || within.includes(wanted);
  return own === wanted && within.every((name) => name === wanted || classes.includes(name));
}

function isTagged(
  { tags, inside }: SelectableColumn,
  { key, value }: { key: string; value: string | null },
  reach: Reach,
): boolean {
  const has = (each: Tags): boolean => {
    const values = Object.hasOwn(each, key) ? (each[key] ?? []) : [];
    return values.length > 0 && (value === null || values.includes(value));
  };
  const within = inside?.tags ?? [];
  if (reach === 'anything') return has(tags) || within.some(has);
  // Why: a field that says nothing of the key has what its column has.
  return has(tags) && within.every((each) => !Object.hasOwn(each, key) || has(each));
}
