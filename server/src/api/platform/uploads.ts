/**
 * Uploads that can be resumed, as the tus protocol 1.0.0 says it: core, creation (with upload), expiration, checksum and
 * termination; the digest fields of RFC 9530 are taken beside its own checksum.
 *
 * Not the batch that is made of them (`batches.ts`). Invariant: the body goes to disk as it comes.
 * Source: tus.io/protocols/resumable-upload (1.0.0), RFC 9530.
 */
import { Readable } from 'node:stream';
import { decodeBase64 } from '@weft/core/lib/base64';
import {
  agreedDigest,
  sha256OfDigestField,
  sha256OfHex,
  sha256OfUploadChecksum,
} from '@weft/core/lib/digest-field';
import { WeftError } from '@weft/core/lib/error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Piece, Upload, UploadsService } from '../../services/uploads-service.ts';
import type { WeftApp } from '../app.ts';
import { UploadSchema } from './batch-schemas.ts';

const VERSION = '1.0.0';
const EXTENSIONS = 'creation,creation-with-upload,expiration,checksum,termination';
const PIECE = 'application/offset+octet-stream';
const BODY_BYTES_MAX = Number.MAX_SAFE_INTEGER;
const UploadParams = Type.Object({ upload: Type.String({ maxLength: 40 }) });

export function registerUploads(app: WeftApp, uploads: UploadsService, bytesMax: number): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('tus-resumable', VERSION);
      const asked = request.headers['tus-resumable'];
      if (asked === undefined || asked === VERSION) return;
      reply.header('tus-version', VERSION);
      throw new WeftError('PRECONDITION_FAILED', `tus ${asked} is not spoken here`, {
        remedy: `Use version ${VERSION} of the protocol.`,
      });
    });
    registerCreation(scope as WeftApp, uploads, bytesMax);
    registerPieces(scope as WeftApp, uploads);
  });
}

function registerCreation(app: WeftApp, uploads: UploadsService, bytesMax: number): void {
  app.options(
    '/api/v1/uploads',
    { schema: { tags: ['uploads'], summary: 'What of the tus protocol is spoken' } },
    async (_request, reply) =>
      reply
        .headers({
          'tus-version': VERSION,
          'tus-extension': EXTENSIONS,
          'tus-max-size': String(bytesMax),
          'tus-checksum-algorithm': 'sha256',
        })
        .code(204)
        .send(),
  );
  app.post(
    '/api/v1/uploads',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { idempotency: 'own' },
      schema: {
        tags: ['uploads'],
        summary: 'Begin an upload that can be resumed',
        description: `Upload-Length says how many bytes there are in all. Upload-Metadata has \`product\` (DOMAIN.PRODUCT), and may have \`filename\` and \`sha256\` (hex); Repr-Digest may state the SHA-256 of the whole too. A body of the type ${PIECE} is the first piece.`,
        response: { 201: UploadSchema },
      },
    },
    async (request, reply) => {
      const metadata = readMetadata(header(request, 'upload-metadata') ?? '');
      const digest = header(request, 'repr-digest');
      const product = metadata.get('product');
      if (product === undefined) throw invalid('Upload-Metadata names no product');
      const stated = metadata.get('sha256');
      const created = await uploads.create(
        {
          product,
          name: metadata.get('filename') ?? null,
          length: readCount(request, 'upload-length'),
          sha256: agreedDigest([
            stated === undefined ? null : sha256OfHex(stated),
            digest === null ? null : sha256OfDigestField('Repr-Digest', digest),
          ]),
        },
        request.subject,
      );
      reply.header('location', `/api/v1/uploads/${created.upload}`);
      const hasPiece = request.headers['content-type'] === PIECE;
      const upload = hasPiece
        ? await uploads.append(created.upload, pieceOf(request, 0), request.subject)
        : created;
      return await describe(reply, upload).code(201).send(upload);
    },
  );
}

function registerPieces(app: WeftApp, uploads: UploadsService): void {
  const schema = (summary: string) => ({ tags: ['uploads'], summary, params: UploadParams });
  const path = '/api/v1/uploads/:upload';
  app.head(
    path,
    { schema: schema('How many bytes of an upload are safe') },
    async (request, reply) => {
      const upload = await uploads.show(request.params.upload, request.subject);
      return await describe(reply, upload).header('cache-control', 'no-store').send();
    },
  );
  app.patch(
    path,
    {
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        ...schema('Send the bytes from Upload-Offset on'),
        description: `The type of the body is ${PIECE}. Upload-Checksum (tus) or Content-Digest (RFC 9530) may state the SHA-256 of the piece, which then counts whole or not at all; otherwise bytes that came before the line broke stay.`,
      },
    },
    async (request, reply) => {
      if (request.headers['content-type'] !== PIECE) {
        throw invalid(`a piece is sent as ${PIECE}`);
      }
      const piece = pieceOf(request, readCount(request, 'upload-offset'));
      const upload = await uploads.append(request.params.upload, piece, request.subject);
      return await describe(reply, upload).code(204).send();
    },
  );
  app.delete(path, { schema: schema('Give an upload up') }, async (request, reply) => {
    await uploads.remove(request.params.upload, request.subject);
    return await reply.code(204).send();
  });
}

function describe(reply: FastifyReply, upload: Upload): FastifyReply {
  const { sha256 } = upload;
  if (sha256 !== null) {
    const text = Buffer.from(sha256, 'hex').toString('base64');
    reply.header('repr-digest', `sha-256=:${text}:`);
  }
  return reply.headers({
    'upload-offset': String(upload.offset),
    'upload-length': String(upload.length),
    'upload-expires': new Date(upload.expires).toUTCString(),
  });
}

function pieceOf(request: FastifyRequest, offset: number): Piece {
  const checksum = header(request, 'upload-checksum');
  const digest = header(request, 'content-digest');
  const sha256 = agreedDigest([
    checksum === null ? null : sha256OfUploadChecksum(checksum),
    digest === null ? null : sha256OfDigestField('Content-Digest', digest),
  ]);
  const body = request.body instanceof Readable ? request.body : Readable.from([]);
  const stop = (): void => {
    body.destroy(new WeftStop());
  };
  return { offset, body, sha256, stop };
}

/** Ends a piece whose sender came back on another line. */
class WeftStop extends Error {
  readonly code = 'ECONNRESET';
  override readonly message = 'aborted';
}

function header(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

function readCount(request: FastifyRequest, name: string): number {
  const value = Number(header(request, name) ?? Number.NaN);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(`${name} is no number of bytes`);
}

/** Pairs of a name and base64, between commas. */
function readMetadata(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of text.split(',').map((part) => part.trim())) {
    if (pair === '') continue;
    const [name = '', value = '', ...more] = pair.split(' ');
    const bytes = decodeBase64(value);
    if (bytes === null || more.length > 0 || pairs.has(name)) {
      throw invalid('Upload-Metadata is not a list of names with values in base64');
    }
    pairs.set(name, Buffer.from(bytes).toString('utf8'));
  }
  return pairs;
}

function invalid(detail: string): WeftError {
  return new WeftError('REQUEST_INVALID', detail, {
    remedy: 'See /openapi.json and tus.io/protocols/resumable-upload.',
  });
}
