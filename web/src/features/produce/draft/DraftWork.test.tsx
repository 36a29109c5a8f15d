/** The work on a draft: what the mesh finds wrong leads to the field that it is about. */
import { screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { problem, startMesh } from '../../../testing/mesh.ts';
import { focused, show } from '../../../testing/render.tsx';
import { DraftWork } from './DraftWork.tsx';

const TEXT = `name: Stores
version: 1.0.0
schema:
  - name: stores
    properties:
      - name: price
        logicalType: integer
        logicalTypeOptions:
          minimum: x
`;

// Why not the editor: it measures its lines, and nothing is laid out here.
vi.mock('../../../components/editor/Editor.tsx', () => ({ Editor: () => null }));

const onPublished = vi.fn();

function Page({ start = TEXT }: { start?: string }) {
  const [text, setText] = useState(start);
  return (
    <DraftWork
      product="retail.stores"
      text={text}
      onText={(change) => setText(change)}
      isChanged={text !== start}
      origin="drafted"
      evidence={null}
      base={null}
      back={null}
      onPublished={onPublished}
    />
  );
}

test('each fault that a field shows leads to it, and is told there', async () => {
  const mesh = startMesh();
  const errors = [
    { path: '$.schema[0].properties[0].logicalTypeOptions.minimum', message: 'x is no number' },
    { path: '$.team', message: 'nobody is the owner', line: 1 },
    { path: '$.servers[0]', message: 'no such server', line: 2 },
  ];
  mesh.on('post', '/api/v1/contracts', problem(422, 'CONTRACT_INVALID', { errors }));
  const { user } = await show(<Page />);
  const lead = await screen.findByRole('button', { name: 'Go to At least of price' });
  await user.click(lead);
  const minimum = screen.getByRole('textbox', { name: 'At least of price' });
  expect(focused()).toBe(minimum);
  expect(minimum.getAttribute('aria-invalid')).toBe('true');
  await user.click(screen.getByRole('button', { name: 'Go to Owner' }));
  expect(focused()).toBe(screen.getByRole('textbox', { name: 'Owner' }));
  expect(screen.getAllByRole('button', { name: /^Go to/ })).toHaveLength(2);
});

test('what is empty is told by what the page calls it, and what is wrong as the mesh says', async () => {
  const mesh = startMesh();
  const errors = [
    {
      code: 'REQUIRED_BUSINESS',
      path: '$.description.purpose',
      message: 'description.purpose is missing',
    },
    { code: 'REQUIRED_FREQUENCY', path: '$.slaProperties', message: 'no service level frequency' },
    { code: 'REQUIRED_VERSION', path: '$.version', message: '"x" is not MAJOR.MINOR.PATCH' },
  ];
  mesh.on('post', '/api/v1/contracts', problem(422, 'CONTRACT_INVALID', { errors }));
  await show(<Page />);
  expect((await screen.findAllByText(/“What the data is for” is empty/)).length).toBe(2);
  expect(screen.getAllByText(/“Arrives every” is empty/).length).toBe(2);
  expect(screen.getAllByText(/"x" is not MAJOR.MINOR.PATCH/).length).toBe(2);
  expect(screen.queryByText(/description\.purpose|service level/)).toBeNull();
});

test('a number that is taken is told in words, and the next one is a press away', async () => {
  const mesh = startMesh();
  mesh.on('post', '/api/v1/contracts', ({ body }) =>
    String(body).includes('version: 1.0.1')
      ? problem(422, 'CONTRACT_INVALID', { errors: [{ message: 'something else' }] })
      : problem(409, 'CONTRACT_VERSION_FROZEN', {
          detail: 'retail.stores@1.0.0 is published with hash 12ab, this document has 34cd',
        }),
  );
  const { user } = await show(<Page />);
  const says =
    /^1\.0\.0 is published already, with other content\. Say a new number: 1\.0\.1 or higher/;
  expect(await screen.findAllByText(says)).toHaveLength(2);
  const version = screen.getByRole('textbox', { name: 'Version' });
  expect(version.getAttribute('aria-invalid')).toBe('true');
  expect(screen.queryByText(/hash/)).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Call it 1.0.1' }));
  expect(version).toHaveProperty('value', '1.0.1');
  await screen.findByText(/something else/, undefined, { timeout: 3_000 });
});

test('a personal-looking column that everybody would see as it is is asked about once', async () => {
  const mesh = startMesh();
  mesh.onOpen('get', '/api/v1/policies/mesh', {
    cedar: '@columns("classification restricted") forbid (principal, action, resource);',
  });
  const published = { version: '1.0.0', hash: 'ab', predecessor: null, diagnostics: [] };
  mesh.onOpen('post', '/api/v1/contracts', published);
  const { user } = await show(<Page start={TEXT.replace('price', 'e_mail')} />);
  await user.click(await screen.findByRole('button', { name: 'Publish 1.0.0' }));
  await screen.findByText(
    /^e_mail looks personal or is confidential, and no policy of the product hides or changes it yet/,
  );
  const sent = () =>
    mesh.asked('post', '/api/v1/contracts').filter(({ query }) => !query.has('dryRun')).length;
  expect(sent()).toBe(0);
  await user.click(screen.getByRole('button', { name: 'Yes, publish 1.0.0' }));
  await waitFor(() => expect(sent()).toBe(1));
});

test('a text with anchors has no form, says why, and is asked about all the same', async () => {
  const mesh = startMesh();
  mesh.onOpen('get', '/api/v1/policies/mesh', { cedar: '' });
  const published = { version: '1.0.0', hash: 'ab', predecessor: null, diagnostics: [] };
  mesh.onOpen('post', '/api/v1/contracts', published);
  const start = `${TEXT}        classification: &c confidential
      - name: town
        classification: *c
`;
  const { user } = await show(<Page start={start} />);
  screen.getByText(/^The text has anchors \(& and \*\)/);
  expect(screen.queryByRole('textbox')).toBeNull();
  screen.getByRole('heading', { name: 'Stores' });
  await user.click(await screen.findByRole('button', { name: 'Publish 1.0.0' }));
  await screen.findByText(/^price, town look personal or are confidential/);
});
