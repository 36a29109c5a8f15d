/**
 * What the tab of batches says.
 */

export const words = {
  loadingDays: 'Loading the last days',
  days: 'last 30 days',
  promisesByDay: (product: string): string => `Promises of ${product} by day`,
  title: 'Batches',
  states: 'State of the batches',
  anyState: 'Any state',
  loading: 'Loading the batches',
  none: 'No batch is shown to you',
  noneIn: (state: string): string => `No batch is ${state}`,
  noneHelp:
    'Single batches are shown to who looks after the product. What they add up to stands in the days above.',
  otherState: 'Choose another state, or all of them.',
  older: 'Show older batches',
  table: 'Batches, the newest first',
  tableHelp: 'Batches, the newest first. In is good, quarantined and duplicates together.',
  batch: 'Batch',
  state: 'State',
  came: 'Came',
  in: 'In',
  good: '= Good',
  quarantined: '+ Quarantined',
  duplicates: '+ Duplicates',
  size: 'Size',
  contract: 'Contract',
};
