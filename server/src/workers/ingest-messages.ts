/**
 * What the node and its ingest child say to each other. Everything is cloned between the processes, Maps and bytes too.
 *
 * Not a public protocol: both ends are of one version. One request at a time; answers carry its number.
 */
import type {
  CheckedBatch,
  CheckProgress,
  CheckRequest,
  RowsRequest,
} from '@weft/core/ingest/check-ports';
import type { QuarantinePage, QuarantineQuery } from '@weft/core/ingest/quarantine';
import type { QuarantineAnswer, QuarantineTask } from '@weft/core/ingest/repair-ports';
import type { RuleResult } from '@weft/core/ingest/report';
import type { RestatedRows, RestateRowsRequest } from '@weft/core/ingest/restate-rows';
import type { RewriteRequest, RewriteResult } from '@weft/core/lakehouse/rewrite-files';
import type { ErrorPlace } from '@weft/core/lib/error';
import type { ErrorCode } from '@weft/core/lib/error-catalog';

export interface ChildSettings {
  memory: string;
  threads: number;
  /** Directory for what DuckDB spills. */
  tempDirectory: string;
  /** Limit of one of our statements, and of one statement of a contract. */
  statementSeconds: number;
  contractSeconds: number;
}

/** How much of a batch whose bytes still come is in its file. */
export interface Arrived {
  bytes: number;
  /** True when these are all. */
  isWhole: boolean;
}

export type ToIngestChild =
  | { do: 'check'; id: number; request: CheckRequest; isArriving: boolean }
  | ({ do: 'arrived'; id: number } & Arrived)
  | { do: 'quarantine'; id: number; query: QuarantineQuery }
  | { do: 'table'; id: number; request: RowsRequest }
  | { do: 'rewrite'; id: number; request: RewriteRequest }
  | { do: 'restate'; id: number; request: RestateRowsRequest }
  | { do: 'work'; id: number; work: QuarantineTask }
  | { do: 'cancel'; id: number };

export type FromIngestChild =
  | { is: 'ready' }
  | { is: 'alive' }
  /** The engine cannot be used again: after the answer that follows the child is of no more use. */
  | { is: 'lost' }
  | { is: 'progress'; id: number; progress: CheckProgress }
  | { is: 'checked'; id: number; checked: CheckedBatch }
  | { is: 'page'; id: number; page: QuarantinePage }
  | { is: 'tableChecked'; id: number; results: RuleResult[] }
  | { is: 'rewritten'; id: number; result: RewriteResult }
  | { is: 'restated'; id: number; result: RestatedRows }
  | { is: 'worked'; id: number; answer: QuarantineAnswer }
  | { is: 'failed'; id: number; failure: ChildFailure };

/** An error without its class, to be thrown again on the other side. */
export interface ChildFailure {
  /** Null for what is no WeftError. */
  code: ErrorCode | null;
  message: string;
  remedy: string | null;
  errors: ErrorPlace[];
}
