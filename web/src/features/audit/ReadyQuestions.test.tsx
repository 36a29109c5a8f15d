/** What the ready questions ask, and what their answers are called. */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { startMesh } from '../../testing/mesh.ts';
import { show } from '../../testing/render.tsx';
import { ReadyQuestions } from './ReadyQuestions.tsx';
import { actionsMeant, actionWords, factsOf } from './words.ts';

test('which queries ran is asked of those that came to an end', async () => {
  startMesh();
  await show(<ReadyQuestions />);
  const link = await screen.findByRole('link', { name: 'Which queries ran' });
  expect(new URLSearchParams(link.getAttribute('href')?.split('?')[1]).get('action')).toBe(
    'query.finished',
  );
});

test('a query that was permitted has begun, which may still end in a refusal', () => {
  expect(actionWords('query.permitted')).toBe('Query begun');
  expect(actionsMeant('Query begun', ['query.permitted'])).toEqual(['query.permitted']);
  expect(actionWords('policy.change')).toBe('Policy change');
});

test('facts of a query are told in words, and what is as ever is not told', () => {
  expect(factsOf({ truncated: false, rowCount: 0 })).toBe('rows 0');
  expect(factsOf({ truncated: true, rowCount: 7 })).toBe('cut off yes · rows 7');
});
