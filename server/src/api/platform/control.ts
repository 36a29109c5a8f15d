/**
 * All routes of the control plane, for whoever mounts it.
 */
import type { ControlPlane } from '../../services/control-plane.ts';
import type { WeftApp } from '../app.ts';
import { registerAccess } from './access.ts';
import { registerAgreements } from './agreements.ts';
import { registerAudit } from './audit.ts';
import { registerContracts } from './contracts.ts';
import { registerDomains } from './domains.ts';
import { registerEvents } from './events.ts';
import { registerMesh } from './mesh.ts';
import { registerNodeReports } from './node-reports.ts';
import { registerPolicies } from './policies.ts';
import { registerProducts } from './products.ts';
import { registerSearch } from './search.ts';
import { registerTokens } from './tokens.ts';

export function registerControl(app: WeftApp, control: ControlPlane): void {
  registerMesh(app, { control });
  registerTokens(app, control);
  registerDomains(app, control);
  registerContracts(app, control);
  registerProducts(app, control);
  registerSearch(app, control);
  registerAgreements(app, control);
  registerPolicies(app, control);
  registerAccess(app, control);
  registerAudit(app, control);
  registerEvents(app, control);
  registerNodeReports(app, control);
}
