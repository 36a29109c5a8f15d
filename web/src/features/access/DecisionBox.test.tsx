/**
 * The decision on an agreement: taken against the version that was seen, twice asked where it is final, and never lost to a
 * colleague who was faster.
 */
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Agreement } from '../../api/types.ts';
import { agreement, contract, HOSTILE, HOUSEHOLDS } from '../../testing/facts.ts';
import { type Asked, type Mesh, problem, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, focused, show } from '../../testing/render.tsx';
import { Comments } from './Comments.tsx';
import { DecisionBox } from './DecisionBox.tsx';

type Step = 'approve' | 'deny' | 'counter' | 'revoke';
const pathOf = (step: Step) => `/api/v1/agreements/{agreement}/${step}`;

function start(): Mesh {
  const mesh = startMesh();
  for (const step of ['approve', 'deny', 'counter', 'revoke'] as const) {
    mesh.onOpen('post', pathOf(step), agreement({ state: 'active', version: 4 }));
  }
  mesh.on('get', '/api/v1/contracts/{ref}', contract(HOUSEHOLDS));
  return mesh;
}

function steps(mesh: Mesh): [Step, Asked][] {
  return (['approve', 'deny', 'counter', 'revoke'] as const).flatMap((step) =>
    mesh.asked('post', pathOf(step)).map((asked): [Step, Asked] => [step, asked]),
  );
}

async function decide(facts: Partial<Agreement> = {}, isOwn = false) {
  return await show(<DecisionBox agreement={agreement(facts)} isOwn={isOwn} />);
}

/** Until a hand has seen what came in the place of what it pressed. */
const calm = () => new Promise((resolve) => setTimeout(resolve, 450));

const press = (name: RegExp) => screen.getByRole('button', { name });
const reason = () => screen.getByRole('textbox', { name: /why/i });

test('letting in is one press, with what was said and the version that was seen', async () => {
  const mesh = start();
  const { user } = await decide();
  await expectAccessible();
  await user.type(reason(), ' For the audit ');
  await user.click(press(/^Let anna@cpg in/));
  await waitFor(() => expect(steps(mesh).length).toBe(1));
  const [[step, asked] = []] = steps(mesh);
  expect(step).toBe('approve');
  expect(asked?.params['agreement']).toBe(agreement().agreement);
  expect(asked?.headers.get('if-match')).toBe('"v3"');
  expect(asked?.body).toEqual({ because: 'For the audit' });
});

test('what is final is asked about once, in an alert, and done at the second press alone', async () => {
  const mesh = start();
  const { user } = await decide({ subject: HOSTILE });
  await user.type(reason(), 'Not for this');
  await user.click(press(/^Deny/));
  expect(screen.getByRole('alert').textContent).toContain(HOSTILE);
  expect(document.querySelector('img')).toBeNull();
  expect(steps(mesh)).toEqual([]);
  await calm();
  await user.click(press(/^Deny/));
  await waitFor(() => expect(steps(mesh).map(([step]) => step)).toEqual(['deny']));
  expect(screen.queryByRole('alert')).toBeNull();
});

test('whose request ends is told by name', async () => {
  const mesh = start();
  mesh.on('get', '/api/v1/names', { items: [{ id: 'anna@cpg', name: 'Anna Analyst' }] });
  const { user } = await decide();
  await screen.findByRole('button', { name: /^Let Anna Analyst in/ });
  await user.type(reason(), 'Not for this');
  await calm();
  await user.click(press(/^Deny/));
  expect(screen.getByRole('alert').textContent).toMatch(/^The request of Anna Analyst ends here/);
});

test('what would show nothing is no main step, and says so', async () => {
  start();
  const facts = agreement({ state: 'countered' });
  await show(<DecisionBox agreement={facts} isOwn />);
  const accept = () => press(/^Accept/).dataset['variant'];
  expect(accept()).toBe('filled');
  cleanup();
  await show(<DecisionBox agreement={facts} isOwn showsNothing />);
  expect(accept()).toBe('default');
  screen.getByText('As it stands, nothing would be seen by it.');
});

