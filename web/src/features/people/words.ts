/**
 * What the pages of people and services say.
 */
import type { ReactNode } from 'react';
import type { PhraseParts } from '../../components/Phrase.tsx';
import { formatClock, formatName, formatNumber, plural } from '../../lib/format.ts';
import { listAll } from '../../lib/language.ts';
import type { Role, User } from './people-queries.ts';
import type { DraftFault } from './rights-draft.ts';

export const words = {
  title: 'People and services',
  lead: 'Who is known to the mesh, and what each may be.',
  table: 'People and services, by id',
  search: 'Find by name or id',
  searchHint: 'A part of a name or an id',
  who: 'Who',
  kind: 'What',
  roles: 'Roles',
  domains: 'Domains',
  attributes: 'Attributes',
  state: 'State',
  noRole: 'none',
  wholeMesh: 'the whole mesh',
  active: 'active',
  disabled: 'disabled',
  more: 'Show more',
  newOne: 'New person or service',
  noneTitle: 'Nobody is called so',
  noneHelp: 'Look for a shorter part of the name or the id.',
  showAll: 'Show all',
  shown: (count: number, hasMore: boolean): string =>
    hasMore
      ? plural(count, { one: '# shown', other: '# shown' })
      : plural(count, { one: '# subject', other: '# subjects' }),
  refused: 'Who is known to the mesh',
  refusedTitle: 'People are looked after by the platform team',
  refusedHelp:
    'The rule: the platform team makes people and services and gives roles; privacy officers look at them. To get another role or a domain, ask the platform team.',
  refusedNewHelp:
    'The rule: the platform team makes people and services and gives roles. To have somebody added, ask the platform team.',
  seeOwn: 'What you are yourself',
  loading: 'Loading people',

  rights: 'What this subject may do',
  rightsOf: (name: string): string => `What ${name} may do`,
  name: 'Name',
  nameHelp: 'For people; it may change.',
  id: 'Id',
  idHelp: 'Never changes: letters, digits and . _ @ + -',
  idFault: 'Begin with a letter or a digit; then letters, digits and . _ @ + - fit, too.',
  domainsHelp: 'Those that a producer or a steward speaks for. ↵ adds one.',
  attributesHelp: 'What policies may ask for, such as a region. A name may have several values.',
  addAttribute: 'Add an attribute',
  attribute: 'Name of the attribute',
  attributeHint: 'region',
  valuesHint: 'EU',
  valuesOf: (name: string): string => (name === '' ? 'Values' : `Values of ${name}`),
  takeAttribute: (name: string): string =>
    name === '' ? 'Take the attribute away' : `Take ${name} away`,
  save: 'Save',
  leave: 'Leave it as it was',
  nothingChanged: 'Nothing is changed yet.',
  saved: 'Saved. Tokens that were made before are refused from now on; keys follow at once.',
  atOnce: 'A change acts at once. Tokens that were made before are refused then.',
  ownPlatform:
    'You would no longer be of the platform team, and could not take that back yourself.',
  seeNow: 'Show what is there now',
  external:
    'Roles and attributes come from the identity provider, with the groups there. Change them there.',
  node: 'A node of the mesh: its rights are those of its token, which weft token makes.',
  onlyPlatform: 'The platform team changes this.',

  newTitle: 'A new person or service',
  newLead: 'Known to the mesh from now on. The way in, a link or a key, is made next.',
  person: 'A person',
  personHelp: 'Signs in with a browser, by a link that you make.',
  service: 'A service',
  serviceHelp: 'A program: it has API keys and signs in nowhere.',
  make: 'Make this subject',

  agreements: 'Agreements',
  noAgreement: 'None yet.',
  agreementsHelp: 'What was agreed and asked for',
  moreAgreements: (count: number, hasMore: boolean): string =>
    hasMore ? `and more than ${formatNumber(count)} others` : `and ${formatNumber(count)} more`,
  product: 'Product',
  purpose: 'Purpose',
  agreementState: 'State',
  agreementStates: {
    requested: 'waits for a decision',
    countered: 'has other terms to answer',
    approved: 'approved',
    active: 'in force',
    denied: 'denied',
    revoked: 'revoked',
    expired: 'ended',
  },

  signIn: 'Getting in',
  link: 'Make a sign-in link',
  linkHelp: (name: string): string =>
    `Signs a browser in as ${name}, once. Hand it over where nobody else reads it.`,
  linkLasts: 'Good for',
  linkOnce: 'This is the link. It is shown now and never again.',
  linkUntil: (expires: string): string => `Works once, until ${formatClock(expires)}.`,
  linkElsewhere: 'In this browser it would end your own session; try it in another one.',
  linkLabel: 'The new sign-in link',
  copyLink: 'Copy the link',
  linkDone: 'I have it',
  keys: 'API keys',
  keysHelp: 'For programs that speak in this name.',
  serviceSignIn: 'A service signs in nowhere. Give it an API key.',
  externalSignIn: 'Signs in at the identity provider.',
  disabledSignIn: 'There is no way in while this subject is disabled.',

  standing: 'Standing',
  disable: 'Disable',
  disableHelp: 'Nothing that speaks in this name is believed any more; what runs, ends.',
  disableSure: 'Disable now',
  enable: 'Enable again',
  enableHelp: 'Keys work again. Sessions and tokens from before stay refused.',
  signout: 'Sign out everywhere',
  signoutHelp: 'Sessions and tokens so far are refused; keys stay.',
  signoutSure: 'Sign out now',
  notNow: 'Not now',
  notYourself: 'Nobody disables himself. Ask another member of the platform team.',
  isDisabled: (by: ReactNode, at: string): PhraseParts => [
    'Disabled by ',
    { piece: by },
    ', ',
    { time: at },
  ],
  changed: (at: string): PhraseParts => ['Changed ', { time: at }],
  since: (at: string): PhraseParts => ['Older tokens were ended ', { time: at }],
  inAudit: 'What this subject did, in the audit log',
};

