/** Who changes a policy, where a change stands, and what it changes, in words. */
import { expect, test } from 'vitest';
import { headline, ownersDecide } from './words-change.ts';

test('a domain without an owner says so, and who can change its policies', () => {
  expect(ownersDecide([], 'Loyalty')).toBe(
    'Nobody owns Loyalty. Who produces for it can change its policies; the platform team can name an owner, who can too.',
  );
  expect(ownersDecide(['Olga'], 'Loyalty')).toBe('Olga owns Loyalty and changes this policy.');
  expect(ownersDecide(['Olga', 'Bo'], 'Loyalty')).toBe(
    'Olga and Bo own Loyalty and change this policy.',
  );
});

test('the headline of a change says how far it is known, and never that it fits before it was checked', () => {
  const checked = { isChecking: false, isUnchecked: false, faults: 0, warnings: 0, touched: null };
  expect(headline(checked)).toBe('Your change fits. Whom does it touch?');
  expect(headline({ ...checked, isChecking: true })).toBe('Checking your change');
  expect(headline({ ...checked, isChecking: true, faults: 2 })).toBe('Checking your change');
  expect(headline({ ...checked, isUnchecked: true })).toBe('Your change could not be checked');
  expect(headline({ ...checked, faults: 1, warnings: 1 })).toBe('This would be refused');
  expect(headline({ ...checked, warnings: 2 })).toBe(
    'Your change may not say what you mean, in 2 places',
  );
  expect(headline({ ...checked, warnings: 2, touched: 1 })).toBe('1 reader sees something else');
  expect(headline({ ...checked, touched: 0 })).toBe('No reader sees anything else');
});
