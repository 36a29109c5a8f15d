/**
 * The forms of producers: a repair is asked for as it is written, a decision takes its reason, a file is chosen once.
 */
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { Problem } from '../../api/problem.ts';
import { ANNA, HOSTILE, OWEN, product } from '../../testing/facts.ts';
import { answerFrame, type Mesh, problem, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, focused, show, showApp } from '../../testing/render.tsx';
import { Decision } from './Decision.tsx';
import { RepairForm } from './quarantine/RepairForm.tsx';
import { draftFor, kindsFor, type RepairDraft } from './quarantine/repair.ts';
import { usePreview } from './quarantine/use-repair.ts';
import type { Cause } from './types.ts';

const PREVIEWS = '/api/v1/quarantine/previews';

const CAUSE: Cause = {
  batches: 1,
  column: 'income',
  examples: [HOSTILE, 'low'],
  first: '2026-11-20T08:00:00Z',
  firstBatch: 'bat_1',
  held: 0,
  last: '2026-11-20T08:00:00Z',
  lastBatch: 'bat_1',
  message: 'is none of the allowed values',
  open: 12,
  product: 'loyalty.households',
  records: 12,
  rule: 'income_bands',
};

/** The form as its panel holds it, with the preview that it asks for. */
function Repairing() {
  const [draft, setDraft] = useState<RepairDraft | null>(null);
  const preview = usePreview({ product: CAUSE.product, rule: CAUSE.rule }, draft);
  return (
    <RepairForm
      cause={CAUSE}
      kinds={kindsFor(CAUSE)}
      draft={draft}
      preview={preview}
      onKind={(kind) => setDraft(kind === null ? null : draftFor(CAUSE, kind))}
      onDraft={setDraft}
    />
  );
}

function withPreviews(): Mesh {
  const mesh = startMesh();
  mesh.on('post', PREVIEWS, {
    batches: [],
    byRule: {},
    duplicates: 0,
    good: 11,
    held: [],
    next: null,
    notLookedAt: 0,
    quarantined: 1,
    records: 12,
    sample: [],
    skipped: { decided: 0, expression: 0, unchanged: 0, unreadable: 0, unwritable: 0 },
    skippedSample: [],
    truncated: false,
  });
  return mesh;
}

const last = (mesh: Mesh) => mesh.asked('post', PREVIEWS).at(-1)?.body;

test('new values for old ones: the examples stand there as text, and are tried as they are written', async () => {
  const mesh = withPreviews();
  const { user, container } = await show(<Repairing />);
  const [first, ...others] = within(screen.getByRole('group')).getAllByRole('radio');
  if (first === undefined) throw new Error('there is no way to repair');
  expect(others.length).toBe(2);
  await user.click(first);
  const old = screen.getByRole('textbox', { name: 'Old value 1' });
  expect(old).toHaveProperty('value', HOSTILE);
  expect(container.querySelector('img')).toBeNull();
  expect(mesh.asked('post', PREVIEWS)).toEqual([]);
  await user.type(screen.getByRole('textbox', { name: 'New value 2' }), '15-24K');
  await waitFor(() =>
    expect(last(mesh)).toMatchObject({
      where: { product: 'loyalty.households', rule: 'income_bands' },
      repair: { columns: { income: { map: { low: '15-24K' } } } },
    }),
  );
  await waitFor(() => expect(first.closest('label')?.textContent).toMatch(/11/));
  await user.click(screen.getByRole('button', { name: 'One more value' }));
  expect(screen.getByRole('textbox', { name: 'New value 3' })).toBeTruthy();
  await expectAccessible();
});

test('an expression is tried when it is written; the ways are moved through by arrows', async () => {
  const mesh = withPreviews();
  const { user } = await show(<Repairing />);
  await user.click(screen.getAllByRole('radio')[0] as HTMLElement);
  await user.keyboard('{ArrowDown}');
  const field = screen.getByRole('textbox', { name: 'income :=' });
  await user.type(field, 'trim(income)');
  await waitFor(() =>
    expect(last(mesh)).toMatchObject({ repair: { columns: { income: { sql: 'trim(income)' } } } }),
  );
});

test('a preview that is refused leaves what was written', async () => {
  const mesh = withPreviews();
  mesh.on('post', PREVIEWS, () => problem(422, 'EXPRESSION_INVALID'));
  const { user } = await show(<Repairing />);
  await user.click(screen.getAllByRole('radio')[1] as HTMLElement);
  await user.type(screen.getByRole('textbox', { name: 'income :=' }), 'trim(');
  await waitFor(() => expect(mesh.asked('post', PREVIEWS).length).toBeGreaterThan(0));
  expect(screen.getByRole('textbox', { name: 'income :=' })).toHaveProperty('value', 'trim(');
});

const onConfirm = vi.fn();

