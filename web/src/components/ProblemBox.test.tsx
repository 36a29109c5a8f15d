/**
 * What went wrong, as it is told: at once to who does not see it, with code, place and remedy, and never as markup.
 */
import { screen, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { Problem, type ProblemDocument } from '../api/problem.ts';
import { expectAccessible, show } from '../testing/render.tsx';
import { ProblemBox } from './ProblemBox.tsx';

const refused = (facts: Partial<ProblemDocument> = {}) =>
  new Problem({
    status: 422,
    code: 'CONTRACT_INVALID',
    title: 'The contract is not valid',
    detail: 'Two things are wrong.',
    ...facts,
  });

test('title, detail, code and remedy stand in an alert', async () => {
  await show(<ProblemBox error={refused({ remedy: 'Mend line 3.' })} />);
  const text = screen.getByRole('alert').textContent;
  expect(text).toContain('The contract is not valid');
  expect(text).toContain('Two things are wrong.');
  expect(text).toContain('Mend line 3.');
  expect(text).toContain('CONTRACT_INVALID');
  await expectAccessible();
});

test('each fault has its place: the line of a document, else the path, once', async () => {
  const errors = [
    { message: 'needs a type', line: 3, remedy: 'Write string.' },
    { message: 'must be text', path: '$.body.purpose' },
    { message: 'body.why must be text', path: '$.body.why' },
    { message: 'needs a type', line: 9 },
    { message: 'must be text', path: '$.body.purpose' },
  ];
  await show(<ProblemBox error={refused({ errors })} />);
  const faults = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
  expect(faults).toEqual([
    'line 3: needs a type Write string.',
    '$.body.purpose: must be text',
    'body.why must be text',
    'line 9: needs a type',
    '$.body.purpose: must be text',
  ]);
});

test('a single fault that is the whole keeps its line and its remedy', async () => {
  const detail = 'needs a type';
  const errors = [{ message: detail, line: 7, remedy: 'Write string.' }];
  await show(<ProblemBox error={refused({ detail, errors })} />);
  expect(screen.queryByRole('list')).toBeNull();
  const text = screen.getByRole('alert').textContent;
  expect(text).toContain('line 7: needs a type');
  expect(text).toContain('Write string.');
});

test('a fault of a column is told once, by the name of the column', async () => {
  const message = 'subquery is not allowed';
  const path = '$.columns.audit_date';
  const errors = [{ message, path }];
  await show(<ProblemBox error={refused({ detail: `${path}: ${message}`, errors })} />);
  const text = screen.getByRole('alert').textContent ?? '';
  expect(text.split(message)).toHaveLength(2);
  expect(text).toContain('audit_date: subquery is not allowed');
  expect(text).not.toContain('$.');
});

test('where there is no such thing, the way on stands in place of a command; elsewhere the remedy stays, without the command', async () => {
  const remedy = 'Check the name; `weft find` lists what there is.';
  const way = <a href="/market">Look in the market</a>;
  const missing = refused({ status: 404, remedy });
  await show(
    <>
      <ProblemBox error={missing} elsewhere={way} />
      <ProblemBox error={refused({ remedy })} elsewhere={way} />
    </>,
  );
  const [first, second] = screen.getAllByRole('alert').map(({ textContent }) => textContent);
  expect(first).toContain('Look in the market');
  expect(first).not.toContain('weft find');
  expect(second).toContain('Check the name.');
  expect(second).not.toContain('weft find');
});

test('faults beyond those that are shown are counted, not dropped', async () => {
  const errors = Array.from({ length: 25 }, (_, at) => ({ message: `fault ${at}`, line: at + 1 }));
  await show(<ProblemBox error={refused({ errors })} />);
  expect(screen.getAllByRole('listitem').length).toBe(20);
  expect(screen.getByRole('alert').textContent).toContain('and 5 more');
});

test('markup in what the server says stays text', async () => {
  const hostile = '<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>';
  const { container } = await show(
    <ProblemBox
      error={refused({
        title: hostile,
        detail: hostile,
        code: hostile,
        remedy: hostile,
        errors: [{ message: `${hostile} here`, path: hostile, remedy: hostile }],
      })}
    />,
  );
  expect(container.querySelector('img, script')).toBeNull();
  expect(container.textContent?.split(hostile).length).toBeGreaterThan(6);
  expect('pwned' in globalThis).toBe(false);
});

test('asking again is offered only where it can help', async () => {
  const onRetry = vi.fn();
  const away = new Problem({ status: 0, code: 'UNREACHABLE', title: 'Away', detail: 'No answer.' });
  const { user } = await show(
    <>
      <ProblemBox error={away} onRetry={onRetry} />
      <ProblemBox error={refused()} onRetry={onRetry} />
      <ProblemBox error={away} />
    </>,
  );
  const [first, second, third] = screen.getAllByRole('alert');
  if (first === undefined || second === undefined || third === undefined) throw new Error('none');
  expect(within(second).queryByRole('button', { name: 'Ask again' })).toBeNull();
  expect(within(third).queryByRole('button', { name: 'Ask again' })).toBeNull();
  await user.click(within(first).getByRole('button', { name: 'Ask again' }));
  expect(onRetry).toHaveBeenCalledTimes(1);
});

test('a fault of the page itself has a code and a remedy, too', async () => {
  await show(<ProblemBox error={new TypeError('x is undefined')} />);
  const text = screen.getByRole('alert').textContent;
  expect(text).toContain('x is undefined');
  expect(text).toContain('PAGE_FAULT');
  expect(text).toContain('Load the page again.');
});

test('the details are copied whole, and that is said', async () => {
  const { user } = await show(<ProblemBox error={refused({ remedy: 'Mend it.' })} />);
  const copy = screen.getByRole('button', { name: 'Copy details' });
  await user.click(copy);
  expect(await screen.findByText('Copied', { selector: '[role=status]' })).toBeTruthy();
  expect(JSON.parse(await navigator.clipboard.readText())).toMatchObject({
    code: 'CONTRACT_INVALID',
    remedy: 'Mend it.',
  });
  expect(copy.getAttribute('aria-label')).toBe('Copy details');
});

test('where there is no clipboard, it is said that nothing was copied', async () => {
  const { user } = await show(<ProblemBox error={refused()} />);
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('refused'));
  await user.click(screen.getByRole('button', { name: 'Copy details' }));
  await screen.findByRole('dialog', { name: 'Not copied yet' });
  expect(screen.getByRole('status', { hidden: true }).textContent).toContain('Not copied');
});
