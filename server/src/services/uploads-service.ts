/**
 * Uploads that can be resumed: begin one, send it in pieces, and make a batch of one or of several.
 *
 * Not the checking of batches (`ingest-service.ts`) and not the protocol (`api/platform/uploads.ts`). Invariants: only who
 * began an upload sees it; an offset that was told survives a power loss; bytes that are not those of a stated checksum make
 * no batch; an upload makes at most one batch that counts, so the same request again gets the first answer.
 */
import { assertBatchFiles, FILE_NAME_LENGTH_MAX } from '@weft/core/ingest/batch-files';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { IdSource } from '@weft/core/lib/id';
import type { Clock } from '@weft/core/lib/ports';
import type { StepHook } from '@weft/core/lib/steps';
import type { Subject } from '@weft/core/registry/types';
import type { Kysely, Selectable } from 'kysely';
import { findBatch } from '../store/node-batches.ts';
import type { NodeTables, UploadsTable } from '../store/node-tables.ts';
import type { AdoptedFile, IngestRequest, StartedBatch } from './ingest-ports.ts';
import type { IngestService } from './ingest-service.ts';
import { createLanes } from './lanes.ts';
import type { UploadFiles } from './upload-ports.ts';

type Row = Selectable<UploadsTable>;

export interface Upload {
  upload: string;
  product: string;
  name: string | null;
  /** Bytes in all, and those that are safe. */
  length: number;
  offset: number;
  /** SHA-256 of the bytes once they are whole, in lower-case hex. */
  sha256: string | null;
  expires: string;
}

export interface NewUpload {
  product: string;
  name: string | null;
  length: number;
  /** What the SHA-256 of the whole must be, or null. */
  sha256: string | null;
}

export interface Piece {
  offset: number;
  body: AsyncIterable<Uint8Array>;
  /** What the SHA-256 of the piece must be, or null. */
  sha256: string | null;
  /** Ends the body when another request takes the upload over. */
  stop(): void;
}

/** One file of a batch: an upload, and what its sender says of it. */
export interface StatedUpload {
  upload: string;
  name?: string | undefined;
  sha256?: string | undefined;
  records?: number | undefined;
}

export interface UploadsService {
  create(upload: NewUpload, subject: Subject): Promise<Upload>;
  /** Ends a piece that is under way, so that the offset stands. */
  show(upload: string, subject: Subject): Promise<Upload>;
  append(upload: string, piece: Piece, subject: Subject): Promise<Upload>;
  /** Gives an upload up and its bytes with it. */
  remove(upload: string, subject: Subject): Promise<void>;
  /** Makes a batch of whole uploads. */
  start(
    files: readonly StatedUpload[],
    request: Omit<IngestRequest, 'body' | 'sha256'>,
  ): Promise<StartedBatch>;
  /** Removes what expired and what no upload knows; resolves to their number. */
  sweep(): Promise<number>;
}

export interface UploadsDeps {
  db: Kysely<NodeTables>;
  files: UploadFiles;
  ingest: Pick<IngestService, 'start' | 'assertTakes' | 'show'>;
  ids: IdSource;
  clock: Clock;
  limits: UploadLimits;
  /** Told of each step; only tests pass it. */
  step?: StepHook;
}

export interface UploadLimits {
  /** Of one upload, and of all that one subject has open. */
  bytesMax: number;
  openMax: number;
  /** An upload that nothing came for in so long is swept. */
  expireSeconds: number;
}

export function createUploadsService(deps: UploadsDeps): UploadsService {
  return new Uploads(deps);
}

class Uploads implements UploadsService {
  readonly #deps: UploadsDeps;
  /** One piece at a time for each upload, one batch at a time for each subject. */
  readonly #lanes = createLanes();
  readonly #sending = new Map<string, () => void>();

  constructor(deps: UploadsDeps) {
    this.#deps = deps;
  }

