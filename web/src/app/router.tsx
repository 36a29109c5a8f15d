/**
 * The addresses of the app and what stands behind each. Pages come in chunks of their own.
 *
 * All state that a colleague should see is in the address; what cannot be read there is as if it were not there.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  retainSearchParams,
} from '@tanstack/react-router';
import { latePage } from '../components/late.tsx';
import { agreementsSearch, reviewSearch, tableSearch } from '../features/access/access-search.ts';
import { auditSearch } from '../features/audit/audit-search.ts';
import { mapSearch } from '../features/map/map-search.ts';
import { compareSearch, marketSearch } from '../features/market/market-search.ts';
import { newPersonSearch, peopleSearch } from '../features/people/people-search.ts';
import { policySearch, seeAsSearch } from '../features/policy/policy-search.ts';
import { batchSearch, quarantineSearch, sendSearch } from '../features/produce/produce-search.ts';
import {
  batchesSearch,
  columnsSearch,
  connectSearch,
  lineageSearch,
  qualitySearch,
  versionsSearch,
} from '../features/product/product-search.ts';
import { workbenchSearch } from '../features/workbench/workbench-search.ts';
import { formatName } from '../lib/format.ts';
import { type RawSearch, readable, textParam } from '../lib/search-params.ts';
import type { Crumb } from './Breadcrumbs.tsx';
import { Lost, PageFault, PageSkeleton } from './PageStates.tsx';
import { Shell } from './Shell.tsx';
import { words } from './words.ts';

export interface RootSearch {
  purpose?: string;
  /** Products that are picked for comparing, separated by commas. */
  compare?: string | undefined;
}

const root = createRootRoute({
  validateSearch: (raw: RawSearch): RootSearch =>
    readable({ purpose: textParam(raw, 'purpose'), compare: textParam(raw, 'compare') }),
  search: { middlewares: [retainSearchParams(['purpose', 'compare'])] },
  component: Shell,
  notFoundComponent: Lost,
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  staticData: { crumb: () => words.home },
  component: latePage(() => import('../features/home/HomePage.tsx'), 'HomePage'),
});

const marketPlace = createRoute({
  getParentRoute: () => root,
  path: '/market',
  validateSearch: marketSearch,
  staticData: { crumb: () => words.market },
  component: latePage(() => import('../features/market/MarketPage.tsx'), 'MarketPage'),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: '/market/compare',
  validateSearch: compareSearch,
  staticData: { above: () => [MARKET], crumb: () => words.compare },
  component: latePage(() => import('../features/market/ComparePage.tsx'), 'ComparePage'),
});

const MARKET: Crumb = { name: 'Market', pathname: '/market' };

/** A product stands in its domain, and that in the market. */
function aboveProduct({ product = '' }: Record<string, string>): readonly Crumb[] {
  const [domain = ''] = product.split('.');
  return [MARKET, { name: formatName(domain), pathname: `/d/${domain}` }];
}

const domain = createRoute({
  getParentRoute: () => root,
  path: '/d/$domain',
  staticData: { above: () => [MARKET], crumb: ({ domain = '' }) => formatName(domain) },
  component: latePage(() => import('../features/market/DomainPage.tsx'), 'DomainPage'),
});

const product = createRoute({
  getParentRoute: () => root,
  path: '/p/$product',
  staticData: { above: aboveProduct, crumb: ({ product = '' }) => product },
  component: latePage(() => import('../features/product/ProductPage.tsx'), 'ProductPage'),
});

const overview = createRoute({
  getParentRoute: () => product,
  path: '/',
  component: latePage(() => import('../features/product/OverviewTab.tsx'), 'OverviewTab'),
});

const columns = createRoute({
  getParentRoute: () => product,
  path: '/columns',
  validateSearch: columnsSearch,
  staticData: { crumb: () => words.columns },
  component: latePage(() => import('../features/product/ColumnsTab.tsx'), 'ColumnsTab'),
});

const column = createRoute({
  getParentRoute: () => product,
  path: '/columns/$column',
  staticData: { crumb: ({ column = '' }) => column },
  component: latePage(() => import('../features/product/ColumnTab.tsx'), 'ColumnTab'),
});

const quality = createRoute({
  getParentRoute: () => product,
  path: '/quality',
  validateSearch: qualitySearch,
  staticData: { crumb: () => words.quality },
  component: latePage(() => import('../features/product/QualityTab.tsx'), 'QualityTab'),
});

const rule = createRoute({
  getParentRoute: () => product,
  path: '/quality/$rule',
  staticData: { crumb: ({ rule = '' }) => rule },
  component: latePage(() => import('../features/product/RuleTab.tsx'), 'RuleTab'),
});

