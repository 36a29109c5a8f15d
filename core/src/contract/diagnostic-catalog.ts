/**
 * The one table of diagnostic codes of contract and product documents: severity, title and remedy.
 *
 * Not the operating errors (`lib/error-catalog.ts`): a diagnostic is returned with its place, never thrown.
 * Invariant: the meaning of a code never changes; a place may give a better remedy than the one here.
 */
import type { Severity } from '../lib/diagnostic.ts';

export interface DiagnosticEntry {
  severity: Severity;
  title: string;
  remedy: string;
}

const entries = {
  // --- the text itself ----------------------------------------------------------------------------------------------
  DOCUMENT_TOO_LARGE: {
    severity: 'error',
    title: 'The document is too large',
    remedy: 'Split it: one contract per product, and no data inside it.',
  },
  DOCUMENT_SYNTAX: {
    severity: 'error',
    title: 'The text is not valid YAML or JSON',
    remedy: 'Correct the named place; indentation and quotes are the usual cause.',
  },
  DOCUMENT_DUPLICATE_KEY: {
    severity: 'error',
    title: 'A key stands twice in one mapping',
    remedy: 'Remove one of the two.',
  },
  DOCUMENT_ALIAS: {
    severity: 'error',
    title: 'An alias cannot be resolved safely',
    remedy: 'Write the value out instead of referring to an anchor.',
  },
  DOCUMENT_TAG: {
    severity: 'error',
    title: 'A YAML tag or key form that a contract cannot have',
    remedy: 'Use plain strings, numbers, booleans, lists and mappings with text keys.',
  },
  DOCUMENT_TOO_DEEP: {
    severity: 'error',
    title: 'The document is nested too deeply',
    remedy: 'Nest at most 64 levels.',
  },
  DOCUMENT_NUMBER: {
    severity: 'error',
    title: 'A number has no JSON form',
    remedy: 'Write a finite decimal number, or quote the value.',
  },
  DOCUMENT_EDIT: {
    severity: 'error',
    title: 'The edit cannot be made here without touching other lines',
    remedy: 'Edit the text by hand.',
  },
  // --- the standard -------------------------------------------------------------------------------------------------
  ODCS_VERSION: {
    severity: 'error',
    title: 'The version of the standard is not one that Weft reads',
    remedy: 'Use apiVersion v3.2.0; v3.0.0, v3.0.1, v3.0.2 and v3.1.0 are read too.',
  },
  ODCS_KIND: {
    severity: 'error',
    title: 'The document is of another kind',
    remedy: 'A contract has `kind: DataContract`, a product `kind: DataProduct`.',
  },
  ODCS_MISSING: {
    severity: 'error',
    title: 'The standard requires a key that is missing',
    remedy: 'Add the key.',
  },
  ODCS_UNKNOWN_KEY: {
    severity: 'error',
    title: 'The standard has no such key here',
    remedy: 'Correct the spelling, or move the value to customProperties.',
  },
  ODCS_TYPE: {
    severity: 'error',
    title: 'The value is of the wrong type',
    remedy: 'Write a value of the named type; quote text that looks like a number.',
  },
  ODCS_VALUE: {
    severity: 'error',
    title: 'The standard does not allow this value',
    remedy: 'Use one of the allowed values.',
  },
  ODCS_DUPLICATE: {
    severity: 'error',
    title: 'Two entries say the same',
    remedy: 'Remove or rename one of them.',
  },
  ODCS_DEPRECATED: {
    severity: 'info',
    title: 'The standard has deprecated this form',
    remedy: 'Use the newer form at the next version; the old one is still read.',
  },
  ODCS_REFERENCE: {
    severity: 'info',
    title: 'A relationship is not checked inside this contract',
    remedy: 'Name an existing `object.property` of this contract, or a table of the same domain.',
  },
  REFERENCE_TARGET: {
    severity: 'error',
    title: 'A relationship points at a column that the mesh does not have',
    remedy: 'Name a column of the table as its published contract has it.',
  },
  REFERENCE_CLOSED: {
    severity: 'error',
    title: 'The column is not open to references of this domain',
    remedy:
      'Ask its owners for `weftReferences` at the column in their next version, or leave the reference out.',
  },
  // --- what Weft adds -----------------------------------------------------------------------------------------------
  WEFT_PROPERTY_UNKNOWN: {
    severity: 'error',
    title: 'No such weft property',
    remedy: 'See docs for the names; names of your own must not begin with `weft`.',
  },
  WEFT_PROPERTY_INVALID: {
    severity: 'error',
    title: 'The value of a weft property is not valid',
    remedy: 'Use a value of the form that is named.',
  },
  WEFT_VENDOR: {
    severity: 'error',
    title: '`vendor` does not fit here',
    remedy: 'Write `vendor: weft` beside weft properties in 3.2 documents only, or leave it out.',
  },
  TYPE_UNKNOWN: {
    severity: 'warning',
    title: 'The type of a column cannot be decided',
    remedy: 'Give a logicalType, and a physicalType such as BIGINT, DECIMAL(10,2) or VARCHAR.',
  },
  TYPE_CONFLICT: {
    severity: 'warning',
    title: 'Logical and physical type do not fit each other',
    remedy: 'Correct one of them; the logical type was used.',
  },
  COLUMN_COUNT: {
    severity: 'error',
    title: 'The object has more columns than a table can have',
    remedy:
      'Split the object into several with one key; at most 1,000 columns, those inside nested ones counted.',
  },
  COLUMN_SHAPE: {
    severity: 'error',
    title: 'The column has a form that no batch could have',
    remedy: 'Nest at most 16 levels, and let the keys of maps be without inner fields.',
  },
  OPTION_INVALID: {
    severity: 'error',
    title: 'A logicalTypeOptions value is not valid for the type',
    remedy: 'Correct the option.',
  },
  KEY_INVALID: {
    severity: 'error',
    title: 'The primary or partition key is not well formed',
    remedy: 'Number key columns 1, 2, 3 … without gaps or repeats.',
  },
  QUALITY_INVALID: {
    severity: 'error',
    title: 'The quality rule cannot be carried out',
    remedy: 'Give a metric of the library with one operator, or `type: text` for a rule in words.',
  },
  QUALITY_ARGUMENTS: {
    severity: 'warning',
    title: 'An argument of a quality rule stands outside `arguments`',
    remedy: 'Indent it below `arguments:`.',
  },
  QUALITY_NOT_RUN: {
    severity: 'info',
    title: 'Weft does not run this quality rule',
    remedy: 'Use a library metric or `type: sql` if it shall be enforced.',
  },
  PATTERN_NOT_RUN: {
    severity: 'warning',
    title: 'The pattern cannot be checked',
    remedy:
      'Write it without look-ahead, look-behind and back-references, or as an expression rule.',
  },
  FORMAT_NOT_READ: {
    severity: 'warning',
    title: 'Dates and times in this format are refused',
    remedy:
      'Send dates as yyyy-MM-dd, times as HH:mm:ss and timestamps as both with a T or a space; docs/lexical-types.md has all forms.',
  },
  FORMAT_NOT_RUN: {
    severity: 'info',
    title: 'Weft does not check this format',
    remedy:
      'Use one that is checked, such as gtin-13, gln, sscc, email, url, date, country or currency, or give a pattern.',
  },
  QUALITY_BETWEEN: {
    severity: 'info',
    title: '`mustBeBetween` includes both ends',
    remedy: 'Use mustBeGreaterThan or mustBeLessThan where an end is excluded.',
  },
  SLA_INVALID: {
    severity: 'error',
    title: 'The service level cannot be read',
    remedy: 'Give a value with a unit such as d, h or minutes.',
  },
  SLA_UNKNOWN: {
    severity: 'info',
    title: 'The standard does not list this service level',
    remedy: 'Use latency, frequency, retention, availability or another listed property.',
  },
  // --- what a mesh contract must have -------------------------------------------------------------------------------
  REQUIRED_DATA_TYPE: {
    severity: 'error',
    title: 'A column has no data type',
    remedy: 'Add a logicalType.',
  },
  REQUIRED_PHYSICAL_SCHEMA: {
    severity: 'error',
    title: 'The physical schema is not complete',
    remedy: 'Add the named line.',
  },
  REQUIRED_BUSINESS: {
    severity: 'error',
    title: 'A business characteristic is missing',
    remedy: 'Add the named line.',
  },
  REQUIRED_FREQUENCY: {
    severity: 'error',
    title: 'The delivery frequency is missing',
    remedy: 'Add a slaProperties entry `property: frequency` with value and unit.',
  },
  REQUIRED_QUALITY: {
    severity: 'error',
    title: 'No quality assertion',
    remedy: 'Add a quality rule, or make a column required, unique or bounded.',
  },
  REQUIRED_LIFECYCLE: {
    severity: 'error',
    title: 'The lifecycle policy is not complete',
    remedy: 'Add the named line.',
  },
  PUBLISHED_AS_DRAFT: {
    severity: 'warning',
    title: 'A contract that calls itself a draft is published',
    remedy:
      'Write status: active in the next version; batches and consumers are bound by this one already.',
  },
  REQUIRED_OWNER: {
    severity: 'error',
    title: 'No owner',
    remedy: 'Add a team member with the role owner.',
  },
  REQUIRED_CLASSIFICATION: {
    severity: 'error',
    title: 'A column has no classification',
    remedy: 'Add a classification such as public, internal, confidential or restricted.',
  },
  REQUIRED_VERSION: {
    severity: 'error',
    title: 'The version is not a semantic version',
    remedy: 'Write MAJOR.MINOR.PATCH, such as 1.0.0.',
  },
  NAME_INVALID: {
    severity: 'error',
    title: 'The name is not valid',
    remedy: 'Use lower-case letters, digits and _, beginning with a letter, at most 63.',
  },
  NAME_RESERVED: {
    severity: 'error',
    title: 'The name is a reserved word of SQL',
    remedy: 'Choose another name; physicalName keeps the name in the source.',
  },
  NAME_DUPLICATE: {
    severity: 'error',
    title: 'The name is used twice',
    remedy: 'Rename one of the two.',
  },
  // --- proof --------------------------------------------------------------------------------------------------------
  PROOF_ENVELOPE: {
    severity: 'error',
    title: 'The signed envelope cannot be read',
    remedy: 'Fetch the bundle again from the mesh that published it.',
  },
  PROOF_UNTRUSTED_KEY: {
    severity: 'error',
    title: 'Signed by a key that the root key does not vouch for',
    remedy: 'Verify with the root key of the mesh that published it.',
  },
  PROOF_SIGNATURE: {
    severity: 'error',
    title: 'The signature does not fit the content',
    remedy: 'The content was changed after signing; do not use it.',
  },
  PROOF_HASH: {
    severity: 'error',
    title: 'The bytes are not those that were published',
    remedy: 'Fetch the published bytes; a change needs a version of its own.',
  },
  PROOF_CHAIN: {
    severity: 'error',
    title: 'The chain of versions is broken',
    remedy: 'A version was removed, added or reordered; fetch the whole chain again.',
  },
} as const satisfies Record<string, DiagnosticEntry>;

export type DiagnosticCode = keyof typeof entries;

export const DIAGNOSTIC_CATALOG: Readonly<Record<DiagnosticCode, DiagnosticEntry>> = entries;