/** A page from which a decision is asked for. */
function Deciding({ error = null }: { error?: unknown }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <main>
      <button type="button" onClick={() => setOpen(true)}>
        Give up
      </button>
      {isOpen ? (
        <Decision
          title="Give 12 rows up"
          confirm="Give the 12 up"
          isReasonNeeded
          isBusy={false}
          error={error}
          onConfirm={onConfirm}
          onClose={() => setOpen(false)}
        >
          They stay in the quarantine.
        </Decision>
      ) : null}
    </main>
  );
}

test('a decision that takes a reason waits for one, and Escape decides nothing', async () => {
  onConfirm.mockClear();
  const { user } = await show(<Deciding />);
  await user.click(screen.getByRole('button', { name: 'Give up' }));
  await screen.findByRole('dialog', { name: 'Give 12 rows up' });
  const why = screen.getByRole('textbox', { name: /^Why/ });
  const confirm = screen.getByRole('button', { name: 'Give the 12 up' });
  await waitFor(() => expect(focused()).toBe(why));
  await expectAccessible();
  await user.type(why, '   ');
  expect(confirm).toHaveProperty('disabled', true);
  await user.type(why, 'of a test ');
  await user.click(confirm);
  expect(onConfirm.mock.calls).toEqual([['of a test']]);
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(focused()).toBe(screen.getByRole('button', { name: 'Give up' }));
  expect(onConfirm.mock.calls.length).toBe(1);
});

test('a decision that was refused says why, in the dialog', async () => {
  const error = new Problem({ status: 409, code: 'GONE', title: 'Gone', detail: HOSTILE });
  const { user } = await show(<Deciding error={error} />);
  await user.click(screen.getByRole('button', { name: 'Give up' }));
  const alert = within(await screen.findByRole('dialog')).getByRole('alert');
  expect(alert.textContent).toContain(HOSTILE);
  expect(document.querySelector('img')).toBeNull();
});

async function upload(tables = ['households']) {
  const mesh = startMesh();
  answerFrame(mesh, OWEN);
  mesh.on('get', '/api/v1/products/{product}', product({ tables, title: HOSTILE }));
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  const shown = await showApp('/make/loyalty.households/upload', { me: OWEN });
  await screen.findByRole('heading', { level: 1, name: /Send data/ });
  const input = document.querySelector<HTMLInputElement>('input[type=file]');
  if (input === null) throw new Error('files cannot be chosen');
  return { ...shown, input };
}

const csv = (name: string) => new File(['a,b\n1,2\n'], name, { type: 'text/csv', lastModified: 7 });
const chosen = () =>
  within(screen.getByRole('list', { name: 'Chosen files' })).getAllByRole('listitem');

test('files are chosen, each once, and left out again before anything is sent', async () => {
  const { user, input, container } = await upload();
  expect(container.querySelector('img')).toBeNull();
  expect(screen.queryByRole('button', { name: /^Send/ })).toBeNull();
  await user.upload(input, [csv('may.csv'), csv('june.csv')]);
  await user.upload(input, [csv('may.csv')]);
  expect(chosen().length).toBe(2);
  expect(screen.getByRole('radiogroup', { name: 'How the files become batches' })).toBeTruthy();
  expect(screen.queryByRole('textbox', { name: 'Key' })).toBeNull();
  await user.click(screen.getByRole('radio', { name: 'Together one batch' }));
  expect(screen.getByRole('textbox', { name: 'Key' })).toBeTruthy();
  await expectAccessible();
  await user.click(screen.getByRole('button', { name: 'Leave may.csv out' }));
  expect(chosen().map(({ textContent }) => textContent)).toEqual([
    expect.stringContaining('june.csv'),
  ]);
  expect(screen.queryByRole('radiogroup')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Leave june.csv out' }));
  expect(screen.queryByRole('list', { name: 'Chosen files' })).toBeNull();
});

test('files that are dropped are chosen, and the table stands in the address', async () => {
  const { user, input, where } = await upload(['households', 'cards']);
  const area = input.closest('label');
  if (area === null) throw new Error('files cannot be dropped');
  fireEvent.drop(area, { dataTransfer: { files: [csv('may.csv')] } });
  expect(chosen().length).toBe(1);
  await user.selectOptions(screen.getByRole('combobox', { name: 'Table' }), 'cards');
  await waitFor(() => expect(where()).toBe('/make/loyalty.households/upload?table=cards'));
});

test('who may not send is told, and is offered no file', async () => {
  const mesh = startMesh();
  answerFrame(mesh, ANNA);
  mesh.on('get', '/api/v1/products/{product}', product());
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/domains/{domain}', () => problem(404, 'NOT_FOUND'));
  await showApp('/make/loyalty.households/upload', { me: ANNA });
  await screen.findByRole('heading', { level: 1 });
  expect(document.querySelector('input[type=file]')).toBeNull();
});
