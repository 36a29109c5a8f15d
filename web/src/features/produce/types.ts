/**
 * Names for the documents of batches and quarantine, taken from the types of the API.
 */
import type { Answer } from '../../api/answers.ts';
import type { paths } from '../../api/generated/openapi.js';

type Body<Path extends keyof paths> = paths[Path] extends {
  post: { requestBody?: infer Request };
}
  ? NonNullable<Request> extends { content: { 'application/json': infer Document } }
    ? Document
    : never
  : never;

export type Batch = Answer<'/api/v1/batches/{batch}', 'get'>;
export type BatchState = Batch['state'];
export type RuleResult = Batch['rules'][number];
export type Lineage = Answer<'/api/v1/batches/{batch}/lineage', 'get'>;
export type Causes = Answer<'/api/v1/quarantine/causes', 'get'>;
export type Cause = Causes['items'][number];
export type Balance = Causes['balance'][number];
export type Row = Answer<'/api/v1/quarantine/rows', 'get'>['items'][number];
export type RowState = Row['state'];
export type Preview = Answer<'/api/v1/quarantine/previews', 'post'>;
export type Replay = Answer<'/api/v1/quarantine/replays', 'post'>;
export type Discard = Answer<'/api/v1/quarantine/discards', 'post'>;
export type Repair = NonNullable<Body<'/api/v1/quarantine/previews'>['repair']>;
export type Published = Answer<'/api/v1/contracts', 'post'>;

/** Which refused rows are meant. */
export interface Where {
  product?: string;
  batch?: string;
  rule?: string;
  column?: string;
  value?: string;
  reason?: string;
  since?: string;
  until?: string;
}
