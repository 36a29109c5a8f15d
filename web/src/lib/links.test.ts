/**
 * What contracts name as links is followed only where it is an address of the web or of mail.
 */
import { expect, test } from 'vitest';
import { safeLink } from './links.ts';

test('only http, https and mailto are links', () => {
  expect(safeLink('https://example.com/a')).toBe('https://example.com/a');
  expect(safeLink('mailto:a@example.com')).toBe('mailto:a@example.com');
  for (const text of [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    '/relative',
    'x',
    null,
  ]) {
    expect(safeLink(text)).toBeNull();
  }
});
