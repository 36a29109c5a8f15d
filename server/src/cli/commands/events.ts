/**
 * `events`: what happened in the mesh, as CloudEvents; with --follow endless NDJSON that goes on after a broken line.
 *
 * Invariant: a follower that connects again goes on behind the last event that it gave, so none is lost or doubled.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WeftError } from '@weft/core/lib/error';
import { RemoteProblem } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { readList, refuseUnknownProduct } from '../listing.ts';
import { readServerSentEvents } from '../sse.ts';
import { withoutControls } from '../table.ts';

interface CloudEvent {
  id: string;
  type: string;
  time: string;
  subject: string;
  sequence?: string;
  data?: Record<string, unknown>;
}

const RECONNECT_MS = 1000;

export async function events(context: CommandContext): Promise<undefined> {
  if (context.options.flag('follow')) return follow(context);
  const found = await readList<CloudEvent>(context, '/api/v1/events', {
    product: context.args[0],
  });
  if (found.items.length === 0) await refuseUnknownProduct(context, context.args[0]);
  context.out.list(
    found,
    [
      { head: 'TIME', cell: (e) => e.time },
      { head: 'TYPE', cell: (e) => e.type },
      { head: 'SUBJECT', cell: (e) => e.subject },
      {
        head: 'SEQUENCE',
        cell: (e) => (e.sequence === undefined ? '-' : String(Number(e.sequence))),
        align: 'right',
      },
    ],
    'No events.',
  );
  return undefined;
}

interface Followed {
  cursor: string | undefined;
  retryMs: number;
  /** A first connection that fails is an error; a later one is tried again. */
  isConnected: boolean;
}

async function follow(context: CommandContext): Promise<undefined> {
  const state: Followed = {
    cursor: context.options.text('after'),
    retryMs: RECONNECT_MS,
    isConnected: false,
  };
  let isSilent = false;
  for (;;) {
    try {
      await followOnce(context, state);
      isSilent = false;
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason;
      if (!state.isConnected || !isPassing(error)) throw error;
      if (!isSilent) context.out.say('The mesh does not answer; trying again …');
      isSilent = true;
    }
    await sleep(state.retryMs, undefined, { signal: context.signal });
  }
}

// Why: a mesh that restarts closes the stream, refuses connections for a while, then answers 503 until it is ready.
function isPassing(error: unknown): boolean {
  if (error instanceof RemoteProblem) return error.exitCode === 7;
  return !(error instanceof WeftError) || error.retryable;
}

async function followOnce(context: CommandContext, state: Followed): Promise<void> {
  const headers: Record<string, string> = { accept: 'text/event-stream' };
  if (state.cursor !== undefined) headers['last-event-id'] = state.cursor;
  const response = await context
    .api()
    .open('GET', '/api/v1/events', { headers, query: { product: context.args[0] } });
  state.isConnected = true;
  if (response.body === null) return;
  for await (const message of readServerSentEvents(response.body)) {
    state.retryMs = message.retry ?? state.retryMs;
    if (message.data !== '') {
      const event = JSON.parse(message.data) as CloudEvent;
      context.out.line(event, () =>
        withoutControls(`${event.time}  ${event.type}  ${event.subject}`),
      );
      await context.io.drained();
    }
    if (message.id !== null) state.cursor = message.id;
  }
}
