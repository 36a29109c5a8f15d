/**
 * The mesh page: asks the public API and draws what it answers. No framework, no build, no outside asset.
 *
 * Not the marketplace. Invariant: text from the API enters the page only as text nodes, never as markup.
 */
const main = document.querySelector('#main');
const who = document.querySelector('#who');
const search = document.querySelector('#search');
const words = document.querySelector('#words');

/** Where the promise stands on a thread, as a share of its width. */
const WARP_AT = 0.62;

/** Spends the code of a sign-in link, and takes it out of the address before anything else. */
async function spendLink() {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code === null) return;
  history.replaceState(null, '', location.pathname + location.search);
  await openSession({ code });
}

class Problem extends Error {
  constructor(document) {
    super(document.detail);
    this.document = document;
  }
}

async function ask(path) {
  const response = await fetch(path);
  if (response.ok) return response.json();
  const body = await response.json().catch(() => ({}));
  throw new Problem({
    title: response.statusText,
    detail: `HTTP ${response.status}`,
    remedy: '',
    ...body,
  });
}

/** An element with attributes and children; strings become text nodes. */
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null));
  return node;
}

const count = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 });

function show(...nodes) {
  main.replaceChildren(...nodes);
}

/** `r` = allowed ÷ measured: 1 is a promise just kept; null is not measured yet. */
function thread(r, label) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', '0 0 120 14');
  svg.setAttribute('class', 'thread');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  const line = (kind, x1, x2, y1 = 7, y2 = 7) => {
    const node = document.createElementNS(ns, 'line');
    node.setAttribute('class', kind);
    for (const [key, value] of Object.entries({ x1, x2, y1, y2 })) node.setAttribute(key, value);
    svg.append(node);
  };
  const warp = WARP_AT * 120;
  line('promise', warp, warp, 1, 13);
  if (r === null) line('unknown', 0, warp);
  else if (r >= 1) line('kept', 0, (0.69 + 0.31 * Math.min(1, Math.log2(r) / 3)) * 120);
  else {
    const end = (WARP_AT * Math.max(0.06, r) - 0.02) * 120;
    line('missed', 0, end);
    line('gap', end, warp);
  }
  return svg;
}

const DAY = 86_400;
function seconds(duration) {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(duration ?? '');
  if (match === null) return null;
  return (
    Number(match[1] ?? 0) * DAY +
    Number(match[2] ?? 0) * 3600 +
    Number(match[3] ?? 0) * 60 +
    Number(match[4] ?? 0)
  );
}

function span(duration) {
  const value = seconds(duration);
  if (value === null) return 'not measured yet';
  if (value < 60) return 'under a minute';
  if (value < 3600) return `${Math.round(value / 60)} min`;
  if (value < 2 * DAY) return `${Math.round(value / 3600)} h`;
  return `${Math.round(value / DAY)} days`;
}

function freshness(hit) {
  const promised = seconds(hit.promise?.frequency ?? hit.frequency);
  const measured = seconds(hit.measured?.freshness);
  if (promised === null) return [el('span', { class: 'caption' }, 'nothing promised')];
  const r = measured === null ? null : promised / Math.max(measured, 1);
  const text = `${span(hit.measured?.freshness)}, promised ${span(hit.promise?.frequency ?? hit.frequency)}`;
  return [thread(r, text), el('span', { class: 'caption' }, text)];
}

function quality(hit) {
  const rate = hit.measured?.passRate ?? null;
  if (rate === null) return el('span', { class: 'caption' }, 'not measured yet');
  return el('span', {}, percent.format(Math.floor(rate * 10_000) / 10_000));
}

const ACCESS = { open: 'yours', agreed: 'agreed', requestable: 'on request', none: 'not shared' };

