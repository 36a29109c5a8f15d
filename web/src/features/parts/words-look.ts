/**
 * Sample data: the names of colours, and lines of each size of type.
 */
export const COLOURS = [
  'ink',
  'ink-2',
  'ink-3',
  'edge',
  'line-2',
  'line',
  'canvas',
  'surface',
  'sunken',
  'weft',
  'weft-2',
  'weft-bg',
  'broken',
  'broken-bg',
  'risk',
  'risk-bg',
  'veil',
  'veil-bg',
  'dye-1',
  'dye-2',
  'dye-3',
  'dye-4',
  'dye-5',
  'dye-6',
] as const;

export const look = {
  page: 'Four things need you',
  detail: 'Allow empty households',
  section: 'What is promised',
  text: 'One row is one product in one basket.',
  caption: 'Loyalty insights, 3 h ago',
  code: 'point_of_sale.transactions@2.3.1',
};
