/**
 * What a graph and its list say.
 */
import type { StatusKind } from '../Status.tsx';

export const words = {
  graph: (label: string): string => `Graph: ${label}`,
  laying: 'Laying the graph out',
  list: (label: string): string => `List: ${label}`,
  name: 'Name',
  state: 'State',
  readsFrom: 'Reads from',
  readBy: 'Read by',
  notMeasured: 'not measured yet',
  forPurpose: (purpose: string): string => `for ${purpose}`,
  stopped: 'stopped',
  /** How data flows along an edge. */
  flows: {
    stopped: 'stopped',
    reference: 'reference',
    input: 'input',
    agreement: 'agreement',
  },
  nodeStates: {
    kept: 'kept',
    close: 'close',
    missed: 'missed',
    unknown: 'unknown',
    waiting: 'waiting',
  },
};

export const STATE_WORDS: Record<StatusKind, string> = {
  kept: 'kept',
  close: 'close',
  missed: 'missed',
  unknown: 'not measured yet',
  waiting: 'waits',
};