const batches = createRoute({
  getParentRoute: () => product,
  path: '/batches',
  validateSearch: batchesSearch,
  staticData: { crumb: () => words.batches },
  component: latePage(() => import('../features/product/BatchesTab.tsx'), 'BatchesTab'),
});

const lineage = createRoute({
  getParentRoute: () => product,
  path: '/lineage',
  validateSearch: lineageSearch,
  staticData: { crumb: () => words.lineage },
  component: latePage(() => import('../features/product/LineageTab.tsx'), 'LineageTab'),
});

const versions = createRoute({
  getParentRoute: () => product,
  path: '/versions',
  validateSearch: versionsSearch,
  staticData: { crumb: () => words.versions },
  component: latePage(() => import('../features/product/VersionsTab.tsx'), 'VersionsTab'),
});

const pair = createRoute({
  getParentRoute: () => product,
  path: '/versions/$pair',
  staticData: { crumb: ({ pair = '' }) => pair },
  component: latePage(() => import('../features/product/PairTab.tsx'), 'PairTab'),
});

const consumers = createRoute({
  getParentRoute: () => product,
  path: '/consumers',
  staticData: { crumb: () => words.consumers },
  component: latePage(() => import('../features/product/ConsumersTab.tsx'), 'ConsumersTab'),
});

const connect = createRoute({
  getParentRoute: () => product,
  path: '/connect',
  validateSearch: connectSearch,
  staticData: { crumb: () => words.connect },
  component: latePage(() => import('../features/product/ConnectTab.tsx'), 'ConnectTab'),
});

const request = createRoute({
  getParentRoute: () => root,
  path: '/p/$product/request',
  validateSearch: tableSearch,
  staticData: {
    above: (params) => [
      ...aboveProduct(params),
      { name: params['product'] ?? '', pathname: `/p/${params['product'] ?? ''}` },
    ],
    crumb: () => words.requestAccess,
  },
  component: latePage(() => import('../features/access/RequestPage.tsx'), 'RequestPage'),
});

const agreements = createRoute({
  getParentRoute: () => root,
  path: '/agreements',
  validateSearch: agreementsSearch,
  staticData: { crumb: () => words.agreements },
  component: latePage(() => import('../features/access/AgreementsPage.tsx'), 'AgreementsPage'),
});

const agreement = createRoute({
  getParentRoute: () => root,
  path: '/agreements/$agreement',
  validateSearch: tableSearch,
  staticData: { crumb: () => words.agreement },
  component: latePage(() => import('../features/access/AgreementPage.tsx'), 'AgreementPage'),
});

const review = createRoute({
  getParentRoute: () => root,
  path: '/review',
  validateSearch: reviewSearch,
  staticData: { crumb: () => words.review },
  component: latePage(() => import('../features/access/ReviewPage.tsx'), 'ReviewPage'),
});

const workbench = createRoute({
  getParentRoute: () => root,
  path: '/workbench',
  validateSearch: workbenchSearch,
  staticData: { crumb: () => words.workbench },
  component: latePage(() => import('../features/workbench/WorkbenchPage.tsx'), 'WorkbenchPage'),
});

const saved = createRoute({
  getParentRoute: () => root,
  path: '/saved',
  staticData: { crumb: () => words.saved },
  component: latePage(() => import('../features/saved/SavedPage.tsx'), 'SavedPage'),
});

const make = createRoute({
  getParentRoute: () => root,
  path: '/make',
  staticData: { crumb: () => words.make },
  component: latePage(() => import('../features/produce/MakePage.tsx'), 'MakePage'),
});

const makeNew = createRoute({
  getParentRoute: () => root,
  path: '/make/new',
  staticData: { crumb: () => words.newProduct },
  component: latePage(
    () => import('../features/produce/draft/NewProductPage.tsx'),
    'NewProductPage',
  ),
});

const makeVersion = createRoute({
  getParentRoute: () => root,
  path: '/make/$product/version',
  staticData: { crumb: ({ product = '' }) => words.newVersion(product) },
  component: latePage(
    () => import('../features/produce/draft/NextVersionPage.tsx'),
    'NextVersionPage',
  ),
});

const upload = createRoute({
  getParentRoute: () => root,
  path: '/make/$product/upload',
  validateSearch: sendSearch,
  staticData: { crumb: ({ product = '' }) => words.upload(product) },
  component: latePage(() => import('../features/produce/UploadPage.tsx'), 'UploadPage'),
});

const batch = createRoute({
  getParentRoute: () => root,
  path: '/make/$product/batches/$batch',
  validateSearch: batchSearch,
  staticData: { crumb: ({ product = '' }) => words.batch(product) },
  component: latePage(() => import('../features/produce/batch/BatchPage.tsx'), 'BatchPage'),
});

