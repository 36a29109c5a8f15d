/**
 * `events --follow`: each event once and in order, however often the line breaks.
 */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { WeftError } from '@weft/core/lib/error';
import { problem, recordMesh, runCli } from '../../../../test/support/cli.ts';

const event = (n: number) => ({
  id: `evt_${n}`,
  type: 'io.weft.batch.committed.v1',
  time: '2026-11-22T00:00:00Z',
  subject: 'a.b@1',
});
const block = (n: number): string => `id: c${n}\ndata: ${JSON.stringify(event(n))}\n\n`;

function stream(response: ServerResponse, text: string): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(text);
  return response;
}

test('it goes on behind the last event after an end, a break, a 503 and half a message', async (t) => {
  const interrupt = new AbortController();
  const asked: (string | undefined)[] = [];
  const mesh = await recordMesh(t, {
    'GET /api/v1/events': (request, response) => {
      asked.push(request.headers['last-event-id']?.toString());
      switch (asked.length) {
        case 1:
          stream(response, `retry: 1\n\n: beat\n\n${block(1)}`).end();
          return;
        case 2:
          // Half a message, then the line breaks: it must come again.
          stream(response, `${block(2)}id: c3\ndata: {"id":`);
          setTimeout(() => response.destroy(), 20);
          return;
        case 3:
          response.writeHead(503, { 'content-type': 'application/problem+json' });
          response.end(JSON.stringify(problem(503, 'UNAVAILABLE')));
          return;
        default:
          stream(response, block(3));
      }
    },
  });
  const lines: string[] = [];
  const { code, stderr } = await runCli(['events', 'a.b', '--follow', '--json'], {
    env: mesh.env,
    interrupt: interrupt.signal,
    onOut: (text) => {
      lines.push(text);
      if (lines.length === 3) interrupt.abort(new WeftError('CANCELLED', 'enough'));
    },
  });
  assert.equal(code, 130);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [event(1), event(2), event(3)],
  );
  assert.ok(
    lines.every((line) => line.endsWith('\n') && !line.slice(0, -1).includes('\n')),
    'NDJSON',
  );
  assert.deepEqual(asked, [undefined, 'c1', 'c2', 'c2']);
  assert.equal(mesh.requests[0]?.query['product'], 'a.b');
  assert.match(stderr, /CANCELLED/);
});

test('an interrupt between two connections is an interrupt too', async (t) => {
  const interrupt = new AbortController();
  const mesh = await recordMesh(t, {
    'GET /api/v1/events': (_request, response) => {
      stream(response, `retry: 60000\n\n${block(1)}`).end();
      response.on('close', () =>
        setTimeout(() => interrupt.abort(new WeftError('CANCELLED', 'enough')), 50),
      );
    },
  });
  const words = ['events', '--follow'];
  const { code, stderr } = await runCli(words, { env: mesh.env, interrupt: interrupt.signal });
  assert.equal(code, 130);
  assert.match(stderr, /CANCELLED/);
});

test('a first connection that fails is an error at once', async (t) => {
  for (const [status, exit] of [
    [503, 7],
    [403, 4],
  ] as const) {
    const json = problem(status, status === 503 ? 'UNAVAILABLE' : 'FORBIDDEN');
    const mesh = await recordMesh(t, { 'GET /api/v1/events': { status, json } });
    assert.equal((await runCli(['events', '--follow'], { env: mesh.env })).code, exit);
    assert.equal(mesh.requests.length, 1);
  }
});

test('a later refusal ends it: a token that ran out is not asked for ever', async (t) => {
  let calls = 0;
  const mesh = await recordMesh(t, {
    'GET /api/v1/events': (_request, response) => {
      calls++;
      if (calls === 1) {
        stream(response, `retry: 1\n\n${block(1)}`).end();
        return;
      }
      response.writeHead(401, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify(problem(401, 'UNAUTHENTICATED')));
    },
  });
  const { code, stdout } = await runCli(['events', '--follow'], { env: mesh.env });
  assert.equal(code, 4);
  assert.equal(stdout, '2026-11-22T00:00:00Z  io.weft.batch.committed.v1  a.b@1\n');
});
