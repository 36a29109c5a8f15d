/**
 * Mantine's CSS variables as a file of the build, for our theme.
 *
 * Mantine would write them into a style element at run time; the content policy of the served app forbids that, and a
 * file needs no work in the browser.
 */
import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import type { Plugin } from 'vite';
import { theme } from '../src/app/theme.ts';

const NAME = 'virtual:mantine-variables.css';

export function mantineVariables(): Plugin {
  return {
    name: 'mantine-variables',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: (id) => (id === `\0${NAME}` ? variables() : null),
  };
}

function variables(): string {
  const resolved = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  // Why `root`: dark and light follow the attribute that theme.js sets on it.
  return `@layer mantine {\n${convertCssVariables(resolved, ':root')}\n}`;
}
