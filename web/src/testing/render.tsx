/**
 * Shows a component, or the app at an address, in what the app itself stands in: theme, answers of the API, reader, routes.
 *
 * For tests alone. Only the network is not there: `mesh.ts` answers in its place.
 */
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { act, render } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import type { ReactNode } from 'react';
import { expect } from 'vitest';
import type { Me } from '../api/types.ts';
import { router as appRouter } from '../app/router.tsx';
import { MeProvider } from '../app/session.tsx';
import { theme } from '../app/theme.ts';
import { ANNA } from './facts.ts';

export interface Shown {
  user: UserEvent;
  container: HTMLElement;
  client: QueryClient;
  /** The address in sight. */
  where(): string;
  /** One step back, as by the browser's own button. */
  back(): void;
}

interface Setting {
  me?: Me;
  at?: string;
}

/** The component alone; links lead on, to addresses that `where` tells. */
export async function show(children: ReactNode, { me = ANNA, at = '/' }: Setting = {}) {
  // Why at every address: a link must not take the component away that is looked at.
  const root = createRootRoute({ component: () => children });
  const any = createRoute({ getParentRoute: () => root, path: '$' });
  const router = createRouter({
    routeTree: root.addChildren([any]),
    history: createMemoryHistory({ initialEntries: [at] }),
  });
  return await showRoutes(router as unknown as typeof appRouter, me);
}

/** The app at an address, with its frame. */
export async function showApp(at: string, { me = ANNA }: Setting = {}) {
  const history = createMemoryHistory({ initialEntries: [at] });
  const options = { ...appRouter.options, history } as Parameters<typeof createRouter>[0];
  return await showRoutes(createRouter(options) as unknown as typeof appRouter, me);
}

async function showRoutes(router: typeof appRouter, me: Me): Promise<Shown> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const user = userEvent.setup();
  await router.load();
  const { container } = render(
    <MantineProvider
      theme={theme}
      env="test"
      forceColorScheme="light"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={client}>
        <MeProvider value={me}>
          <RouterProvider router={router} />
        </MeProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  const { history } = router;
  const where = () => history.location.href;
  return { user, container, client, where, back: () => act(() => history.back()) };
}

/** Fails with every rule of axe-core that is broken. Colours are not judged: nothing is drawn here. */
export async function expectAccessible(element: Element = document.body): Promise<void> {
  const { violations } = await axe.run(element, {
    resultTypes: ['violations'],
    rules: {
      'color-contrast': { enabled: false },
      // Why: a component is no page; the stories in the browser judge pages.
      region: { enabled: false },
    },
  });
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
  ).toEqual([]);
}

/** The element that has the focus, as a person would name it. */
export function focused(): HTMLElement {
  return document.activeElement as HTMLElement;
}
