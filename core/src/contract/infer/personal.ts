/**
 * Probable personal data, by the name of a column and by its values: a proposal that a person confirms.
 *
 * Not a finding of law, and not complete: what is not noticed here may still be personal. Invariant: a proposal names
 * its reason.
 */
import { matchesFormat } from '../../lib/formats.ts';
import type { ColumnProfile } from './profile.ts';
import { findMisfits, NEARLY } from './tolerance.ts';

export interface PersonalGuess {
  classification: 'confidential' | 'restricted';
  reason: string;
  /** True when the column names the person that the row is about. */
  isSubject: boolean;
  /** True for what many persons share, such as a band of incomes: a list of these names nobody. */
  isTrait: boolean;
}

interface NameRule {
  pattern: RegExp;
  reason: string;
  classification?: 'restricted';
  isSubject?: true;
  isTrait?: true;
}

const START = '(^|_)';
const END = '(_|$)';
const word = (words: string) => new RegExp(`${START}(${words})${END}`);

const NAME_RULES: readonly NameRule[] = [
  {
    pattern: word('iban|bic|account_no|account_number|bank_account'),
    reason: 'a bank account',
    classification: 'restricted',
  },
  {
    pattern: word('card_number|credit_card|pan|cvv'),
    reason: 'a payment card',
    classification: 'restricted',
  },
  {
    pattern: word('ssn|social_security|passport|national_id|tax_id|ahv'),
    reason: 'an official number of a person',
    classification: 'restricted',
  },
  {
    pattern: word('health|diagnosis|religion|ethnicity|ethnic|race|sexual'),
    reason: 'a special category of data',
    classification: 'restricted',
  },
  { pattern: word('e_?mail|mail_address'), reason: 'an e-mail address' },
  { pattern: word('phone|telephone|mobile|cell|fax|msisdn'), reason: 'a phone number' },
  {
    pattern: word(
      'first_?name|last_?name|sur_?name|given_?name|family_?name|full_?name|maiden_?name|(customer|contact|person|member|user|employee)_?name',
    ),
    reason: 'the name of a person',
  },
  {
    pattern: word('birth|dob|birth_?day|birth_?date|date_of_birth|year_of_birth'),
    reason: 'a date of birth',
  },
  {
    pattern: word('street|address|address_line|post_?code|postal_code|zip|zip_?code|house_number'),
    reason: 'an address',
  },
  {
    pattern:
      /(^|_)(customer|household|user|member|shopper|patient|employee|person|client|loyalty|cardholder|subscriber)(_(id|no|nr|num|number|key|card|uuid))?$|(^|_)(card_id|loyalty_card)$/,
    reason: 'an id of a person or household',
    isSubject: true,
  },
  {
    pattern: word(
      'gender|sex|marital|marital_status|nationality|income|salary|age|household_(size|comp|composition|income)|kids|children|home_ownership',
    ),
    reason: 'a trait of a person',
    isTrait: true,
  },
  {
    pattern: word('ip|ip_?address|device_id|cookie|imei|mac_address'),
    reason: 'an id of a device',
  },
];

const VALUES_MIN = 5;
const PHONE = /^\+\d[\d ().-]{6,18}\d$/;

/** The guess for a column, or null when nothing speaks for personal data. `name` is the Weft name. */
export function guessPersonal(name: string, profile: ColumnProfile): PersonalGuess | null {
  const byName = personalByName(name);
  if (byName !== null) return byName;
  const reason = reasonByValues(profile);
  if (reason === null) return null;
  return { ...reason, isSubject: false, isTrait: false };
}

/** What the name alone says; null where it says nothing. */
export function personalByName(name: string): PersonalGuess | null {
  const rule = NAME_RULES.find((r) => r.pattern.test(name));
  if (rule === undefined) return null;
  return {
    classification: rule.classification ?? 'confidential',
    reason: `the name says ${rule.reason}`,
    isSubject: rule.isSubject === true,
    isTrait: rule.isTrait === true,
  };
}

function reasonByValues(
  profile: ColumnProfile,
): Pick<PersonalGuess, 'classification' | 'reason'> | null {
  if (profile.values.length < VALUES_MIN) return null;
  for (const { test, classification, reason } of VALUE_RULES) {
    // Why not all: a person behind every value but one is still a person.
    const odd = findMisfits(profile, test, profile.filled * (1 - NEARLY));
    if (odd === null) continue;
    return { classification, reason: `${odd.rows === 0 ? 'all' : 'nearly all'} values ${reason}` };
  }
  return null;
}

interface ValueRule {
  test: (value: string) => boolean;
  classification: PersonalGuess['classification'];
  reason: string;
}

const VALUE_RULES: readonly ValueRule[] = [
  {
    test: (value) => matchesFormat('email', value),
    classification: 'confidential',
    reason: 'are e-mail addresses',
  },
  {
    test: (value) => PHONE.test(value),
    classification: 'confidential',
    reason: 'look like phone numbers',
  },
  {
    test: (value) => matchesFormat('ipv4', value) || matchesFormat('ipv6', value),
    classification: 'confidential',
    reason: 'are IP addresses',
  },
  {
    test: isPaymentCard,
    classification: 'restricted',
    reason: 'pass the check of payment cards',
  },
];

/** Luhn's check over 13 to 19 digits that begin as payment cards do (ISO/IEC 7812). */
function isPaymentCard(text: string): boolean {
  const digits = text.replaceAll(/[ -]/g, '');
  if (!/^[2-6]\d{12,18}$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
