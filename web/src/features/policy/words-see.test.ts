/** Who lets somebody in or keeps him out, in words. */
import { expect, test } from 'vitest';
import { plainText } from '../../components/Phrase.tsx';
import { editWords, reasonWords, ruleSays } from './words-see.ts';

test('a rule is told with whose it is, by its name and not by its id', () => {
  const says = (facts: Partial<Parameters<typeof ruleSays>[0]>) =>
    plainText(
      ruleSays({
        id: 'own-stores',
        effect: 'permit',
        applies: 'some rows',
        columns: null,
        ...facts,
      }),
    );
  expect(says({ id: 'mesh:restricted', effect: 'forbid', applies: 'all rows' })).toBe(
    'Rule restricted of the mesh’s policy forbids all rows',
  );
  expect(says({})).toBe('Rule own-stores of the product’s policy permits some rows');
  expect(says({ id: 'policy1', applies: 'no row' })).toBe(
    'Rule number 2 of the product’s policy does not apply here',
  );
  expect(says({ id: 'mesh:restricted', effect: 'forbid', applies: 'all rows', columns: [] })).toBe(
    'Rule restricted of the mesh’s policy does not apply here',
  );
  expect(says({ effect: 'forbid', columns: ['age', 'income'] })).toBe(
    'Rule own-stores of the product’s policy forbids age and income, in some rows',
  );
});

test('a reason and a step that would turn it name rules as people know them', () => {
  expect(reasonWords('Forbidden by mesh:closed, nights.')).toBe(
    'Forbidden by rule closed of the mesh’s policy and rule nights of the product’s policy.',
  );
  expect(reasonWords('No policy permits it.')).toBe('No policy permits it.');
  const text = 'without the policy mesh:closed';
  expect(editWords({ kind: 'policy', id: 'mesh:closed', text })).toBe(
    'without rule closed of the mesh’s policy',
  );
  expect(editWords({ kind: 'purpose', purpose: 'x', text: 'ask for the purpose x' })).toBe(
    'ask for the purpose x',
  );
});
