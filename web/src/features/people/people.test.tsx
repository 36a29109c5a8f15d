/**
 * People and domains by their pages: who is shown what, what is sent, and that a refusal loses nothing.
 */
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Me } from '../../api/types.ts';
import { ANNA, HOSTILE, OWEN } from '../../testing/facts.ts';
import { answerFrame, type Mesh, problem, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, focused, showApp } from '../../testing/render.tsx';
import type { DomainItem, User } from './people-queries.ts';

const PIA: Me = { ...ANNA, id: 'pia', name: 'Pia Platform', roles: ['platform'] };

function user(facts: Partial<User> = {}): User {
  return {
    id: 'lena',
    name: 'Lena Lager',
    kind: 'user',
    roles: ['producer'],
    domains: ['loyalty'],
    attributes: { region: 'EU' },
    state: 'active',
    disabledAt: null,
    disabledBy: null,
    since: null,
    updatedAt: '2026-11-20T08:00:00Z',
    ...facts,
  };
}

const LOYALTY: DomainItem = {
  name: 'loyalty',
  title: HOSTILE,
  description: null,
  owners: ['lena'],
  stewards: [],
  node: 'https://node.example',
  products: 2,
};

const tagged = (document: object, etag: string): Response =>
  new Response(JSON.stringify(document), {
    headers: { 'content-type': 'application/json', etag },
  });

function start(me: Me, known: User[] = [user()]): Mesh {
  const mesh = startMesh();
  answerFrame(mesh, me);
  mesh.on('get', '/api/v1/mesh', problem(404, 'NOT_FOUND'));
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/domains', { items: [LOYALTY], next: null });
  mesh.on('get', '/api/v1/domains/{domain}', () => tagged(LOYALTY, '"d1"'));
  mesh.on('get', '/api/v1/users', ({ query }) => ({
    items: known.filter(({ name }) => name.includes(query.get('q') ?? '')),
    next: null,
  }));
  mesh.on('get', '/api/v1/users/{user}', ({ params }) => {
    const found = known.find(({ id }) => id === params['user']);
    return found === undefined ? problem(404, 'NOT_FOUND') : tagged(found, '"u1"');
  });
  return mesh;
}

const box = (name: string) => screen.findByRole('checkbox', { name });
const button = (name: string | RegExp) => screen.getByRole('button', { name });
const main = () => screen.getByRole('main');

test('people are found while one types, and the address says by what', async () => {
  const mesh = start(PIA, [user(), user({ id: 'max', name: HOSTILE, kind: 'service', roles: [] })]);
  const { user: hand, where, container } = await showApp('/people', { me: PIA });
  await screen.findByRole('link', { name: 'Lena Lager' });
  await expectAccessible(main());
  await hand.keyboard('/');
  expect(focused()).toBe(screen.getByLabelText('Find by name or id'));
  await hand.keyboard('<img');
  await waitFor(() => expect(screen.queryByRole('link', { name: 'Lena Lager' })).toBeNull());
  expect(where()).toContain('/people?q=');
  expect(mesh.asked('get', '/api/v1/users').length).toBe(2);
  expect(container.querySelector('main img')).toBeNull();
  await hand.clear(screen.getByLabelText('Find by name or id'));
  await hand.keyboard('nobody');
  await screen.findByText('Nobody is called so');
  await hand.click(screen.getByRole('link', { name: 'Show all' }));
  await screen.findByRole('link', { name: 'Lena Lager' });
  expect(screen.getByLabelText('Find by name or id')).toHaveProperty('value', '');
});

test('what was touched is sent over what was seen, and a refusal keeps what was written', async () => {
  const mesh = start(PIA);
  const { user: hand } = await showApp('/people/lena', { me: PIA });
  await hand.click(await box('Steward'));
  await expectAccessible(main());
  mesh.on('patch', '/api/v1/users/{user}', () =>
    problem(412, 'PRECONDITION_FAILED', { detail: HOSTILE }),
  );
  await hand.click(button('Save'));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain(HOSTILE);
  expect(await box('Steward')).toHaveProperty('checked', true);
  const [asked] = mesh.asked('patch', '/api/v1/users/{user}');
  expect(asked?.body).toEqual({ roles: ['producer', 'steward'] });
  expect(asked?.headers.get('if-match')).toBe('"u1"');

  const theirs = user({ attributes: { region: 'FR' } });
  mesh.on('get', '/api/v1/users/{user}', () => tagged(theirs, '"u2"'));
  await hand.click(button('Show what is there now'));
  await screen.findByText('FR');
  expect(await box('Steward')).toHaveProperty('checked', false);
  mesh.on('patch', '/api/v1/users/{user}', ({ body }) =>
    tagged({ ...theirs, ...(body as object) }, '"u3"'),
  );
  await hand.click(await box('Steward'));
  await hand.click(button('Save'));
  await screen.findByText(/^Saved\./);
  expect(mesh.asked('patch', '/api/v1/users/{user}')[1]?.headers.get('if-match')).toBe('"u2"');
});

