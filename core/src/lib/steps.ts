/**
 * Named moments of the work of a node, between which a process can end: so that a test can end it exactly there.
 *
 * Not a trace and not for use in production: where nobody passes a hook, nothing is called. Invariant: a step is named
 * after what is done when it is reached; each name is reached from one place in the code.
 */
export const STEPS = [
  // The node: from the upload to the check.
  'landing-written',
  'landing-synced',
  'batch-claimed',
  'operation-stored',
  'columns-staged',
  'columns-in-transaction',
  'columns-committed',
  // The process that checks.
  'part-copied',
  'part-synced',
  'refused-written',
  'quarantine-synced',
  'files-synced',
  // The node: from the verdict to the answer.
  'bytes-safe',
  'version-staged',
  'commit-in-transaction',
  'commit-done',
  'hint-written',
  'hold-in-transaction',
  'hold-done',
  'discard-in-transaction',
  'discard-done',
  'failure-in-transaction',
  'failure-recorded',
  'failure-swept',
  // Uploads that come in pieces.
  'upload-created',
  'upload-stored',
  'piece-synced',
  'piece-told',
  'upload-whole',
  'upload-adopted',
  'upload-taken',
  // Refused records that are sent again, or given up.
  'replay-prepared',
  'replay-landed',
  'replay-claimed',
  'replay-in-transaction',
  'marks-written',
  'marks-in-transaction',
  'marks-done',
  // Upkeep of tables.
  'merge-written',
  'version-in-transaction',
  'version-done',
  'due-deleted',
  'due-forgotten',
  'strays-deleted',
  // The relay to the control plane, and the start after a crash.
  'relay-sent',
  'relay-marked',
  'recovery-ended-one',
  'recovery-done',
] as const;

export type Step = (typeof STEPS)[number];

/** Called at once when a step is reached. */
export type StepHook = (step: Step) => void;
