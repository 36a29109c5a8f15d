/**
 * `events`: what happened in the mesh, as CloudEvents; with --follow endless NDJSON that goes on after a broken line.
 */
import { WeftError } from '@weft/core/lib/error';
import type { CommandContext } from '../command.ts';
import { page } from '../text.ts';

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
  const query = { ...page(context), product: context.args[0] };
  const found = await context
    .api()
    .call<{ items: CloudEvent[]; next: string | null }>('GET', '/api/v1/events', { query });
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

async function follow(context: CommandContext): Promise<undefined> {
  let cursor = context.options.text('after');
  while (!context.signal.aborted) {
    try {
      cursor = await followOnce(context, cursor);
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason;
      if (!(error instanceof WeftError) || error.code !== 'UNAVAILABLE') throw error;
      context.out.say('The mesh does not answer; trying again …');
    }
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
  throw context.signal.reason;
}

async function followOnce(
  context: CommandContext,
  cursor: string | undefined,
): Promise<string | undefined> {
  const headers: Record<string, string> = { accept: 'text/event-stream' };
  if (cursor !== undefined) headers['last-event-id'] = cursor;
  const response = await context
    .api()
    .open('GET', '/api/v1/events', { headers, query: { product: context.args[0] } });
  let last = cursor;
  for await (const message of readServerSentEvents(response)) {
    if (message.id !== null) last = message.id;
    if (message.data === '') continue;
    const event = JSON.parse(message.data) as CloudEvent;
    context.out.line(event, () => `${event.time}  ${event.type}  ${event.subject}`);
  }
  return last;
}

interface ServerSentEvent {
  id: string | null;
  data: string;
}

/** Reads an event stream (WHATWG HTML, "Server-sent events"): fields id and data, comments left out. */
export async function* readServerSentEvents(response: Response): AsyncGenerator<ServerSentEvent> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let buffer = '';
  for await (const chunk of response.body) {
    buffer += decoder.decode(chunk, { stream: true });
    const blocks = buffer.split(/\r?\n\r?\n/);
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = block.split(/\r?\n/).filter((line) => !line.startsWith(':'));
      const id =
        fields
          .find((line) => line.startsWith('id:'))
          ?.slice(3)
          .trim() ?? null;
      const data = fields
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart());
      if (id !== null || data.length > 0) yield { id, data: data.join('\n') };
    }
  }
}
