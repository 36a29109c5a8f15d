/**
 * What every page stands in: theme, answers of the API kept for a while, who is here, and the routes.
 */
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { isPassing } from '../api/problem.ts';
import { Gate } from './Gate.tsx';
import { router } from './router.tsx';
import { useShownScheme } from './scheme.ts';
import { theme } from './theme.ts';

const RETRIES_MAX = 2;

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Why: what the API refused it will refuse again; only what passes by itself is asked again.
      retry: (failures, error) => failures < RETRIES_MAX && isPassing(error),
      refetchOnWindowFocus: true,
      staleTime: 15_000,
    },
  },
});

export function App() {
  const scheme = useShownScheme();
  return (
    // Why neither variables nor global classes: each comes as a style element, which the content policy refuses.
    <MantineProvider
      theme={theme}
      forceColorScheme={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <Gate>
          <RouterProvider router={router} />
        </Gate>
      </QueryClientProvider>
    </MantineProvider>
  );
}