const quarantine = createRoute({
  getParentRoute: () => root,
  path: '/make/$product/quarantine',
  validateSearch: quarantineSearch,
  staticData: { crumb: ({ product = '' }) => words.quarantine(product) },
  component: latePage(
    () => import('../features/produce/quarantine/QuarantinePage.tsx'),
    'QuarantinePage',
  ),
});

const policies = createRoute({
  getParentRoute: () => root,
  path: '/policies',
  staticData: { crumb: () => words.policies },
  component: latePage(() => import('../features/policy/PoliciesPage.tsx'), 'PoliciesPage'),
});

const seeAs = createRoute({
  getParentRoute: () => root,
  path: '/policies/see-as',
  validateSearch: seeAsSearch,
  staticData: { crumb: () => words.seeAs },
  component: latePage(() => import('../features/policy/SeeAsPage.tsx'), 'SeeAsPage'),
});

const policy = createRoute({
  getParentRoute: () => root,
  path: '/policies/$product',
  validateSearch: policySearch,
  staticData: { crumb: ({ product = '' }) => words.policy(product) },
  component: latePage(() => import('../features/policy/PolicyPage.tsx'), 'PolicyPage'),
});

const map = createRoute({
  getParentRoute: () => root,
  path: '/map',
  validateSearch: mapSearch,
  staticData: { crumb: () => words.map },
  component: latePage(() => import('../features/map/MapPage.tsx'), 'MapPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: auditSearch,
  staticData: { crumb: () => words.audit },
  component: latePage(() => import('../features/audit/AuditPage.tsx'), 'AuditPage'),
});

const people = createRoute({
  getParentRoute: () => root,
  path: '/people',
  validateSearch: peopleSearch,
  staticData: { crumb: () => words.people },
  component: latePage(() => import('../features/people/PeoplePage.tsx'), 'PeoplePage'),
});

const abovePerson = (): readonly Crumb[] => [{ name: words.people, pathname: '/people' }];

// Why the dash: what is made has no name yet, and a place beside the names could be the address of somebody who is called so.
const newPerson = createRoute({
  getParentRoute: () => root,
  path: '/people/-/new',
  validateSearch: newPersonSearch,
  staticData: { above: abovePerson, crumb: () => words.newPerson },
  component: latePage(() => import('../features/people/NewPersonPage.tsx'), 'NewPersonPage'),
});

const person = createRoute({
  getParentRoute: () => root,
  path: '/people/$person',
  staticData: { above: abovePerson, crumb: ({ person: id = '' }) => id },
  component: latePage(() => import('../features/people/PersonPage.tsx'), 'PersonPage'),
});

const domains = createRoute({
  getParentRoute: () => root,
  path: '/domains',
  staticData: { crumb: () => words.domains },
  component: latePage(() => import('../features/people/DomainsPage.tsx'), 'DomainsPage'),
});

const aboveDomain = (): readonly Crumb[] => [{ name: words.domains, pathname: '/domains' }];

const newDomain = createRoute({
  getParentRoute: () => root,
  path: '/domains/-/new',
  staticData: { above: aboveDomain, crumb: () => words.newDomain },
  component: latePage(() => import('../features/people/NewDomainPage.tsx'), 'NewDomainPage'),
});

const changeDomain = createRoute({
  getParentRoute: () => root,
  path: '/domains/$domain',
  staticData: { above: aboveDomain, crumb: ({ domain: name = '' }) => formatName(name) },
  component: latePage(() => import('../features/people/ChangeDomainPage.tsx'), 'ChangeDomainPage'),
});

const lookup = createRoute({
  getParentRoute: () => root,
  path: '/i/$id',
  staticData: { crumb: ({ id = '' }) => id },
  component: latePage(() => import('../features/lookup/LookupPage.tsx'), 'LookupPage'),
});

const productTabs = [
  overview,
  columns,
  column,
  quality,
  rule,
  batches,
  lineage,
  versions,
  pair,
  consumers,
  connect,
] as const;

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    marketPlace,
    compare,
    domain,
    product.addChildren(productTabs),
    request,
    agreements,
    agreement,
    review,
    workbench,
    saved,
    make,
    makeNew,
    makeVersion,
    upload,
    batch,
    quarantine,
    policies,
    seeAs,
    policy,
    map,
    audit,
    people,
    newPerson,
    person,
    domains,
    newDomain,
    changeDomain,
    lookup,
  ]),
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultPendingMs: 150,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: PageFault,
  defaultNotFoundComponent: Lost,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
