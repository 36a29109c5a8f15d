/**
 * What a mesh contract must have beyond valid ODCS: the six properties of a contract, an owner, and names that work
 * everywhere. This is the one list; nothing else in Weft demands a field.
 *
 * | property | required |
 * |--|--|
 * | data type | for each column a `logicalType` (and what it needs) from which one type follows |
 * | physical schema | at least one object, each with `physicalType` and at least one column |
 * | business characteristics | `domain`, `dataProduct`, `description.purpose`; per object `description` and its |
 * | | granularity (`dataGranularityDescription` or `weftGranularity`); per column `classification` |
 * | delivery frequency | a service level `frequency` with value and unit |
 * | quality assertion | per object one promise that Weft checks: a rule, a key, `required`, `unique`, an enum or a bound |
 * | lifecycle policy | `status`, and a service level `retention` with value and unit |
 *
 * Not validity by the standard (`read.ts`). Invariant: all that is missing is reported at once, each with an example
 * line that would satisfy it.
 */
import type { Diagnostic } from '../lib/diagnostic.ts';
import { parseDuration, slaSeconds } from '../lib/duration.ts';
import { rangeOf } from './compile/property-checks.ts';
import { logicalName } from './data-type.ts';
import { createDiagnoser, type Diagnoser } from './diagnose.ts';
import type { DiagnosticCode } from './diagnostic-catalog.ts';
import type { ContractDocument } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import { objectsOf, textOf } from './json-access.ts';
import type { ContractModel, ContractObject, ContractProperty, SlaProperty } from './model.ts';
import { nameFault, suggestName } from './names.ts';
import { hasRunnableRule } from './quality-from-odcs.ts';
import { say } from './schema-check.ts';
import { typeFromOdcs } from './types-from-odcs.ts';
import { parseVersion } from './version.ts';

/** `status` values of the standard's life of a contract. */
export const STATUSES = ['proposed', 'draft', 'active', 'deprecated', 'retired'] as const;

/** Everything that keeps the contract from being published; empty when it may be. */
export function checkRequired(document: ContractDocument, model: ContractModel): Diagnostic[] {
  const diagnoser = createDiagnoser(document);
  const check = new RequiredCheck(document, model, diagnoser);
  check.run();
  return diagnoser.diagnostics;
}

class RequiredCheck {
  readonly #document: ContractDocument;
  readonly #model: ContractModel;
  readonly #diagnoser: Diagnoser;

  constructor(document: ContractDocument, model: ContractModel, diagnoser: Diagnoser) {
    this.#document = document;
    this.#model = model;
    this.#diagnoser = diagnoser;
  }

  run(): void {
    this.#checkIdentity();
    this.#checkObjects();
    this.#checkSla('frequency', 'REQUIRED_FREQUENCY', '{property: frequency, value: 1, unit: d}');
    this.#checkSla('retention', 'REQUIRED_LIFECYCLE', '{property: retention, value: 3, unit: y}');
    this.#checkOwner();
  }