function productRow(hit) {
  return el(
    'tr',
    {},
    el(
      'td',
      {},
      el('div', {}, hit.title),
      el('div', { class: 'name caption' }, `${hit.product}@${hit.version ?? '–'}`),
    ),
    el('td', { class: 'wide' }, hit.granularity ?? '–'),
    el(
      'td',
      { class: 'number', 'data-label': 'rows' },
      hit.measured?.rows === null || hit.measured?.rows === undefined
        ? 'not measured yet'
        : count.format(hit.measured.rows),
    ),
    el('td', {}, ...freshness(hit)),
    el('td', { class: 'number', 'data-label': 'good' }, quality(hit)),
    el('td', { class: 'wide' }, hit.classification ?? '–'),
    el('td', {}, el('span', { class: 'chip' }, ACCESS[hit.access] ?? hit.access)),
  );
}

function table(heads, rows) {
  const cells = heads.map(([text, kind]) =>
    el('th', { scope: 'col', ...(kind ? { class: kind } : {}) }, text),
  );
  return el(
    'div',
    { class: 'panel' },
    el('table', {}, el('thead', {}, el('tr', {}, ...cells)), el('tbody', {}, ...rows)),
  );
}

function products(hits) {
  const heads = [
    ['Product'],
    ['One row is', 'wide'],
    ['Rows', 'number'],
    ['Freshness'],
    ['Rows good', 'number'],
    ['Class', 'wide'],
    ['Access'],
  ];
  return table(heads, hits.map(productRow));
}

function batchRow(batch) {
  const state = batch.state === 'committed' ? '' : batch.state === 'held' ? 'waits' : 'missed';
  const mark = batch.state === 'committed' ? '✓ ' : batch.state === 'held' ? '⚠ ' : '× ';
  return el(
    'tr',
    {},
    el(
      'td',
      {},
      el('div', { class: 'name' }, batch.product),
      el('div', { class: 'caption' }, batch.source.name ?? batch.batch),
    ),
    el('td', {}, el('span', { class: `chip ${state}` }, mark + batch.state)),
    ...['in', 'good', 'quarantined', 'duplicates'].map((name) =>
      el('td', { class: 'number', 'data-label': name }, count.format(batch.records[name])),
    ),
    el('td', { class: 'wide' }, new Date(batch.started).toLocaleString()),
  );
}

function batches(items) {
  const heads = [
    ['Batch'],
    ['State'],
    ['In', 'number'],
    ['Good', 'number'],
    ['Quarantined', 'number'],
    ['Duplicates', 'number'],
    ['Started', 'wide'],
  ];
  return table(heads, items.map(batchRow));
}

function empty(text) {
  return el('div', { class: 'panel note' }, el('p', {}, text));
}

/** How one can sign in here: at an identity provider, as one of the example's people. */
async function waysIn() {
  try {
    const mesh = await (await fetch('/api/v1/mesh')).json();
    return { provider: mesh.oidc?.web === true, people: mesh.demo?.people ?? [] };
  } catch {
    return { provider: false, people: [] };
  }
}

/** Signs this browser in; true when it is. The session's cookie is out of reach of this script. */
async function openSession(proof) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('/auth/session', {
    method: 'POST',
    headers,
    body: JSON.stringify(proof),
  });
  return response.ok;
}

function personButton({ id, name, roles }) {
  const button = el('button', { type: 'button' }, `${name} · ${roles.join(', ')}`);
  button.addEventListener('click', async () => {
    if (await openSession({ demo: id })) load();
  });
  return button;
}

function providerLink() {
  const next = encodeURIComponent(location.pathname + location.search);
  return el(
    'p',
    {},
    el('a', { href: `/auth/login?next=${next}` }, 'Sign in with your organisation'),
  );
}

async function signOut() {
  const response = await fetch('/auth/logout', { method: 'POST' });
  const { next } = response.ok ? await response.json() : { next: null };
  location.assign(next ?? '/');
}

/** Who is signed in; a session of the browser can be ended here. */
function showWho(me) {
  const text = `${me.name} · ${me.roles.join(', ')}`;
  const out = el('button', { type: 'button' }, 'Sign out');
  out.addEventListener('click', signOut);
  who.replaceChildren(`${text} `, out);
}

