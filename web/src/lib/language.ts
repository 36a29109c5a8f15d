/**
 * The language that the app speaks: the one place where it is chosen.
 *
 * Not the reader's locale, which writes numbers and dates (`format.ts`): a sentence needs the grammar of its own words, whatever
 * the browser is set to. A second language is a second `Language`, modules of the same types beside each `words.ts`, and the
 * choice of them here.
 */
export type Language = 'en';

export const language: Language = 'en';

/** What a count can call for in some language; English has `one` and `other`. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

const plurals = new Intl.PluralRules(language);

/** The form that the language of the words has for a count. */
export function pluralForm(count: number, forms: PluralForms): string {
  return forms[plurals.select(count)] ?? forms.other;
}

const AND = new Intl.ListFormat(language, { type: 'conjunction' });
const OR = new Intl.ListFormat(language, { type: 'disjunction' });

/** "orders, stores, and products". */
export function listAll(parts: readonly string[]): string {
  return AND.format(parts);
}

/** "orders, stores, or products". */
export function listAny(parts: readonly string[]): string {
  return OR.format(parts);
}