test('what the mesh would refuse is told before it is sent', async () => {
  start(PIA);
  const { user: hand } = await showApp('/people/lena', { me: PIA });
  await hand.click(await screen.findByRole('button', { name: 'Save' }));
  await screen.findByText('Nothing is changed yet.');
  await hand.click(await box('Producer'));
  await hand.click(button('Save'));
  await screen.findByText(/At least one role is needed/);
  await hand.click(await box('Consumer'));
  await hand.click(button('Save'));
  await screen.findByText(/Domains are for producers and stewards/);
  await hand.click(button('Leave it as it was'));
  expect(await box('Producer')).toHaveProperty('checked', true);
});

test('who takes the platform role from himself is warned, and cannot disable himself', async () => {
  start(PIA, [user({ id: 'pia', name: 'Pia', roles: ['platform'], domains: [] })]);
  const { user: hand } = await showApp('/people/pia', { me: PIA });
  await hand.click(await box('Platform'));
  expect((await screen.findByRole('alert')).textContent).toMatch(/no longer be of the platform/);
  expect(screen.queryByRole('button', { name: 'Disable' })).toBeNull();
});

test('a sign-in link is shown once, whole, and then gone', async () => {
  const mesh = start(PIA);
  mesh.on('post', '/api/v1/sign-in-links', {
    url: '/#code=weft_lnk_x',
    expires: '2026-11-20T08:05:00Z',
  });
  const { user: hand, client } = await showApp('/people/lena', { me: PIA });
  await hand.click(await screen.findByRole('button', { name: 'Make a sign-in link' }));
  const made = await screen.findByRole('region', { name: 'The new sign-in link' });
  expect(within(made).getByText(`${location.origin}/#code=weft_lnk_x`)).toBeTruthy();
  expect(mesh.asked('post', '/api/v1/sign-in-links')[0]?.body).toEqual({
    subject: 'lena',
    seconds: 300,
  });
  await expectAccessible(made);
  await hand.click(within(made).getByRole('button', { name: 'I have it' }));
  expect(document.body.textContent).not.toContain('weft_lnk_x');
  await waitFor(() => expect(client.getMutationCache().getAll()).toEqual([]));
});

test('services get keys, people of the provider and nodes are shown as they are', async () => {
  start(PIA, [
    user({ id: 'loader', name: 'Loader', kind: 'service' }),
    user({ id: 'corp:ada', name: 'Ada', kind: 'external' }),
  ]);
  const { user: hand } = await showApp('/people/loader', { me: PIA });
  await screen.findByText('A service signs in nowhere. Give it an API key.');
  expect(screen.queryByRole('button', { name: 'Make a sign-in link' })).toBeNull();
  await hand.click(screen.getAllByRole('link', { name: 'People' })[0] as HTMLElement);
  await hand.click(await screen.findByRole('link', { name: 'Ada' }));
  await screen.findByText(/come from the identity provider/);
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull();
});

test('a key of a service is made in its name', async () => {
  const mesh = start(PIA, [user({ id: 'loader', name: 'Loader', kind: 'service' })]);
  mesh.on('get', '/api/v1/keys', { items: [], next: null });
  mesh.on('post', '/api/v1/keys', {
    id: 'key_1',
    key: 'weft_key_x',
    subject: 'loader',
    expires: '2027-01-01T00:00:00Z',
  });
  const { user: hand } = await showApp('/people/loader', { me: PIA });
  await hand.click(await screen.findByRole('button', { name: 'API keys' }));
  const dialog = await screen.findByRole('dialog', { name: 'API keys of Loader' });
  await hand.type(within(dialog).getByLabelText(/What it is for/), 'nightly');
  await hand.click(within(dialog).getByRole('button', { name: 'Make the key' }));
  await within(dialog).findByText('weft_key_x');
  expect(mesh.asked('post', '/api/v1/keys')[0]?.body).toMatchObject({ subject: 'loader' });
});

