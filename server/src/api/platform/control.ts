/**
 * All routes of the control plane, for whoever mounts it.
 */
import type { ControlPlane } from '../../services/control-plane.ts';
import type { WeftApp } from '../app.ts';
import { withIdempotency } from '../idempotency.ts';
import { registerAccess } from './access.ts';
import { registerAgreements } from './agreements.ts';
import { registerContractChecks } from './contract-checks.ts';
import { registerContracts } from './contracts.ts';
import { registerDomains } from './domains.ts';
import { registerEvents } from './events.ts';
import { registerGraph } from './graph.ts';
import { registerKeys } from './keys.ts';
import { describeMesh, registerMesh } from './mesh.ts';
import { registerNodeReports } from './node-reports.ts';
import { registerNodeStanding } from './node-standing.ts';
import { registerPolicies } from './policies.ts';
import { registerProducts } from './products.ts';
import { registerPromises } from './promises.ts';
import { registerQueue } from './queue.ts';
import { registerResolve } from './resolve.ts';
import { registerSaved } from './saved.ts';
import { registerSearch } from './search.ts';
import { registerSignInLinks } from './sign-in-links.ts';
import { registerTokens } from './tokens.ts';
import { registerUsers } from './users.ts';

export function registerControl(app: WeftApp, control: ControlPlane): void {
  registerMesh(app, { describe: (isLocal) => describeMesh(control, isLocal) });
  withIdempotency(app, control.idempotency, (scope) => {
    registerTokens(scope, control);
    registerUsers(scope, control);
    registerKeys(scope, control);
    registerSignInLinks(scope, control);
    registerDomains(scope, control);
    registerContracts(scope, control);
    registerContractChecks(scope, control.checks);
    registerProducts(scope, control);
    registerPromises(scope, control);
    registerSearch(scope, control);
    registerAgreements(scope, control);
    registerPolicies(scope, control);
    registerAccess(scope, control);
    registerGraph(scope, control);
    registerQueue(scope, control);
    registerSaved(scope, control);
    registerResolve(scope, control);
    registerEvents(scope, control);
    registerNodeReports(scope, control);
    registerNodeStanding(scope, control);
  });
}
