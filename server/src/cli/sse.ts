/**
 * Reads an event stream (WHATWG HTML, "Server-sent events"): the fields id, data and retry; comments and unknown fields
 * are left out.
 *
 * Not the reconnecting: that is who follows. Invariant: however the bytes are cut into chunks, the messages are the same.
 */
export interface ServerSentEvent {
  /** The id that this message set, or null when it set none. */
  id: string | null;
  data: string;
  /** Milliseconds to wait before connecting again, when the message says so. */
  retry: number | null;
}

/** The messages of a stream; one that is cut off by the end of the stream is not given, as the standard says. */
export async function* readServerSentEvents(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  let fields: string[] = [];
  for await (const line of readLines(bytes)) {
    if (line !== '') {
      fields.push(line);
      continue;
    }
    const message = readMessage(fields);
    fields = [];
    if (message !== null) yield message;
  }
}

/** Lines that ended, with any of the three line ends; the rest behind the last end is dropped. */
async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    rest += decoder.decode(chunk, { stream: true });
    // Why: a CR at the end may be the first half of CRLF.
    const held = rest.endsWith('\r') ? '\r' : '';
    const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + held;
    yield* lines;
  }
}

function readMessage(fields: readonly string[]): ServerSentEvent | null {
  const data: string[] = [];
  let id: string | null = null;
  let retry: number | null = null;
  for (const field of fields) {
    const colon = field.indexOf(':');
    const name = colon === -1 ? field : field.slice(0, colon);
    const value = colon === -1 ? '' : field.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') data.push(value);
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) retry = Number(value);
  }
  if (id === null && retry === null && data.length === 0) return null;
  return { id, data: data.join('\n'), retry };
}
