/** Whom a next version breaks is told by name, as everywhere. */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ContractDiff } from '../../../api/contract-diff.ts';
import { agreement } from '../../../testing/facts.ts';
import { startMesh } from '../../../testing/mesh.ts';
import { show } from '../../../testing/render.tsx';
import { NextChanges } from './NextChanges.tsx';

test('who is broken is called by his name', async () => {
  const mesh = startMesh();
  const change = {
    ...{ kind: 'column-removed', path: 'households.income', was: null, message: 'income is gone' },
    ...{ before: null, after: null, consumer: 'break', producer: 'none' },
  };
  mesh.onOpen('post', '/api/v1/contracts/diff', {
    ...{ bump: 'major', changes: [change] },
  } satisfies Partial<Record<keyof ContractDiff, unknown>>);
  const held = agreement({ subject: 'anna@cpg', state: 'active' });
  mesh.on('get', '/api/v1/agreements', { items: [held], next: null });
  mesh.onOpen('get', '/api/v1/mesh/graph', { nodes: [], edges: [], truncated: false });
  mesh.on('get', '/api/v1/names', { items: [{ id: 'anna@cpg', name: 'Anna Analyst' }] });
  const base = { version: '1.0.0', hash: 'a'.repeat(64), source: '' };
  await show(<NextChanges product="loyalty.households" base={base} text="version: 2.0.0" />);
  const link = await screen.findByRole('link', { name: 'Anna Analyst' });
  expect(link.getAttribute('href')).toBe(`/agreements/${held.agreement}`);
  expect(screen.queryByText(/anna@cpg/)).toBeNull();
});