test('disabling is asked twice, and shown when the mesh did it', async () => {
  const known = user();
  const mesh = start(PIA, [known]);
  mesh.onOpen('post', '/api/v1/users/{user}/disable', () =>
    Object.assign(known, { state: 'disabled', disabledBy: 'pia', disabledAt: known.updatedAt }),
  );
  const { user: hand } = await showApp('/people/lena', { me: PIA });
  await hand.click(await screen.findByRole('button', { name: 'Disable' }));
  expect(mesh.asked('post', '/api/v1/users/{user}/disable')).toEqual([]);
  await hand.click(button('Disable now'));
  await screen.findByRole('button', { name: 'Enable again' });
  await screen.findByText('There is no way in while this subject is disabled.');
});

test('a person for a domain begins as its producer, and is sent whole', async () => {
  const mesh = start(PIA, [user({ id: 'mo' })]);
  mesh.on('post', '/api/v1/users', user({ id: 'mo' }));
  const { user: hand, where } = await showApp('/people/-/new?domain=loyalty', { me: PIA });
  expect(await box('Producer')).toHaveProperty('checked', true);
  await hand.click(button('Make this subject'));
  await screen.findByText(/^Begin with a letter or a digit/);
  await hand.type(screen.getByLabelText('Id'), 'mo');
  await hand.click(button('Add an attribute'));
  await hand.type(screen.getByLabelText('Name of the attribute'), 'region');
  await hand.type(screen.getByRole('combobox', { name: 'Values of region' }), 'EU{Enter}US');
  await expectAccessible(main());
  await hand.click(button('Make this subject'));
  await waitFor(() => expect(where()).toBe('/people/mo'));
  expect(mesh.asked('post', '/api/v1/users')[0]?.body).toEqual({
    id: 'mo',
    kind: 'user',
    name: 'mo',
    roles: ['producer'],
    domains: ['loyalty'],
    attributes: { region: ['EU', 'US'] },
  });
});

test('what was written of a new person is there when one comes back, until it is sent', async () => {
  const mesh = start(PIA, [user({ id: 'mo' })]);
  mesh.on('post', '/api/v1/users', user({ id: 'mo' }));
  const first = await showApp('/people/-/new?domain=loyalty', { me: PIA });
  await first.user.type(await screen.findByLabelText('Id'), 'mo');
  await first.user.click(screen.getByLabelText('A service'));
  cleanup();
  const { user: hand } = await showApp('/people/-/new?domain=loyalty', { me: PIA });
  expect(await screen.findByLabelText('Id')).toHaveProperty('value', 'mo');
  expect(screen.getByLabelText('A service')).toHaveProperty('checked', true);
  expect(await box('Producer')).toHaveProperty('checked', true);
  await hand.click(button('Make this subject'));
  await waitFor(() => expect(sessionStorage.length).toBe(0));
  cleanup();
  await showApp('/people/-/new', { me: PIA });
  expect(await screen.findByLabelText('Id')).toHaveProperty('value', '');
});

test('a change of rights is there when one comes back, over what was seen, and goes when it is left', async () => {
  const mesh = start(PIA);
  const first = await showApp('/people/lena', { me: PIA });
  await first.user.click(await box('Steward'));
  cleanup();
  mesh.on('get', '/api/v1/users/{user}', () => tagged(user({ attributes: {} }), '"u2"'));
  mesh.on('patch', '/api/v1/users/{user}', () => problem(412, 'PRECONDITION_FAILED'));
  const { user: hand } = await showApp('/people/lena', { me: PIA });
  expect(await box('Steward')).toHaveProperty('checked', true);
  await hand.click(button('Save'));
  await screen.findByRole('button', { name: 'Show what is there now' });
  const [asked] = mesh.asked('patch', '/api/v1/users/{user}');
  expect(asked?.headers.get('if-match')).toBe('"u1"');
  await hand.click(button('Leave it as it was'));
  expect(await box('Steward')).toHaveProperty('checked', false);
  expect(sessionStorage.length).toBe(0);
});

test('an attribute that is added takes the focus, and one that is taken away gives it on', async () => {
  start(PIA);
  const { user: hand } = await showApp('/people/-/new', { me: PIA });
  await hand.click(await screen.findByRole('button', { name: 'Add an attribute' }));
  expect(focused()).toBe(screen.getByLabelText('Name of the attribute'));
  await hand.keyboard('region');
  await hand.click(button('Add an attribute'));
  expect(focused()).toBe(screen.getAllByLabelText('Name of the attribute')[1]);
  await hand.click(button('Take the attribute away'));
  expect(focused()).toBe(button('Take region away'));
  await hand.keyboard('{Enter}');
  expect(focused()).toBe(button('Add an attribute'));
});

