/**
 * Sample data: who may use what, what a policy made of a column, people and products by name.
 */
import type { AccessStateProps } from '../../components/AccessState.tsx';
import type { VeilKind } from '../../components/Veil.tsx';

export const ACCESS: readonly (AccessStateProps & { name: string })[] = [
  { name: 'agreed', access: 'agreed' },
  { name: 'open', access: 'open' },
  { name: 'on request', access: 'requestable' },
  { name: 'takes hours', access: 'requestable', answersIn: 'PT4H' },
  { name: 'a policy decides', access: 'requestable', answersIn: 'PT2S' },
  { name: 'closed', access: 'none' },
];

export const VEILS: readonly VeilKind[] = ['hidden', 'stand-in', 'grouped', 'cut'];
export const MASKS = ['hash', 'bucket', 'truncate', 'part', 'null', 'fixed', 'hide'] as const;
export const VEILED_VALUE = 'h:7f3a91';

export const PRODUCTS = [
  'point_of_sale.transactions',
  'loyalty.households@2.3.1',
  'a_domain_with_a_long_name.a_product_with_a_name_that_is_longer_still',
];

export const PERSON = { id: 'ana.ruiz', name: 'Ana Ruiz' };
export const NAMELESS = 'svc_nightly_export@alder';

export const access = {
  link: 'a link',
  noLink: 'no link',
  named: 'with a name',
  nameOnly: 'the name alone',
  nameless: 'without a name',
};