test('who denies says why, and is led there when he did not', async () => {
  const mesh = start();
  const { user } = await decide();
  await user.type(reason(), '  ');
  await user.click(press(/^Deny/));
  expect(focused()).toBe(reason());
  expect(reason().getAttribute('aria-invalid')).toBe('true');
  await screen.findByText('Say why, so that anna@cpg knows what to do about it.');
  await expectAccessible();
  expect(screen.queryByRole('alert')).toBeNull();
  await user.keyboard('Not for this');
  await user.click(press(/^Deny/));
  await calm();
  await user.click(press(/^Deny/));
  await waitFor(() => expect(steps(mesh).map(([step]) => step)).toEqual(['deny']));
  expect(steps(mesh)[0]?.[1].body).toEqual({ because: 'Not for this' });
});

test('who asked may decline an offer without a word', async () => {
  const mesh = start();
  const { user } = await decide({ state: 'countered' }, true);
  await user.click(press(/^Decline/));
  await calm();
  await user.click(press(/^Decline/));
  await waitFor(() => expect(steps(mesh).map(([step]) => step)).toEqual(['deny']));
});

test('who thinks better of it denies nothing', async () => {
  const mesh = start();
  const { user } = await decide();
  await user.type(reason(), 'Not for this');
  await user.click(press(/^Deny/));
  await calm();
  await user.click(press(/^Let/));
  await waitFor(() => expect(steps(mesh).map(([step]) => step)).toEqual(['approve']));
  expect(screen.queryByRole('alert')).toBeNull();
});

test('an offer is written first, and sent with its columns and its end', async () => {
  const mesh = start();
  const { user } = await decide();
  await user.click(press(/^Offer less/));
  expect(steps(mesh)).toEqual([]);
  const columns = await screen.findByRole('group', { name: 'Columns that you offer' });
  await user.click(await within(columns).findByRole('checkbox', { name: 'income' }));
  fireEvent.change(screen.getByLabelText(/^Until/), { target: { value: '2027-01-31' } });
  await expectAccessible();
  await calm();
  await user.click(press(/^Send the offer/));
  await waitFor(() => expect(steps(mesh).length).toBe(1));
  const [[step, asked] = []] = steps(mesh);
  expect(step).toBe('counter');
  expect(asked?.body).toEqual({
    columns: ['household_id', 'region'],
    until: new Date('2027-01-31T23:59:59').toISOString(),
  });
});

test('when a colleague was faster, that is told and what was written stays', async () => {
  const mesh = start();
  mesh.onOpen('post', pathOf('approve'), () => problem(412, 'PRECONDITION_FAILED'));
  const { user } = await decide();
  await user.type(reason(), 'For the audit');
  await user.click(press(/^Let/));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('It changed while you looked at it.');
  expect(within(alert).getByRole('button', { name: 'See how it stands now' })).toBeTruthy();
  expect(reason()).toHaveProperty('value', 'For the audit');
});

test('another refusal is told with its code, and the step can be tried again', async () => {
  const mesh = start();
  mesh.onOpen('post', pathOf('approve'), () => problem(403, 'FORBIDDEN', { remedy: 'Ask Owen.' }));
  const { user } = await decide();
  await user.type(reason(), 'For the audit');
  await user.click(press(/^Let/));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('FORBIDDEN');
  expect(alert.textContent).toContain('Ask Owen.');
  await user.click(press(/^Let/));
  await waitFor(() => expect(steps(mesh).length).toBe(2));
  expect(reason()).toHaveProperty('value', 'For the audit');
});

