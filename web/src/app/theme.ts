/**
 * Mantine's theme: its greys, sizes and radii are ours, so that no part of it shows colours of its own.
 *
 * Colours themselves stand in `styles/tokens.css`; this file only points at them.
 */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const tuple = (...colors: string[]): MantineColorsTuple => colors as unknown as MantineColorsTuple;

/** From canvas to ink in the light; Mantine takes borders, placeholders and hovers from here. */
const gray = tuple(
  '#f2f4f1',
  '#e8ece8',
  '#dce2dd',
  '#bcc6c0',
  '#a3aea8',
  '#7c8984',
  '#5b6763',
  '#43504c',
  '#2a3633',
  '#13201d',
);

/** From ink to the deepest ground in the dark. */
const dark = tuple(
  '#e9efec',
  '#b4c0bb',
  '#93a09b',
  '#6f7d78',
  '#3a4844',
  '#25312e',
  '#141d1b',
  '#0d1413',
  '#0a100f',
  '#060a09',
);

/** Buttons are ink: chrome has no colour. */
const ink = tuple(...Array<string>(10).fill('var(--w-ink)'));

export const theme = createTheme({
  colors: { gray, dark, ink },
  primaryColor: 'ink',
  autoContrast: false,
  white: '#ffffff',
  black: '#13201d',
  fontFamily: 'var(--w-font)',
  fontFamilyMonospace: 'var(--w-mono)',
  headings: { fontFamily: 'var(--w-font)', fontWeight: '600' },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  fontSizes: { xs: '11.5px', sm: '13px', md: '13.5px', lg: '15px', xl: '20px' },
  lineHeights: { xs: '1.39', sm: '1.5', md: '1.48', lg: '1.34', xl: '1.3' },
  focusRing: 'auto',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    // Why said: our sheet tells buttons apart by their variant, and Mantine writes only one that was given.
    Button: { defaultProps: { variant: 'filled' } },
  },
});