test('a steward without a domain is told at the field to guard the whole mesh', async () => {
  start(PIA);
  const { user: hand } = await showApp('/people/-/new', { me: PIA });
  await hand.click(await box('Steward'));
  const domains = screen.getByRole('group', { name: 'Domains' });
  within(domains).getAllByText(/^Without a domain a steward guards the whole mesh/);
  await hand.type(within(domains).getByRole('combobox'), 'loyalty{Enter}');
  await waitFor(() => expect(within(domains).queryByText(/the whole mesh/)).toBeNull());
});

test('a domain is made only where there is none, and changed over what was seen', async () => {
  const mesh = start(PIA);
  mesh.on('post', '/api/v1/domains', ({ body }) => ({ ...LOYALTY, ...(body as object) }));
  const { user: hand, where } = await showApp('/domains/-/new', { me: PIA });
  await hand.type(await screen.findByLabelText('Name'), 'logistics');
  await hand.click(button('Make the domain'));
  await waitFor(() => expect(where()).toBe('/d/logistics'));
  const [made] = mesh.asked('post', '/api/v1/domains');
  expect(made?.headers.get('if-none-match')).toBe('*');
  expect(made?.body).toEqual({
    name: 'logistics',
    title: 'logistics',
    description: null,
    owners: [],
    stewards: [],
  });
  await hand.click(await screen.findByRole('link', { name: 'Change owners and stewards' }));
  await hand.type(await screen.findByRole('combobox', { name: 'Stewards' }), 'stella{Enter}');
  await expectAccessible(main());
  await hand.click(button('Save'));
  await screen.findByText('Saved. It acts at once.');
  const [, changed] = mesh.asked('post', '/api/v1/domains');
  expect(changed?.headers.get('if-match')).toBe('"d1"');
  expect(changed?.body).toMatchObject({ owners: ['lena'], stewards: ['stella'] });
  expect(changed?.body).not.toHaveProperty('node');
});

test.each(['/people', '/people/lena', '/people/-/new', '/domains/-/new'])(
  'who may not is told the rule at %s, and asked for nothing',
  async (at) => {
    const mesh = start(OWEN);
    await showApp(at, { me: OWEN });
    await screen.findByText(/^The rule: the platform team makes/);
    await expectAccessible(main());
    expect(mesh.asked('get', '/api/v1/users')).toEqual([]);
  },
);

test('a subject and a domain that are called new are opened by their addresses', async () => {
  const mesh = start(PIA, [user({ id: 'new', name: 'Nele Neu' })]);
  mesh.on('get', '/api/v1/domains/{domain}', ({ params }) =>
    tagged({ ...LOYALTY, name: params['domain'] ?? '', title: 'Novelties' }, '"d1"'),
  );
  await showApp('/people/new', { me: PIA });
  await screen.findByRole('heading', { level: 1, name: 'Nele Neu' });
  cleanup();
  await showApp('/domains/new', { me: PIA });
  await screen.findByRole('heading', { level: 1, name: /Novelties/ });
  expect(mesh.asked('get', '/api/v1/domains/{domain}').at(-1)?.params['domain']).toBe('new');
});

test.each(['/people/nobody', '/domains/nothing'])(
  'what the mesh does not know is told under a heading at %s',
  async (at) => {
    const mesh = start(PIA);
    mesh.on('get', '/api/v1/domains/{domain}', problem(404, 'NOT_FOUND'));
    await showApp(at, { me: PIA });
    await screen.findByRole('alert');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(/^no/);
    await expectAccessible(main());
  },
);

test('the keeper of a domain changes it, and others are told who does', async () => {
  start(OWEN);
  await showApp('/domains/loyalty', { me: OWEN });
  await screen.findByRole('button', { name: 'Save' });
});

test('the reader of a domain is told who changes it', async () => {
  start(ANNA);
  await showApp('/domains/loyalty', { me: ANNA });
  await screen.findByText((text) => text === `You do not keep ${HOSTILE}`);
});

test('domains say whose they are and how much they offer', async () => {
  start(PIA);
  const { container } = await showApp('/domains', { me: PIA });
  const row = (await screen.findByRole('link', { name: HOSTILE })).closest('tr') as HTMLElement;
  expect(within(row).getByRole('link', { name: 'lena' }).getAttribute('href')).toBe('/people/lena');
  expect(within(row).getByText('2')).toBeTruthy();
  expect(container.querySelector('main img')).toBeNull();
  await expectAccessible(main());
});
