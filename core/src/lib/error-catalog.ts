/**
 * The one table of error codes. `docs/errors.md` is generated from it, and the tidy test compares the two.
 *
 * Titles are short and never change their meaning; the detail of an error says what happened in this case, the remedy
 * what to do next. `exit` stands only where the command's exit code does not follow from the status.
 */
export interface ErrorEntry {
  status: number;
  title: string;
  remedy: string;
  retryable?: boolean;
  exit?: number;
}

const entries = {
  // --- common -------------------------------------------------------------------------------------------------------
  REQUEST_INVALID: {
    status: 400,
    title: 'The request is not valid',
    remedy: 'Correct the named fields and send it again; /openapi.json describes each of them.',
  },
  USAGE: { status: 400, exit: 2, title: 'The command is not valid', remedy: 'See `weft --help`.' },
  UNAUTHENTICATED: {
    status: 401,
    title: 'No valid token',
    remedy: 'Sign in with `weft login`, or set WEFT_TOKEN.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'Not allowed',
    remedy: 'Ask the owner of the domain, or use a subject that has the role.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'Not found',
    remedy: 'Check the name; `weft find` lists what you may see.',
  },
  CONFLICT: {
    status: 409,
    title: 'It conflicts with what is there',
    remedy: 'Read the present state and decide again.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'It was changed meanwhile',
    remedy: 'Read it again and repeat the change on what you read.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    title: 'Too large',
    remedy: 'Send less, or raise the limit in the configuration.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait as Retry-After says.',
    retryable: true,
  },
  INTERNAL: {
    status: 500,
    title: 'Weft failed',
    remedy: 'Report the request id to whoever runs this mesh.',
  },
  UNAVAILABLE: {
    status: 503,
    title: 'Not available now',
    remedy: 'Try again in a moment; /readyz tells what is missing.',
    retryable: true,
  },
  TIMED_OUT: {
    status: 504,
    title: 'It took too long',
    remedy: 'Raise --timeout, or ask for less.',
    retryable: true,
  },
  CANCELLED: {
    status: 499,
    exit: 130,
    title: 'Cancelled',
    remedy: 'Start it again if that was not meant.',
  },
  IDEMPOTENCY_MISMATCH: {
    status: 409,
    title: 'The idempotency key was used for another request',
    remedy: 'Use a new key for a new request.',
  },
  EXPRESSION_INVALID: {
    status: 400,
    title: 'The expression is not valid',
    remedy: 'See docs/expressions.md for fields and operators.',
  },
  POLICY_INVALID: {
    status: 400,
    title: 'The policy cannot be put in force',
    remedy:
      'See docs/access.md for what a policy may say; `weft policy lint FILE` shows every fault.',
  },
  PLAN_REQUIRED: {
    status: 409,
    title: 'The change has to be planned first',
    remedy: 'Run `weft access plan FILE`, then `weft access apply FILE --plan PLAN`.',
  },
  // --- store --------------------------------------------------------------------------------------------------------
  DATA_DIRECTORY_LOCKED: {
    status: 503,
    title: 'Another process uses this data directory',
    remedy: 'Stop that process, or give this one another directory with --data.',
  },
  STORE_IN_USE: {
    status: 503,
    title: 'Another process uses this database',
    remedy: 'Stop that process, or give this one another database with --store.',
  },
  DATA_DIRECTORY_UNUSABLE: {
    status: 503,
    title: 'The data directory cannot be used',
    remedy: 'Name a directory that this user may make and write with --data.',
  },
  DATA_DIRECTORY_MOVED: {
    status: 503,
    title: 'The data directory was moved or copied',
    remedy: 'Move it back to where it was made: Iceberg tables name their files by absolute paths.',
  },
  DISK_FULL: {
    status: 507,
    title: 'The disk is full',
    remedy: 'Make room on the disk of the data directory, and send it again.',
    retryable: true,
  },
  DISK_FAILED: {
    status: 503,
    title: 'The disk cannot be read or written',
    remedy: 'See the log of the mesh and the state of the disk of the data directory.',
  },
  STORE_FAILED: {
    status: 503,
    title: 'The store failed',
    remedy: 'See the log of the mesh.',
    retryable: true,
  },
  MIGRATION_FAILED: {
    status: 500,
    title: 'A migration failed',
    remedy: 'Restore the backup and report the log.',
  },
  AUDIT_BROKEN: {
    status: 422,
    title: 'The audit log was changed',
    remedy: 'Compare it with the last exported checkpoint and find who had access.',
  },
  // --- contract -----------------------------------------------------------------------------------------------------
  CONTRACT_INVALID: {
    status: 422,
    title: 'The contract is not valid',
    remedy: 'Correct the named lines.',
  },
  CONTRACT_INCOMPLETE: {
    status: 422,
    title: 'The contract lacks what a mesh contract must have',
    remedy: 'Add the named lines; each comes with an example.',
  },
  CONTRACT_VERSION_FROZEN: {
    status: 409,
    title: 'This version is published with other content',
    remedy: 'Publish the change under a new version number.',
  },
  CONTRACT_VERSION_WRONG: {
    status: 422,
    title: 'The version number does not fit the change',
    remedy: 'Use the version number that is named, or take the breaking change back.',
  },
  CONTRACT_UNTRUSTED: {
    status: 422,
    title: 'Signature or chain cannot be trusted',
    remedy: 'Verify with the root key of the mesh that published it.',
  },
  TABLE_NAME_TAKEN: {
    status: 409,
    title: 'The table name is taken',
    remedy: 'Rename the object in the contract.',
  },
  PRODUCT_INVALID: {
    status: 422,
    title: 'The product document is not valid',
    remedy: 'Correct the named lines.',
  },
  // --- lakehouse ----------------------------------------------------------------------------------------------------
  COMMIT_CONFLICT: {
    status: 409,
    title: 'Another writer committed first',
    remedy: 'Reload the table and stage again.',
    retryable: true,
  },
  TABLE_CORRUPT: { status: 500, title: 'A table file is damaged', remedy: 'Run `weft doctor`.' },
  TABLE_UNSUPPORTED: {
    status: 422,
    title: 'The table uses a feature that Weft does not read',
    remedy:
      'Rewrite the table in Iceberg format 2, without delete files, by the engine that wrote it.',
  },
  TABLE_CHANGE_REFUSED: {
    status: 422,
    title: 'The table cannot follow this change of its columns',
    remedy: 'Publish the change as a new major version, which gets a table of its own.',
  },
  PARTITIONS_TOO_MANY: {
    status: 422,
    title: 'The rows fall into too many partitions',
    remedy:
      'Partition by a coarser transform (weftPartitionTransform: month, bucket[16]), or send smaller batches.',
  },
  // --- ingest -------------------------------------------------------------------------------------------------------
  BATCH_KEY_REUSED: {
    status: 409,
    title: 'The batch key was used for other bytes',
    remedy: 'Use a new key, or send the same bytes again.',
  },
  BATCH_UNREADABLE: {
    status: 422,
    title: 'The file cannot be read as what the contract says',
    remedy: 'Compare the file with the contract; the detail names the place.',
  },
  BATCH_REJECTED: {
    status: 422,
    title: 'A rule of the contract rejects the whole batch',
    remedy:
      'Correct the data by the rules that the report names, and send it again; nothing was committed.',
  },
  REPAIR_INVALID: {
    status: 400,
    title: 'The repair cannot be carried out',
    remedy: 'Correct the named lines or expressions; docs/quarantine.md says what a repair may do.',
  },
  RESTATEMENT_INVALID: {
    status: 400,
    title: 'The restatement cannot be carried out',
    remedy:
      'Correct the condition or the named expressions; docs/restate.md says what they may say.',
  },
  RESTATEMENT_REFUSED: {
    status: 422,
    exit: 3,
    title: 'The restated rows would break the contract',
    remedy:
      'Nothing was changed. Narrow the condition, set other values, or publish a contract that takes them.',
  },
  BATCH_STATE: {
    status: 409,
    title: 'The batch is not in a state for this',
    remedy: 'See `weft batches show`.',
  },
  CHECKSUM_MISMATCH: {
    status: 422,
    title: 'The bytes are not those of the stated checksum',
    remedy: 'Nothing was kept: compare the file with its checksum, and send it again.',
  },
  UPLOAD_OFFSET: {
    status: 409,
    title: 'The upload goes on at another offset',
    remedy: 'Ask for the offset with HEAD, and send the bytes from there.',
  },
  UPLOAD_PIECE_MISMATCH: {
    status: 460,
    title: 'The piece is not that of its checksum',
    remedy: 'Nothing of the piece was kept: send it again from the same offset.',
    retryable: true,
  },
  // --- access and query ---------------------------------------------------------------------------------------------
  PURPOSE_REQUIRED: {
    status: 400,
    title: 'A purpose is required',
    remedy: 'Name it with --purpose.',
  },
  ACCESS_DENIED: {
    status: 403,
    title: 'Access is denied',
    remedy: 'Ask for access with `weft request PRODUCT --purpose P`.',
  },
  AGREEMENT_STATE: {
    status: 409,
    title: 'The agreement is not in a state for this',
    remedy: 'See `weft agreements show`.',
  },
  QUERY_REFUSED: {
    status: 422,
    exit: 4,
    title: 'The query uses something that is not allowed',
    remedy: 'Only one SELECT over products, with the documented functions, is allowed.',
  },
  QUERY_FAILED: { status: 422, exit: 1, title: 'The query failed', remedy: 'Correct the query.' },
  QUERY_LIMIT: {
    status: 422,
    exit: 7,
    title: 'The query exceeded a limit',
    remedy: 'Ask for less, or aggregate.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof entries;

export const ERROR_CATALOG: Readonly<Record<ErrorCode, ErrorEntry>> = entries;
