/** Who changes a policy, in words. */
import { expect, test } from 'vitest';
import { ownersDecide } from './words-change.ts';

test('a domain without an owner says so, and who can change its policies', () => {
  expect(ownersDecide([], 'Loyalty')).toBe(
    'Nobody owns Loyalty. Who produces for it can change its policies; the platform team can name an owner, who can too.',
  );
  expect(ownersDecide(['Olga'], 'Loyalty')).toBe('Olga owns Loyalty and changes this policy.');
  expect(ownersDecide(['Olga', 'Bo'], 'Loyalty')).toBe(
    'Olga and Bo own Loyalty and change this policy.',
  );
});
