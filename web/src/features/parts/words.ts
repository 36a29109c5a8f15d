/**
 * What the page of parts says of itself: its title, its groups, and what each state shows.
 */
export const words = {
  title: 'Parts, with sample data',
  lead: 'Every part that several pages use, in each of its states. Nothing here is asked of a mesh: names, numbers and times are made up.',
  contents: 'Parts',
  look: 'Look',
  trust: 'Trust',
  access: 'Access and policy',
  contract: 'Contracts and versions',
  forms: 'Asking and choosing',
  data: 'Data',
  room: 'Clean rooms',
  states: 'States of a page',
  openDialog: 'Open the dialog',
  openKeys: 'Open the keys',
  openField: 'Open the field to copy from',
  dialogTitle: 'Put it away for a day?',
  dialogText: 'It comes back tomorrow.',
  primary: 'Primary',
  other: 'Other',
  quiet: 'Quiet',
};
