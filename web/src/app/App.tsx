/**
 * What every page stands in: theme, answers of the API kept for a while, who is here, and the routes.
 */
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Gate } from './Gate.tsx';
import { createQueryClient } from './query-client.ts';
import { router } from './router.tsx';
import { useShownScheme } from './scheme.ts';
import { theme } from './theme.ts';

const queryClient = createQueryClient();

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
