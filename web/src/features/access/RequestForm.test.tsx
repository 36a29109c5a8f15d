/**
 * Asking for access: what is sent is what was chosen, a refusal loses nothing that was written, and names stay text.
 */
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { agreement, HOSTILE, hit, OWEN } from '../../testing/facts.ts';
import { type Mesh, problem, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, show } from '../../testing/render.tsx';
import type { PurposeOffer } from './offers.ts';
import { RequestForm } from './RequestForm.tsx';
import { useAsking } from './use-asking.ts';

const COLUMNS = ['household_id', 'income', HOSTILE];

const OFFER: PurposeOffer = {
  purpose: 'fraud_detection',
  isAllowed: true,
  explained: null,
  isAsking: false,
  view: {
    columns: [
      { name: 'household_id', mask: 'hash' },
      { name: HOSTILE, mask: null },
    ],
    hidden: [{ column: 'income', why: 'policy' }],
    rows: null,
    granularity: null,
    rowLimit: null,
    mayExport: true,
    rowsAbout: null,
  },
  agreement: null,
};

/** The form as its page holds it. */
function Asking({ offer = OFFER }: { offer?: PurposeOffer }) {
  const asking = useAsking('loyalty.households');
  return (
    <RequestForm
      product="loyalty.households"
      major={2}
      offer={offer}
      columns={COLUMNS}
      inSight={COLUMNS}
      asking={asking}
    />
  );
}

function start(): Mesh {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/search', {
    capped: false,
    facets: {},
    items: [hit({ answersIn: 'PT4H' })],
    next: null,
    total: 1,
  });
  return mesh;
}

const until = () => screen.getByLabelText(/^Until/);
const why = () => screen.getByRole('textbox', { name: /^Why/ });
const send = () => screen.getByRole('button', { name: /send/i });
const box = (name: string) => screen.getByRole('checkbox', { name });

test('a request as it stands asks for all columns, without an end and without a reason', async () => {
  const mesh = start();
  const sent = agreement();
  mesh.on('post', '/api/v1/agreements', sent);
  const { user, where } = await show(<Asking />);
  await expectAccessible();
  await user.click(send());
  await waitFor(() => expect(where()).toBe(`/agreements/${sent.agreement}`));
  const [asked, ...others] = mesh.asked('post', '/api/v1/agreements');
  expect(others).toEqual([]);
  expect(asked?.body).toEqual({ product: 'loyalty.households@2', purpose: 'fraud_detection' });
  expect(asked?.headers.get('idempotency-key')).not.toBeNull();
});

test('end, reason and columns are sent as they were chosen', async () => {
  const mesh = start();
  mesh.on('post', '/api/v1/agreements', agreement());
  const { user } = await show(<Asking />);
  fireEvent.change(until(), { target: { value: '2027-01-31' } });
  await user.type(why(), '  To find fraud  ');
  await user.click(screen.getByText('All columns that the purpose shows'));
  await user.click(box(HOSTILE));
  expect(screen.getByText('1 column only')).toBeTruthy();
  await user.click(send());
  await waitFor(() => expect(mesh.asked('post', '/api/v1/agreements').length).toBe(1));
  expect(mesh.asked('post', '/api/v1/agreements')[0]?.body).toEqual({
    product: 'loyalty.households@2',
    purpose: 'fraud_detection',
    columns: ['household_id'],
    until: new Date('2027-01-31T23:59:59').toISOString(),
    why: 'To find fraud',
  });
});

test('what the purpose hides cannot be asked for, and a choice that is whole again is no choice', async () => {
  start();
  const { user, container } = await show(<Asking />);
  await user.click(screen.getByText('All columns that the purpose shows'));
  expect(box('income')).toHaveProperty('disabled', true);
  expect(box('income')).toHaveProperty('checked', false);
  expect(screen.getByRole('group', { name: 'Columns to ask for' })).toBeTruthy();
  await user.click(box('household_id'));
  await user.click(box('household_id'));
  expect(screen.getByText('All columns that the purpose shows')).toBeTruthy();
  expect(container.querySelector('img')).toBeNull();
});

test('a refusal is told in place, and what was written is kept', async () => {
  const mesh = start();
  mesh.on('post', '/api/v1/agreements', () =>
    problem(422, 'REQUEST_INVALID', { detail: HOSTILE, remedy: 'Name an end.' }),
  );
  const { user, where } = await show(<Asking />, { at: '/p/loyalty.households/request' });
  await user.type(why(), 'To find fraud');
  await user.click(send());
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain(HOSTILE);
  expect(alert.textContent).toContain('Name an end.');
  expect(alert.querySelector('img')).toBeNull();
  expect(why()).toHaveProperty('value', 'To find fraud');
  expect(where()).toBe('/p/loyalty.households/request');
  mesh.on('post', '/api/v1/agreements', agreement());
  await user.click(send());
  await waitFor(() => expect(where()).toMatch(/^\/agreements\//));
  expect(mesh.asked('post', '/api/v1/agreements').length).toBe(2);
});

test('who has asked already is led to it and cannot ask twice', async () => {
  start();
  const { user, where } = await show(<Asking offer={{ ...OFFER, agreement: 'agr_1' }} />);
  expect(screen.queryByRole('button')).toBeNull();
  await user.click(screen.getByRole('link'));
  expect(where()).toBe('/agreements/agr_1');
});

test('what was written is there when one comes back, for nobody else, and gone once it is sent', async () => {
  const mesh = start();
  mesh.on('post', '/api/v1/agreements', agreement());
  const before = await show(<Asking />);
  fireEvent.change(until(), { target: { value: '2027-01-31' } });
  await before.user.type(why(), 'To find fraud');
  cleanup();
  await show(<Asking />, { me: OWEN });
  expect(why()).toHaveProperty('value', '');
  cleanup();
  const { user } = await show(<Asking />);
  expect(why()).toHaveProperty('value', 'To find fraud');
  expect(until()).toHaveProperty('value', '2027-01-31');
  await user.click(send());
  await waitFor(() => expect(why()).toHaveProperty('value', ''));
});
