/** What the pages of domains say. */
export const words = {
  title: 'Domains',
  lead: 'Each domain makes its products by itself. Its owners decide, its stewards guard.',
  table: 'Domains, by name',
  domain: 'Domain',
  owners: 'Owners',
  stewards: 'Stewards',
  products: 'Products',
  change: 'Change',
  changeNamed: (name: string): string => `Change ${name}`,
  changing: 'Change the domain',
  newDomain: 'New domain',
  none: 'none',
  more: 'Show more',
  loading: 'Loading domains',
  emptyTitle: 'No domain yet',
  emptyHelp:
    'Every product is in a domain. The first one is made here, then somebody who produces for it.',
  emptyOthers: 'The platform team makes the first one.',

  newTitle: 'A new domain',
  newLead: 'A part of the company with data of its own, and people who answer for it.',
  name: 'Name',
  nameHelp: 'In the names of its products, so it never changes: point_of_sale',
  nameFault: 'Begin with a small letter; then small letters, digits and _ fit, 63 at most.',
  titled: 'Title',
  titleHelp: 'As people call it.',
  about: 'What it is about',
  ownersHelp:
    'They publish, decide on requests and policies, and say who is listed here. To send data, an owner needs the role producer, too.',
  stewardsHelp: 'They decide on requests, and see rules and batches.',
  subjectHint: 'name or id',
  make: 'Make the domain',
  save: 'Save',
  leave: 'Leave it as it was',
  saved: 'Saved. It acts at once.',
  nothingChanged: 'Nothing is changed yet.',
  seeNow: 'Show what is there now',
  back: 'Back to the domain',
  makePerson: 'New person or service',
  noOwner:
    'Without an owner nobody decides on its requests but its stewards and who produces for it.',

  refusedNewTitle: 'Domains are made by the platform team',
  refusedNewHelp:
    'The rule: the platform team makes domains; their owners say who else owns and guards them. To have one made, ask the platform team.',
  refusedTitle: (name: string): string => `You do not keep ${name}`,
  refusedHelp:
    'The rule: owners and producers of a domain, and the platform team, say who owns and guards it. Ask one of them.',
};

/** Of a text that means nobody, or several. */
export function peopleDoubt(text: string, ids: readonly string[]): string {
  return ids.length === 0
    ? `Nobody is called ${text}.`
    : `Several are called ${text}: ${ids.join(', ')}. Write the id of one.`;
}
