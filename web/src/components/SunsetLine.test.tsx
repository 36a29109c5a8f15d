/**
 * The end of a version is heard as it is seen: how long it serves, to which day, and since when the new one is there.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../testing/render.tsx';
import { SunsetLine, type SunsetLineProps } from './SunsetLine.tsx';

const LINE: SunsetLineProps = {
  from: { version: '2.x', until: '2026-02-22T00:00:00Z' },
  to: { version: '3.0.0', starts: '2025-11-22T09:00:00Z' },
  now: '2025-11-22T14:20:00Z',
};
const told = () => screen.getByRole('img').getAttribute('aria-label');

test('both threads are one picture whose name is the finding', async () => {
  const { container } = await show(<SunsetLine {...LINE} />);
  expect(told()).toMatch(/^2\.x keeps serving 92 days, to .*22.*\. 3\.0\.0 from today\.$/);
  expect(container.textContent).toContain('2.x keeps serving 92 days');
  expect(container.querySelectorAll('svg line').length).toBe(4);
  await expectAccessible();
});

test('a new version that is there already says since when, and today has its mark', async () => {
  const { container } = await show(<SunsetLine {...LINE} now="2026-01-22T00:00:00Z" />);
  expect(told()).toMatch(/^2\.x keeps serving 31 days, to .*\. 3\.0\.0 since .*22.*\.$/);
  expect(container.querySelectorAll('svg line').length).toBe(5);
});

test('days on which neither serves are said, and drawn as a gap', async () => {
  await show(<SunsetLine {...LINE} to={{ version: '<b>3</b>', starts: '2026-03-01T00:00:00Z' }} />);
  expect(told()).toMatch(/<b>3<\/b> from .*1.*\. Neither serves for 7 days\.$/);
  expect(screen.getByText('Neither serves for 7 days.')).toBeTruthy();
  await expectAccessible();
});

test('what has ended says so', async () => {
  const { container } = await show(<SunsetLine {...LINE} now="2026-03-22T00:00:00Z" />);
  expect(told()).toMatch(/^2\.x ended on .*22/);
  expect(container.textContent).toContain('2.x has ended');
});

test('an end that is no time has no line', async () => {
  const { container } = await show(
    <SunsetLine {...LINE} from={{ version: '2.x', until: 'P1Y' }} />,
  );
  expect(container.querySelector('svg')).toBeNull();
});
