/**
 * What cannot be read in an address is as if it were not there, for the page behind it as well: nothing of it reaches a request.
 */
import { createMemoryHistory, createRouter } from '@tanstack/react-router';
import { expect, test } from 'vitest';
import { router } from './router.tsx';

async function searchAt(address: string): Promise<object> {
  const history = createMemoryHistory({ initialEntries: [address] });
  const options = { ...router.options, history } as Parameters<typeof createRouter>[0];
  const there = createRouter(options);
  await there.load();
  return there.state.matches.at(-1)?.search ?? {};
}

test.each([
  ['/workbench?purpose=', 'purpose'],
  ['/agreements?standing=nonsense', 'standing'],
  ['/make/loyalty.households/quarantine?since=soon', 'since'],
  ['/audit?column=income', 'column'],
  ['/p/loyalty.households/quality?show=nothing', 'show'],
])('%s says nothing of its %s', async (address, name) => {
  expect((await searchAt(address))[name as never]).toBeUndefined();
});

test('what can be read is there, and the purpose goes with it to every page', async () => {
  const search = await searchAt('/agreements?standing=open&purpose=research');
  expect(search).toMatchObject({ standing: 'open', purpose: 'research' });
});
