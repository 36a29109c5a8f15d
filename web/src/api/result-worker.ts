/**
 * Runs one query beside the page: reads the answer as it comes and hands its rows over in pages that lie outside of any heap.
 *
 * Not a cache: the pages belong to whoever asked. Invariants: what is told in the end is what the API told in the end; an
 * answer that breaks off is a failure, with the code that the API keeps for it.
 */
import { ResultSplitter } from '../lib/result-splitter.ts';
import { api, reach, take } from './client.ts';
import { Problem, type ProblemDocument } from './problem.ts';
import { PAGE_ROWS, type ResultRequest, type ResultTold } from './result-protocol.ts';
import { words } from './words.ts';

interface Scope {
  onmessage: ((event: MessageEvent<ResultRequest>) => void) | null;
  postMessage(told: ResultTold): void;
}

// Why: the types of a page are in force here, and a worker has fewer.
const scope = globalThis as unknown as Scope;

const TELL_EVERY_MS = 100;

scope.onmessage = ({ data }) => {
  const reading = new Reading();
  scope.onmessage = ({ data: next }) => {
    if (next.kind === 'cancel') void reading.cancel();
  };
  if (data.kind === 'run') void reading.run(data);
};

class Reading {
  readonly #gone = new AbortController();
  #query: string | null = null;
  #pages = 0;
  #fullRows = 0;
  #bytes = 0;
  #toldAt = 0;

  async run({ sql, purpose }: Extract<ResultRequest, { kind: 'run' }>): Promise<void> {
    try {
      const response = await reach('/api/v1/queries', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sql, purpose, format: 'json' }),
        signal: this.#gone.signal,
      });
      this.#query = response.headers.get('weft-query');
      scope.postMessage({ kind: 'started', query: this.#query });
      scope.postMessage({ kind: 'end', ...(await this.#read(response)) });
    } catch (error) {
      scope.postMessage(await this.#explain(error));
    }
  }

  /** Ends the query where it runs; hanging up alone does it too, before it has a name. */
  async cancel(): Promise<void> {
    const query = this.#query;
    if (query !== null) {
      await reach(`/api/v1/queries/${query}`, { method: 'DELETE' }).catch(() => null);
    }
    this.#gone.abort();
  }

  async #read(response: Response) {
    const splitter = new ResultSplitter(
      {
        columns: (columns) => scope.postMessage({ kind: 'columns', columns }),
        page: (pieces, rows) => {
          this.#tellPage(pieces, rows);
          this.#pages++;
          this.#fullRows += rows;
        },
      },
      PAGE_ROWS,
    );
    const reader = response.body?.getReader();
    for (;;) {
      const step = await reader?.read();
      if (step?.value === undefined) break;
      this.#bytes += step.value.length;
      splitter.write(step.value);
      this.#tellProgress(splitter);
    }
    const tail = splitter.end();
    return { tail, bytes: this.#bytes };
  }

  #tellPage(pieces: Uint8Array[], rows: number): void {
    // Why a blob: the browser keeps it where there is room, on disk when there are many.
    const blob = new Blob(pieces as BlobPart[], { type: 'application/json' });
    scope.postMessage({ kind: 'page', page: this.#pages, rows, blob });
  }

  #tellProgress(splitter: ResultSplitter): void {
    const now = performance.now();
    if (now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    // Why only the first: a person waits for first rows, and later pages fill soon.
    const early = this.#pages === 0 ? splitter.unfinished() : null;
    if (early !== null) this.#tellPage(early.pieces, early.rows);
    scope.postMessage({
      kind: 'progress',
      rows: Math.max(this.#fullRows, early?.rows ?? 0),
      bytes: this.#bytes,
    });
  }

  async #explain(error: unknown): Promise<ResultTold> {
    if (this.#gone.signal.aborted) return { kind: 'cancelled' };
    if (error instanceof Problem) return { kind: 'failed', problem: error.document };
    return { kind: 'failed', problem: await this.#brokenOff(error) };
  }

  /** What the API says of a query whose answer broke off. */
  async #brokenOff(error: unknown): Promise<ProblemDocument> {
    const code = await this.#codeOfQuery();
    const detail = error instanceof Error ? error.message : String(error);
    return {
      status: 0,
      code: code ?? 'UNREACHABLE',
      title: code === 'QUERY_LIMIT' ? words.metLimit : words.brokeOff,
      detail: code === null ? detail : words.endedEarly(code),
      remedy: code === 'QUERY_LIMIT' ? words.askFewer : words.runBroken,
    };
  }

  async #codeOfQuery(): Promise<string | null> {
    if (this.#query === null) return null;
    const params = { path: { query: this.#query } };
    const record = await take(api.GET('/api/v1/queries/{query}', { params })).catch(() => null);
    return record?.code ?? null;
  }
}