test('a double click decides once: what comes in its place takes no press, nor does what is under way', async () => {
  const mesh = start();
  const { user } = await decide({ state: 'countered' }, true);
  const accept = press(/^Accept/);
  accept.click();
  accept.click();
  await waitFor(() => expect(steps(mesh).map(([step]) => step)).toEqual(['approve']));
  await calm();
  await decide();
  for (const field of screen.getAllByRole('textbox', { name: /why/i }))
    fireEvent.change(field, { target: { value: 'Not for this' } });
  const [deny] = screen.getAllByRole('button', { name: /^Deny/ });
  await user.dblClick(deny as HTMLElement);
  expect(screen.getByRole('alert')).toBeTruthy();
  await calm();
  expect(steps(mesh).map(([step]) => step)).toEqual(['approve']);
});

test('who asked is offered his own steps alone; an ended agreement offers none', async () => {
  start();
  await decide({}, true);
  expect(screen.getAllByRole('button').map(({ textContent }) => textContent)).toEqual([
    'Withdraw the request',
  ]);
  const { container } = await decide({ state: 'denied' });
  expect(container.textContent).toBe('');
});

test('what was said stays text and stands once for each; a new word is told, a refused one kept', async () => {
  const mesh = start();
  const at = '2026-11-22T08:00:00Z';
  let items = [
    { comment: 'com_1', author: 'anna@cpg', at, text: HOSTILE },
    { comment: 'com_2', author: 'anna@cpg', at, text: 'And this' },
  ];
  const path = '/api/v1/agreements/{agreement}/comments';
  mesh.onOpen('get', path, () => ({ items }));
  mesh.onOpen('post', path, () => problem(503, 'OVERLOADED'));
  const { user, container } = await show(<Comments id="agr_1" />);
  const list = await screen.findByRole('list');
  expect(within(list).getByText(HOSTILE)).toBeTruthy();
  expect(container.querySelector('img')).toBeNull();
  expect(list.closest('[aria-live=polite]')).not.toBeNull();
  expect(press(/^Send$/)).toHaveProperty('disabled', true);
  const say = screen.getByRole('textbox', { name: /other side/ });
  await user.type(say, 'Why all?');
  await user.click(press(/^Send$/));
  expect((await screen.findByRole('alert')).textContent).toContain('OVERLOADED');
  expect(say).toHaveProperty('value', 'Why all?');
  mesh.onOpen('post', path, ({ body }) => {
    const said = { comment: 'com_3', author: 'owen@cpg', at, ...(body as { text: string }) };
    items = [...items, said];
    return said;
  });
  await user.click(press(/^Send$/));
  expect(await within(list).findByText('Why all?')).toBeTruthy();
  await waitFor(() => expect(say).toHaveProperty('value', ''));
  await expectAccessible();
});

test('a word is said once, however often Send is pressed', async () => {
  const mesh = startMesh();
  const path = '/api/v1/agreements/{agreement}/comments';
  mesh.onOpen('get', path, { items: [] });
  mesh.onOpen('post', path, { comment: 'com_1', author: 'anna@cpg', at: '', text: 'Why all?' });
  const { user } = await show(<Comments id="agr_1" />);
  const say = await screen.findByRole('textbox', { name: /other side/ });
  await user.type(say, 'Why all?');
  const send = press(/^Send$/);
  send.click();
  send.click();
  await waitFor(() => expect(say).toHaveProperty('value', ''));
  expect(mesh.asked('post', path).length).toBe(1);
});

test('what the other side says comes into an open page by itself', async () => {
  const mesh = startMesh();
  const path = '/api/v1/agreements/{agreement}/comments';
  let items: object[] = [];
  mesh.onOpen('get', path, () => ({ items }));
  await show(<Comments id="agr_1" />);
  await screen.findByRole('textbox', { name: /other side/ });
  const at = '2026-11-22T08:00:00Z';
  items = [{ comment: 'com_1', author: 'owen@cpg', at, text: 'For how long?' }];
  expect(await screen.findByText('For how long?')).toBeTruthy();
});
