/**
 * The signs of the app for who does not see them: states, threads, spreads, misses and veils say in words what they draw, and
 * what only adorns says nothing.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../testing/render.tsx';
import { AccessState } from './AccessState.tsx';
import { Cloth } from './Cloth.tsx';
import { ColumnVeil, veilOf } from './ColumnVeil.tsx';
import { Picks } from './Picks.tsx';
import { Selvedge } from './Selvedge.tsx';
import { Spark } from './Spark.tsx';
import { Status, StatusIcon, type StatusKind } from './Status.tsx';
import { Thread } from './Thread.tsx';
import { TimeText } from './TimeText.tsx';
import { Veil, type VeilKind } from './Veil.tsx';
import { maskReason, maskWord } from './words.ts';

const KINDS: StatusKind[] = ['kept', 'close', 'missed', 'unknown', 'waiting'];

test('a state has its own icon and its words, and the icon is kept from who hears the words', async () => {
  const { container } = await show(
    KINDS.map((kind) => (
      <p key={kind}>
        <Status kind={kind}>it is {kind}</Status>
      </p>
    )),
  );
  const lines = [...container.querySelectorAll('p')];
  expect(lines.map(({ textContent }) => textContent)).toEqual(KINDS.map((kind) => `it is ${kind}`));
  const drawings = lines.map((line) => line.querySelector('svg'));
  expect(new Set(drawings.map((drawing) => drawing?.innerHTML)).size).toBe(KINDS.length);
  expect(drawings.map((drawing) => drawing?.getAttribute('aria-hidden'))).toEqual(
    KINDS.map(() => 'true'),
  );
  await expectAccessible();
});

test('an icon that stands alone has a word', async () => {
  const { container } = await show(
    KINDS.map((kind) => (
      <p key={kind}>
        <StatusIcon kind={kind} />
      </p>
    )),
  );
  expect([...container.querySelectorAll('p')].map(({ textContent }) => textContent)).toEqual([
    'kept',
    'close',
    'missed',
    'not measured yet',
    'waiting',
  ]);
  await expectAccessible();
});

test('access says whose it is, and how long a decision takes where somebody has to ask', async () => {
  const said = async (access: 'none' | 'requestable' | 'agreed' | 'open', answersIn?: string) => {
    const { container } = await show(
      <AccessState access={access} {...(answersIn === undefined ? {} : { answersIn })} />,
    );
    const text = container.textContent;
    container.remove();
    return text;
  };
  expect(await said('none')).toBe('Closed: ask the owner');
  expect(await said('agreed', 'PT4H')).toBe('Yours');
  expect(await said('open')).toBe('Open to everyone');
  expect(await said('requestable')).toBe('On request');
  expect(await said('requestable', 'PT4H')).toMatch(/^On request, so far about 4\sh$/);
  expect(await said('requestable', 'PT3S')).toBe('On request, so far within a minute');
  expect(await said('requestable', 'some day')).toBe('On request');
});

test('a veil says what a policy did, in its word and in a whole one', async () => {
  const kinds: VeilKind[] = ['hidden', 'stand-in', 'grouped', 'cut'];
  const { container } = await show(
    kinds.map((kind) => (
      <p key={kind}>
        <Veil kind={kind} />
      </p>
    )),
  );
  expect([...container.querySelectorAll('p')].map(({ textContent }) => textContent)).toEqual([
    'hidden (hidden for your purpose)',
    'stand-in (a stand-in for the real value)',
    'grouped (grouped)',
    'cut (not the whole value)',
  ]);
  await expectAccessible();
});

test('every mask of a policy has a word, and one that is not known is shown as hidden by its own name', async () => {
  const masks = ['hash', 'bucket', 'truncate', 'part', 'null', 'fixed', 'hide', '<b>new</b>'];
  const { container } = await show(
    masks.map((mask) => (
      <p key={mask}>
        <ColumnVeil mask={mask} />
      </p>
    )),
  );
  const words = [...container.querySelectorAll('p')].map(({ textContent }) => textContent ?? '');
  expect(words.map((text) => text.replace(/ \(.*$/, ''))).toEqual([
    'stand-in',
    'in bands',
    'in steps',
    'in part',
    'empty',
    'always the same',
    'hidden',
    '<b>new</b>',
  ]);
  const kinds = [...container.querySelectorAll('[data-kind]')];
  expect(kinds.at(-1)?.getAttribute('data-kind')).toBe('hidden');
  expect(container.querySelector('b')).toBeNull();
});

test('a mask of some rows, and of a place inside a column, is told in the same words', () => {
  expect(maskWord('hash, bucket in some rows, else null')).toBe(
    'stand-in, in bands in some rows, else empty',
  );
  expect(maskWord('address.zip: truncate')).toBe('address.zip: in steps');
  expect(maskReason('hash in some rows')).toBe('stand-in in some rows');
  expect(veilOf('address.zip: hash in some rows')).toBe('stand-in');
});

test('a thread says on which side of its promise the measurement ends', async () => {
  await show(
    <>
      <Thread label="Freshness" headroom={2} />
      <Thread label="Latency" headroom={1.05} />
      <Thread label="Good records" headroom={0.5} />
      <Thread label="Availability" headroom={null} />
      <Thread label="Refused rows" headroom={Number.POSITIVE_INFINITY} />
      <Thread label="Broken" headroom={Number.NaN} />
      <Thread label="Not told" headroom={null} state="kept" />
      <Thread label="Not told either" headroom={null} state="missed" />
    </>,
  );
  const names = screen.getAllByRole('img').map((image) => image.getAttribute('aria-label'));
  expect(names).toEqual([
    'Freshness: kept, 2 times the room it needs',
    'Latency: close, 1.05 times the room it needs',
    'Good records: missed, 0.5 times the room it needs',
    'Availability: not measured yet',
    'Refused rows: kept, nothing measured against it',
    'Broken: not measured yet',
    'Not told: kept',
    'Not told either: missed',
  ]);
  await expectAccessible();
});

test('a spread says how many rows and where most of them are; without rows there is nothing', async () => {
  const { container } = await show(
    <>
      <Spark label="income" counts={[1, 2, 30, 4]} />
      <Spark label="age" counts={[1]} isVeiled />
      <Spark label="none" counts={[0, 0]} />
      <Spark label="empty" counts={[]} />
    </>,
  );
  expect(screen.getAllByRole('img').map((image) => image.getAttribute('aria-label'))).toEqual([
    'income: 37 rows, most in the third quarter of the range',
    'age: 1 row, most in the lowest quarter of the range',
  ]);
  expect(container.querySelectorAll('[data-veiled]').length).toBe(1);
  await expectAccessible();
});

test('misses are counted in words, never below none, and the last one is marked', async () => {
  const budgets = [
    { allowed: 5, left: 3 },
    { allowed: 5, left: 1 },
    { allowed: 5, left: -2 },
    { allowed: 100, left: 50 },
    { allowed: 1, left: 1 },
  ];
  const { container } = await show(
    budgets.map(({ allowed, left }) => (
      <p key={`${left} of ${allowed}`}>
        <Picks allowed={allowed} left={left} />
      </p>
    )),
  );
  const shown = [...container.querySelectorAll('p')];
  expect(shown.map(({ textContent }) => textContent)).toEqual([
    '3 of 5 misses left',
    '1 of 5 misses left',
    '0 of 5 misses left',
    '50 of 100 misses left',
    '1 of 1 miss left',
  ]);
  const standing = shown.map((part) => part.querySelectorAll('i[data-left]').length);
  expect(standing).toEqual([3, 1, 0, 6, 1]);
  expect(shown.map((part) => part.querySelectorAll('i').length)).toEqual([5, 5, 5, 12, 1]);
  expect(shown.map((part) => part.querySelector('svg') !== null)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
  expect(screen.queryByRole('img')).toBeNull();
});

test('the cloth of a domain adorns: it has no name, and it is told apart without colour', async () => {
  const { container } = await show(
    <>
      <Cloth domain="point_of_sale" size={40} />
      <Cloth domain="loyalty" size={40} />
      <Selvedge domain="point_of_sale" />
      <Selvedge domain="loyalty" />
    </>,
  );
  expect(screen.queryByRole('img')).toBeNull();
  const drawings = [...container.querySelectorAll('svg')];
  expect(drawings.map((drawing) => drawing.getAttribute('aria-hidden'))).toEqual(
    drawings.map(() => 'true'),
  );
  const paths = [...container.querySelectorAll('path')].map((path) => path.getAttribute('d'));
  expect(new Set(paths).size).toBe(4);
  const patterns = [...container.querySelectorAll('pattern')].map(({ id }) => id);
  expect(new Set(patterns).size).toBe(2);
  await expectAccessible();
});

test('a time is exact for machines and on hover, and says when there is none', async () => {
  const at = '2026-11-22T05:12:30Z';
  const { container, user } = await show(
    <>
      <TimeText at={at} />
      <TimeText at={null} />
    </>,
  );
  const time = container.querySelector('time');
  expect(time?.getAttribute('datetime')).toBe(at);
  expect(screen.getByText('not measured yet')).toBeTruthy();
  if (time === null) throw new Error('there is no time');
  await user.hover(time);
  expect((await screen.findByRole('tooltip')).textContent).toContain('2026-11-22T05:12:30');
});