export const LINK_LIFETIMES = [
  { value: '300', label: '5 minutes' },
  { value: '1800', label: 'half an hour' },
  { value: '3600', label: 'an hour' },
];

/** One sentence on what a role may do. */
export const ROLE_SAYS: Readonly<Record<Exclude<Role, 'node'>, string>> = {
  consumer: 'Finds products, asks for access, and queries what the agreements allow.',
  producer:
    'Makes the products of the domains below: contracts, data, policies, and who gets access.',
  steward:
    'Guards the domains below, or the whole mesh without one: decides on requests, sees rules and batches.',
  privacy_officer:
    'Sees who may read what and why, people and the whole log; may revoke any agreement.',
  platform:
    'Runs the mesh: people, domains, roles, rules for every product. May publish and release for any domain; reads no rows by that.',
};

export function kindWords({ kind, roles }: Pick<User, 'kind' | 'roles'>): string {
  if (roles.includes('node')) return 'Node';
  return KINDS[kind];
}

const KINDS: Readonly<Record<User['kind'], string>> = {
  user: 'Person of this mesh',
  service: 'Service of this mesh',
  external: 'From the identity provider',
};

/** "region: EU, FR", a few of them. */
export function attributeWords(attributes: User['attributes'], most = 3): string {
  const parts = Object.entries(attributes).map(
    ([name, value]) => `${name}: ${(Array.isArray(value) ? value : [value]).join(', ')}`,
  );
  const rest = parts.length - most;
  return [...parts.slice(0, most), ...(rest > 0 ? [words.moreAgreements(rest, false)] : [])].join(
    '; ',
  );
}

export const roleWords = (roles: readonly Role[]): string =>
  roles.length === 0 ? words.noRole : roles.map(formatName).join(', ');

/** For which domains somebody speaks; a steward without one guards all. */
export function domainWords({ roles, domains }: Pick<User, 'roles' | 'domains'>): string {
  return domains.length === 0 && roles.includes('steward') ? words.wholeMesh : domains.join(', ');
}

/** What a choice of roles and domains comes to where that may not be meant; null where it is plain. */
export function rightsHint(roles: readonly Role[], domains: readonly string[]): string | null {
  if (domains.length > 0) return null;
  if (roles.includes('steward')) return 'Without a domain a steward guards the whole mesh.';
  if (roles.includes('producer'))
    return 'Without a domain a producer makes nothing, unless a domain names it as an owner.';
  return null;
}

export const unknownDomains = (names: readonly string[]): string =>
  plural(names.length, {
    one: `There is no domain ${listAll(names)} yet.`,
    other: `There are no domains ${listAll(names)} yet.`,
  });

export const FAULTS: Readonly<Record<DraftFault, string>> = {
  name: 'A name is missing.',
  role: 'At least one role is needed. Who shall do nothing any more is disabled.',
  'domain-role':
    'Domains are for producers and stewards: give one of these roles, or take the domains away.',
  'attribute-name': 'An attribute has no name.',
  'attribute-twice': 'Two attributes have the same name. Put the values into one.',
  'attribute-value': 'An attribute has no value.',
};
