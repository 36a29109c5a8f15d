/**
 * Shows the page of parts by itself: in the theme of the app, without its frame, its session and a mesh.
 *
 * For development alone: `main.tsx` brings it where the app is not built. Links on it lead nowhere.
 */
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { PartsPage } from '../features/parts/PartsPage.tsx';
import { sampleClient } from '../features/parts/sample-answers.ts';
import type { router } from './router.tsx';
import { useShownScheme } from './scheme.ts';
import { theme } from './theme.ts';

export function showParts(root: HTMLElement): void {
  createRoot(root).render(<Parts />);
}

function Parts() {
  const scheme = useShownScheme();
  const [client] = useState(sampleClient);
  const [routes] = useState(routesToNowhere);
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={client}>
        <RouterProvider router={routes} />
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Every address is this page, kept in memory: a link that is pressed must not take it away. */
function routesToNowhere(): typeof router {
  const page = createRootRoute({ component: PartsPage });
  const any = createRoute({ getParentRoute: () => page, path: '$' });
  const history = createMemoryHistory({ initialEntries: ['/'] });
  return createRouter({ routeTree: page.addChildren([any]), history }) as unknown as typeof router;
}