async function signIn(message) {
  const { provider, people } = await waysIn();
  const link = provider ? providerLink() : null;
  const input = el('input', {
    id: 'token',
    type: 'password',
    autocomplete: 'off',
    'aria-label': 'Token',
  });
  const form = el(
    'form',
    { class: 'row' },
    input,
    el('button', { type: 'submit' }, 'Show the mesh'),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (await openSession({ token: input.value.trim() })) load();
    else signIn('That token is not valid here, or no longer.');
  });
  show(
    el('h1', {}, 'Who are you?'),
    el(
      'div',
      { class: 'panel note' },
      link,
      people.length === 0 ? null : el('p', {}, 'As one of the people of the example:'),
      ...people.map(personButton),
      el('p', {}, message),
      form,
    ),
  );
  input.focus();
}

function failed(error) {
  const problem =
    error instanceof Problem
      ? error.document
      : {
          title: 'The mesh does not answer',
          detail: error.message,
          remedy: 'Is it still running?',
        };
  const again = el('button', { type: 'button' }, 'Try again');
  again.addEventListener('click', load);
  show(
    el('h1', {}, problem.title),
    el(
      'div',
      { class: 'panel note bad', role: 'alert' },
      el('p', {}, problem.detail),
      el('p', {}, problem.remedy ?? ''),
      again,
    ),
  );
}

/** Words go to the text search; what looks like a condition goes to the typed one. */
function searchPath(text) {
  const query = new URLSearchParams({ limit: '100' });
  if (/[<>=]|\b(in|like|has)\b/.test(text)) query.set('where', text);
  else if (text !== '') query.set('q', text);
  return `/api/v1/search?${query}`;
}

function finding(hits, recent) {
  const held = recent.filter((batch) => batch.state === 'held').length;
  const bad = recent.reduce((sum, batch) => sum + batch.records.quarantined, 0);
  if (held > 0) return `${held} ${held === 1 ? 'batch waits' : 'batches wait'} for a decision.`;
  if (hits.length === 0) return 'Nothing is published yet.';
  if (bad > 0) return `${count.format(bad)} rows were refused, every one with its reason.`;
  return 'Every batch kept its contract.';
}

async function load() {
  const late = setTimeout(
    () => show(el('div', { class: 'skeleton', 'aria-label': 'Loading' })),
    150,
  );
  const text = new URLSearchParams(location.search).get('q') ?? '';
  words.value = text;
  try {
    const [me, found, recent] = await Promise.all([
      ask('/api/v1/whoami'),
      ask(searchPath(text)),
      ask('/api/v1/batches?limit=20').catch(() => ({ items: [] })),
    ]);
    showWho(me);
    show(
      el(
        'h1',
        {},
        text === '' ? finding(found.items, recent.items) : `${found.total} of the products fit`,
      ),
      el(
        'p',
        { class: 'caption' },
        'A thread that crosses its mark kept the promise; one that stops short missed it.',
      ),
      el('h2', {}, 'Products'),
      found.items.length === 0
        ? empty(
            text === ''
              ? 'Publish a contract, and its product stands here.'
              : 'Nothing fits. Fewer words, or another condition?',
          )
        : products(found.items),
      el('h2', {}, 'Batches'),
      recent.items.length === 0
        ? empty('Batches that you may see stand here, newest first.')
        : batches(recent.items),
    );
  } catch (error) {
    if (error instanceof Problem && error.document.status === 401)
      await signIn('In a terminal: weft open prints a link that signs you in. Or paste a token.');
    else failed(error);
  } finally {
    clearTimeout(late);
  }
}

search.addEventListener('submit', (event) => {
  event.preventDefault();
  const query =
    words.value.trim() === '' ? '' : `?${new URLSearchParams({ q: words.value.trim() })}`;
  history.pushState(null, '', `/${query}`);
  load();
});
addEventListener('popstate', load);
await spendLink();
load();