  async create(upload: NewUpload, subject: Subject): Promise<Upload> {
    const { db, files, ids, limits } = this.#deps;
    assertSizes(upload, limits);
    await this.#deps.ingest.assertTakes(upload.product, subject);
    return await this.#lanes.run(`of ${subject.id}`, async () => {
      await this.#assertRoom(upload.length, subject);
      const id = ids.next('upl');
      await files.create(id);
      this.#deps.step?.('upload-created');
      const { product, name, length } = upload;
      const row = {
        upload: id,
        subject: subject.id,
        product,
        name,
        length,
        stated: upload.sha256,
        digest: null,
        batch: null,
        created_at: this.#after(0),
        expires_at: this.#after(limits.expireSeconds),
      };
      await db.insertInto('uploads').values(row).execute();
      this.#deps.step?.('upload-stored');
      const made = await this.#find(id, subject);
      return viewOf(length === 0 ? await this.#finish(made) : made);
    });
  }

  async show(upload: string, subject: Subject): Promise<Upload> {
    await this.#find(upload, subject);
    this.#sending.get(upload)?.();
    return await this.#lanes.run(upload, async () => viewOf(await this.#find(upload, subject)));
  }

  async append(upload: string, piece: Piece, subject: Subject): Promise<Upload> {
    await this.#find(upload, subject);
    // Why: a sender comes back before the node hears that his old line broke.
    this.#sending.get(upload)?.();
    return await this.#lanes.run(upload, async () => {
      this.#sending.set(upload, piece.stop);
      try {
        return viewOf(await this.#append(await this.#find(upload, subject), piece));
      } finally {
        if (this.#sending.get(upload) === piece.stop) this.#sending.delete(upload);
      }
    });
  }

  async remove(upload: string, subject: Subject): Promise<void> {
    await this.#find(upload, subject);
    this.#sending.get(upload)?.();
    await this.#lanes.run(upload, () => this.#drop(upload));
  }

  async start(
    files: readonly StatedUpload[],
    request: Omit<IngestRequest, 'body' | 'sha256'>,
  ): Promise<StartedBatch> {
    const { subject } = request;
    const ids = files.map((file) => file.upload);
    const twice = ids.find((id, i) => ids.indexOf(id) !== i);
    if (twice !== undefined) throw invalid(`${twice} stands in the list twice`);
    // Why one after the other: two requests with one upload must not both make a batch of it.
    return await this.#lanes.run(`of ${subject.id}`, async () => {
      const rows: Row[] = [];
      for (const id of ids) rows.push(await this.#find(id, subject));
      const earlier = await this.#earlier(rows, subject);
      if (earlier !== null) return earlier;
      const adopted = files.map((file, i) => this.#adopted(must(rows[i], 'row of the file'), file));
      assertBatchFiles(adopted.map((file) => file.name));
      const name = files.length === 1 ? (adopted[0]?.name ?? null) : request.name;
      const adopt = async (batch: string): Promise<AdoptedFile[]> => {
        await this.#mark(ids, { batch });
        this.#deps.step?.('upload-adopted');
        return adopted;
      };
      const started = await this.#deps.ingest.start({ ...request, name, body: { adopt } });
      // Why again: a key that was used before leads to its first batch.
      await this.#mark(ids, { batch: started.batch });
      // Why nothing of an error: the batch is what was asked for, and what stays of its uploads goes with a sweep.
      void started.report
        .then((report) => (report.state === 'failed' ? undefined : this.#release(ids)))
        .catch(() => undefined);
      return started;
    });
  }

  async sweep(): Promise<number> {
    const { db, files } = this.#deps;
    const now = this.#after(0);
    const over = await db
      .selectFrom('uploads')
      .select('upload')
      .where('expires_at', '<', now)
      .execute();
    for (const { upload } of over) await this.#lanes.run(upload, () => this.#dropExpired(upload));
    const known = await db
      .selectFrom('uploads')
      .select('upload')
      .where('taken', '=', false)
      .execute();
    const kept = new Set(known.map((row) => row.upload));
    // Why the id: an upload that is being made has its file before its row.
    const since = this.#deps.ids.next('upl');
    const names = await files.list();
    const strays = names.filter((name) => !kept.has(name) && name < since);
    for (const name of strays) {
      const row = await db
        .selectFrom('uploads')
        .select('taken')
        .where('upload', '=', name)
        .executeTakeFirst();
      if (row === undefined || row.taken) await files.remove(name);
    }
    return over.length + strays.length;
  }

  async #append(row: Row, piece: Piece): Promise<Row> {
    const { upload, length, received } = row;
    if (row.taken || row.digest !== null || piece.offset !== received) {
      throw new WeftError('UPLOAD_OFFSET', `${upload} has ${received} of ${length} bytes`);
    }
    const { offset, body, sha256 } = piece;
    const end = await this.#deps.files.append(upload, {
      offset,
      body,
      sha256,
      limit: length,
      // Why not the last one: it is written with the digest.
      onSafe: async (at) => {
        this.#deps.step?.('piece-synced');
        if (at < length) await this.#mark([upload], { received: at });
        this.#deps.step?.('piece-told');
      },
    });
    return end === length ? await this.#finish(row) : { ...row, received: end };
  }

  /** The bytes are whole: they are held against what was stated. Bytes that are not those are given up at once. */
  async #finish(row: Row): Promise<Row> {
    const digest = await this.#deps.files.digest(row.upload, row.length);
    if (row.stated !== null && row.stated !== digest) {
      await this.#drop(row.upload);
      throw mismatch(row.name ?? row.upload, { stated: row.stated, digest });
    }
    await this.#mark([row.upload], { received: row.length, digest });
    this.#deps.step?.('upload-whole');
    return { ...row, received: row.length, digest };
  }

  #adopted(row: Row, file: StatedUpload): AdoptedFile {
    const { upload, digest, length, received } = row;
    const name = file.name ?? row.name ?? upload;
    if (digest === null) {
      throw new WeftError('UPLOAD_OFFSET', `${name} has ${received} of ${length} bytes`, {
        remedy: `Send the rest to /api/v1/uploads/${upload} first.`,
      });
    }
    if (file.sha256 !== undefined && file.sha256 !== digest) {
      throw mismatch(name, { stated: file.sha256, digest });
    }
    const path = this.#deps.files.path(upload);
    const stated = file.records === undefined ? {} : { stated: file.records };
    return { path, name, bytes: length, sha256: digest, ...stated };
  }

  /** The answer of a batch that was made of these uploads before and counts; null when there is none. */
  async #earlier(rows: readonly Row[], subject: Subject): Promise<StartedBatch | null> {
    const { db, ingest } = this.#deps;
    for (const row of rows) {
      const batch = row.batch === null ? undefined : await findBatch(db, row.batch);
      if (batch === undefined || batch.state === 'failed' || batch.state === 'discarded') {
        if (!row.taken) continue;
        throw new WeftError('CONFLICT', `the bytes of ${row.upload} are no longer kept`, {
          remedy: 'Send the file again in a new upload.',
        });
      }
      if (rows.some((other) => other.batch !== batch.batch)) {
        throw new WeftError('CONFLICT', `${row.upload} is in ${batch.batch} already`, {
          remedy: 'An upload makes one batch: send the file again in a new upload.',
        });
      }
      const report = ingest.show(batch.batch, subject);
      const landed = await report;
      const open = batch.state === 'landed' || batch.state === 'checking';
      if (open) throw new WeftError('UNAVAILABLE', `${batch.batch} is still being checked`);
      return {
        batch: batch.batch,
        domain: batch.domain,
        landed,
        durable: Promise.resolve(),
        report,
      };
    }
    return null;
  }

  /** The batch has the bytes; the row stays, so that the same request again finds the answer. */
  async #release(uploads: readonly string[]): Promise<void> {
    await this.#mark(uploads, { taken: true });
    this.#deps.step?.('upload-taken');
    for (const upload of uploads) await this.#deps.files.remove(upload);
  }

  async #mark(
    uploads: readonly string[],
    values: { received?: number; digest?: string; batch?: string; taken?: boolean },
  ): Promise<void> {
    await this.#deps.db
      .updateTable('uploads')
      .set({ ...values, expires_at: this.#after(this.#deps.limits.expireSeconds) })
      .where('upload', 'in', [...uploads])
      .execute();
  }

  async #dropExpired(upload: string): Promise<void> {
    const row = await this.#row(upload);
    const now = this.#deps.clock.now();
    if (row !== undefined && Date.parse(row.expires_at) < now) await this.#drop(upload);
  }

  async #drop(upload: string): Promise<void> {
    await this.#deps.db.deleteFrom('uploads').where('upload', '=', upload).execute();
    await this.#deps.files.remove(upload);
  }

  async #row(upload: string): Promise<Row | undefined> {
    const query = this.#deps.db.selectFrom('uploads').selectAll().where('upload', '=', upload);
    return await query.executeTakeFirst();
  }

  async #find(upload: string, subject: Subject): Promise<Row> {
    const row = await this.#row(upload);
    // Why: whose it is not shall not learn that it exists.
    if (row !== undefined && row.subject === subject.id) return row;
    throw new WeftError('NOT_FOUND', `there is no upload ${upload}`, {
      remedy: 'It was never begun, or it expired: begin a new one.',
    });
  }

  async #assertRoom(length: number, subject: Subject): Promise<void> {
    const { db, limits } = this.#deps;
    const open = await db
      .selectFrom('uploads')
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.coalesce(eb.fn.sum<number>('length'), eb.lit(0)).as('bytes'),
      ])
      .where('subject', '=', subject.id)
      .where('taken', '=', false)
      .executeTakeFirstOrThrow();
    if (Number(open.count) < limits.openMax && Number(open.bytes) + length <= limits.bytesMax)
      return;
    throw new WeftError('PAYLOAD_TOO_LARGE', `the open uploads of ${subject.id} take too much`, {
      remedy: `Make batches of them or delete some: at most ${limits.openMax} uploads of together ${limits.bytesMax} bytes may be open.`,
    });
  }

  #after(seconds: number): string {
    return new Date(this.#deps.clock.now() + seconds * 1000).toISOString();
  }
}

function assertSizes({ length, name }: NewUpload, { bytesMax }: UploadLimits): void {
  if (length > bytesMax) {
    throw new WeftError('PAYLOAD_TOO_LARGE', `the upload has more than ${bytesMax} bytes`);
  }
  if (name === '' || (name?.length ?? 0) > FILE_NAME_LENGTH_MAX) {
    throw invalid(`a file name has 1 to ${FILE_NAME_LENGTH_MAX} characters`);
  }
}

function mismatch(name: string, { stated, digest }: { stated: string; digest: string }): WeftError {
  return new WeftError('CHECKSUM_MISMATCH', `${name} has the SHA-256 ${digest}, not ${stated}`);
}

function invalid(detail: string): WeftError {
  return new WeftError('REQUEST_INVALID', detail);
}

function viewOf(row: Row): Upload {
  const { upload, product, name, length, received, digest, expires_at: expires } = row;
  return { upload, product, name, length, offset: received, sha256: digest, expires };
}
