/**
 * What is said of API keys.
 */
import { formatDay } from '../lib/format.ts';

export const keyWords = {
  title: 'Your API keys',
  titleOf: (name: string): string => `API keys of ${name}`,
  leadOf: (name: string): string =>
    `A key speaks for ${name}, with the rights of that moment. One for each program, so that each can be taken back alone.`,
  open: 'Make a key',
  menu: 'API keys',
  lead: 'A key speaks for you, with the rights that you have at that moment. One for each program, so that each can be taken back alone.',
  name: 'What it is for',
  namePlaceholder: 'Notebook, nightly report',
  lasts: 'Good for',
  make: 'Make the key',
  shownOnce: 'This is the key. It is shown now and never again.',
  keep: 'Put it into WEFT_TOKEN, or where your tool keeps its secrets; not into code.',
  label: 'The new key',
  copy: 'Copy the key',
  copied: 'I have it',
  list: 'Keys that work',
  none: 'No key yet.',
  loading: 'Loading the keys',
  revoke: 'Revoke',
  certain: 'Revoke for good',
  keepIt: 'Keep it',
  revokeName: (name: string): string => `Revoke ${name}`,
  certainName: (name: string): string => `Revoke ${name} for good`,
  unnamed: 'without a name',
  until: (expires: string | null): string =>
    expires === null ? 'no end' : `to ${formatDay(expires)}`,
  neverUsed: 'not used yet',
  used: 'used',
};

export const KEY_LIFETIMES = [
  { value: '2592000', label: '30 days' },
  { value: '7776000', label: '90 days' },
  { value: '31536000', label: 'a year' },
];