  #checkIdentity(): void {
    const { version, domain, product, description, status, id } = this.#model;
    if (parseVersion(version) === null) {
      this.#report(
        'REQUIRED_VERSION',
        ['version'],
        `${say(version)} is not MAJOR.MINOR.PATCH`,
        'version: 1.0.0',
      );
    }
    if (id.trim() === '')
      this.#report('REQUIRED_BUSINESS', ['id'], 'id is empty', 'id: point_of_sale-orders');
    this.#checkName(domain, ['domain'], { what: 'domain', example: 'domain: point_of_sale' });
    this.#checkName(product, ['dataProduct'], {
      what: 'dataProduct',
      example: 'dataProduct: orders',
    });
    if (isBlank(description.purpose)) {
      const example = 'description: {purpose: Daily sales of each store}';
      this.#report(
        'REQUIRED_BUSINESS',
        ['description', 'purpose'],
        'description.purpose is missing',
        example,
      );
    }
    const isStatus = STATUSES.some((known) => known === status);
    if (!isStatus) {
      const message =
        status === null
          ? 'status is missing'
          : `status ${say(status)} is none of ${STATUSES.join(', ')}`;
      this.#report('REQUIRED_LIFECYCLE', ['status'], message, 'status: active');
    }
  }

  #checkObjects(): void {
    const { objects, product } = this.#model;
    if (objects.length === 0) {
      const example =
        'schema: [{name: orders, physicalType: table, properties: [{name: id, logicalType: string}]}]';
      this.#report('REQUIRED_PHYSICAL_SCHEMA', ['schema'], 'the contract has no object', example);
    }
    const tables = new Set<string>();
    objects.forEach((object, i) => {
      const table = i === 0 && product !== null ? product : object.name;
      const path: DocumentPath = ['schema', i];
      // Why: the first object's table is named after the product, whose name is checked above.
      if (i > 0)
        this.#checkName(object.name, [...path, 'name'], { what: 'name', example: 'name: returns' });
      if (tables.has(table)) {
        this.#report(
          'NAME_DUPLICATE',
          [...path, 'name'],
          `table ${table} stands twice in this contract`,
        );
      }
      tables.add(table);
      this.#checkObject(object, path);
    });
  }

  #checkObject(object: ContractObject, path: DocumentPath): void {
    const { name } = object;
    if (isBlank(object.physicalType)) {
      const message = `${name} has no physicalType`;
      this.#report('REQUIRED_PHYSICAL_SCHEMA', path, message, 'physicalType: table');
    }
    if (object.properties.length === 0) {
      const example = 'properties: [{name: id, logicalType: string}]';
      this.#report('REQUIRED_PHYSICAL_SCHEMA', path, `${name} has no column`, example);
    }
    if (isBlank(object.description)) {
      const example = 'description: One row per order line';
      const at = [...path, 'description'];
      this.#report('REQUIRED_BUSINESS', at, `${name} has no description`, example);
    }
    const item =
      objectsOf(this.#document.data, 'schema').find((o) => o.index === path[1])?.item ?? {};
    const granularity = object.granularity ?? this.#model.weft.granularity;
    if (granularity === null && isBlank(textOf(item, 'dataGranularityDescription'))) {
      const example = 'dataGranularityDescription: One row per store and day';
      const at = [...path, 'dataGranularityDescription'];
      this.#report('REQUIRED_BUSINESS', at, `${name} does not say what one row is`, example);
    }
    const promises = hasRunnableRule(object.quality) || object.properties.some(hasPromise);
    if (object.properties.length > 0 && !promises) {
      const example = 'quality: [{metric: rowCount, mustBeGreaterThan: 0}]';
      this.#report(
        'REQUIRED_QUALITY',
        path,
        `${name} promises nothing that can be checked`,
        example,
      );
    }
    const items = objectsOf(item, 'properties');
    object.properties.forEach((property, i) => {
      this.#checkProperty(property, items[i]?.item ?? {}, [...path, 'properties', i]);
    });
  }

  #checkProperty(
    property: ContractProperty,
    item: Parameters<typeof typeFromOdcs>[0],
    path: DocumentPath,
  ): void {
    this.#checkName(property.name, [...path, 'name'], {
      what: 'name',
      example: 'name: order_id',
      source: true,
    });
    const where = `column ${property.name}`;
    if (textOf(item, 'logicalType') === null) {
      const example = `logicalType: ${logicalName(property.type)}`;
      this.#report('REQUIRED_DATA_TYPE', path, `${where} has no logicalType`, example);
    } else {
      for (const problem of typeFromOdcs(item, this.#model.apiVersion).problems) {
        if (problem.code !== 'TYPE_UNKNOWN') continue;
        this.#diagnoser.add(
          'REQUIRED_DATA_TYPE',
          [...path, ...problem.path],
          `${where}: ${problem.message}`,
          {
            remedy: problem.remedy,
          },
        );
      }
    }
    if (isBlank(property.classification)) {
      this.#report(
        'REQUIRED_CLASSIFICATION',
        path,
        `${where} has no classification`,
        'classification: internal',
      );
    }
  }

  #checkSla(name: string, code: DiagnosticCode, example: string): void {
    const found = this.#model.sla.filter((item) => item.property === name);
    if (found.length === 0) {
      this.#report(
        code,
        ['slaProperties'],
        `no service level ${name}`,
        `slaProperties: [${example}]`,
      );
    }
    for (const item of found) {
      if (isDuration(item)) continue;
      const index = this.#model.sla.indexOf(item);
      const unit = item.unit === null ? 'no unit' : `unit ${say(item.unit)}`;
      const message = `${name} has value ${say(item.value)} and ${unit}, which is no duration`;
      this.#report(code, ['slaProperties', index], message, `- ${example}`);
    }
  }

  #checkOwner(): void {
    if (this.#model.team.some((member) => /owner/i.test(member.role ?? ''))) return;
    const isOld = this.#model.apiVersion.startsWith('v3.0.');
    const member = '{username: maria, role: owner}';
    const example = isOld ? `team: [${member}]` : `team: {members: [${member}]}`;
    this.#report(
      'REQUIRED_OWNER',
      ['team'],
      'no present member of the team has the role owner',
      example,
    );
  }

  #checkName(
    name: string | null,
    path: DocumentPath,
    options: { what: string; example: string; source?: boolean },
  ): void {
    if (name === null) {
      this.#report('REQUIRED_BUSINESS', path, `${options.what} is missing`, options.example);
      return;
    }
    const fault = nameFault(name);
    if (fault === null) return;
    const keep =
      options.source === true
        ? `, and physicalName: ${JSON.stringify(name)} if files call it so`
        : '';
    const example = `${options.what}: ${suggestName(name)}${keep}`;
    if (fault === 'reserved') {
      this.#report('NAME_RESERVED', path, `${name} is a reserved word of SQL`, example);
    } else {
      this.#report('NAME_INVALID', path, `${say(name)} is no name of Weft`, example);
    }
  }

  #report(code: DiagnosticCode, path: DocumentPath, message: string, example?: string): void {
    const remedy = example === undefined ? {} : { remedy: `Write for example \`${example}\`.` };
    this.#diagnoser.add(code, path, message, remedy);
  }
}

function hasPromise(property: ContractProperty): boolean {
  const { options } = property;
  const { min, max } = rangeOf(property);
  return (
    property.required ||
    property.unique ||
    property.primaryKeyPosition !== null ||
    property.enumValues !== null ||
    hasRunnableRule(property.quality) ||
    [min, max, options.minLength, options.maxLength, options.pattern].some(
      (bound) => bound !== null,
    )
  );
}

function isDuration(item: SlaProperty): boolean {
  const value = item.value.trim();
  if (parseDuration(value) !== null) return true;
  const amount = Number(value);
  if (value === '' || !Number.isFinite(amount) || amount <= 0 || item.unit === null) return false;
  return slaSeconds(amount, item.unit) !== null;
}

function isBlank(text: string | null): boolean {
  return text === null || text.trim() === '';
}
