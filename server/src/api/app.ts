/**
 * The HTTP application: what holds for every route (who asks, errors, limits, description), not the routes themselves.
 *
 * Control plane, domain node and gateway are sets of routes on one application; which of them are mounted is decided in
 * `compose.ts`. Invariant: a handler under /api/ runs only with `request.subject` set from a verified credential, unless its
 * route says `config: { open: true }`; every error leaves as RFC 9457 problem+json.
 */
import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { WeftError } from '@weft/core/lib/error';
import type { Logger } from '@weft/core/lib/ports';
import type { Subject } from '@weft/core/registry/types';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import { registerDocs } from './docs.ts';
import { registerErrorPage } from './error-page.ts';
import { sendProblem } from './problem.ts';
import { readCookie, requireOwnPage, SESSION_COOKIE } from './session-cookie.ts';
import { refuseUnstorable } from './storable.ts';
import { requestValidators } from './validators.ts';

export type WeftApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set before every handler under /api/. Reading it on an open route without a token throws. */
    subject: Subject;
  }
  interface FastifyInstance {
    /** What a person sees at an address where nothing is; null where no pages are served. */
    lost: { show: ((request: FastifyRequest, reply: FastifyReply) => unknown) | null };
  }
  interface FastifyContextConfig {
    /** The route needs no token. */
    open?: boolean;
    /** It answers with the page of the web app, whatever its address says. */
    isPage?: boolean;
  }
}

export interface AppOptions {
  version: string;
  logger: Logger;
  /** Verifies a bearer token; rejects with UNAUTHENTICATED. */
  authenticate(bearer: string): Promise<Subject>;
  /** Browsers that signed in; absent where none can. */
  browser?: {
    /** Address of this mesh as browsers know it. */
    origin(): string;
    /** The subject of a session's secret; rejects with UNAUTHENTICATED. */
    authenticate(secret: string): Promise<Subject>;
  };
  /** Requests per minute and subject. */
  requestsPerMinute: number;
}

/** Largest JSON or YAML body; uploads are streams with limits of their own. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;
const LINGER_MS = 2_000;
const PRIVATE = 'private, no-store';

/** Builds the application without routes of its own; the caller registers them and then awaits `ready()`. */
export async function createApp(options: AppOptions): Promise<WeftApp> {
  const app: WeftApp = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    genReqId: () => `req_${randomUUID().replaceAll('-', '')}`,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    // Why: errors of the URL itself never reach the error handler.
    frameworkErrors: (error, request, reply) => {
      if (app.lost.show !== null && isOfPerson(request)) return app.lost.show(request, reply);
      return sendProblem({ error, request, reply, logger: options.logger });
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler(requestValidators());
  app.setErrorHandler((error, request, reply) =>
    sendProblem({ error, request, reply, logger: options.logger }),
  );
  app.decorate('lost', { show: null });
  app.setNotFoundHandler((request, reply) => {
    if (app.lost.show !== null && isOfPerson(request)) return app.lost.show(request, reply);
    const error = new WeftError(
      'NOT_FOUND',
      `there is no ${request.method} ${request.url.split('?')[0]}`,
      {
        remedy: 'See /docs for what this mesh answers.',
      },
    );
    return sendProblem({ error, request, reply, logger: options.logger });
  });
  app.addHook('onSend', async (request, reply) => {
    // Why: a program tells by it an answer of the mesh from one that a network gave in its place.
    reply.header('weft-version', options.version);
    if (!request.raw.complete) reply.removeHeader('connection');
    // Why for all: what one subject may know, no cache may give to another.
    const isOfApi = (request.routeOptions.url ?? request.url).startsWith('/api/');
    if (isOfApi && !reply.hasHeader('cache-control')) reply.header('cache-control', PRIVATE);
  });
  app.addHook('onResponse', async (request) => endUpload(request));
  app.addHook('preValidation', async (request) => {
    if (request.routeOptions.config.isPage !== true) refuseUnstorable(request);
  });
  acceptDocuments(app);
  const subjects = authenticateRequests(app, options);
  await app.register(rateLimit, {
    max: options.requestsPerMinute,
    timeWindow: '1 minute',
    enableDraftSpec: true,
    // Why the subject: one token can be written in many ways, and one subject can have many tokens.
    keyGenerator: (request: FastifyRequest) => {
      const subject = subjects.get(request);
      return subject === undefined ? `address ${request.ip}` : `subject ${subject.id}`;
    },
    errorResponseBuilder: (_request, context) =>
      new WeftError('RATE_LIMITED', `more than ${context.max} requests in a minute`),
  });
  await app.register(swagger, { openapi: openApiHead(options.version) });
  await registerDocs(app);
  registerErrorPage(app);
  return app;
}

/** A browser that was sent to an address asks for a page; what a program asks for is none. */
function isOfPerson({ method, url, headers }: FastifyRequest): boolean {
  const wantsPage = /\btext\/html\b/.test(String(headers.accept ?? ''));
  return wantsPage && method === 'GET' && !url.startsWith('/api/');
}

/**
 * Ends the connection of a request that was answered before its body was whole: what still comes is read and dropped, so
 * that the client can read its answer, but not for long.
 * Why no `Connection: close`: Node then closes at once, and the bytes under way reset the answer before it is read.
 */
function endUpload({ raw }: FastifyRequest): void {
  if (raw.complete) return;
  raw.resume();
  setTimeout(() => {
    if (!raw.complete) raw.destroy();
  }, LINGER_MS).unref();
}

// Why: contracts and products are sent as the very bytes of their files, which are hashed and kept.
function acceptDocuments(app: WeftApp): void {
  const yaml = ['text/yaml', 'application/yaml', 'application/x-yaml', 'text/plain'];
  app.addContentTypeParser(yaml, { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

type Subjects = WeakMap<FastifyRequest, Subject>;

/** Sets the subject of each request that has one; returns where they are kept. */
function authenticateRequests(app: WeftApp, options: AppOptions): Subjects {
  const subjects: Subjects = new WeakMap();
  app.decorateRequest('subject', {
    getter() {
      const subject = subjects.get(this);
      if (subject !== undefined) return subject;
      throw new WeftError('UNAUTHENTICATED', 'the request has no bearer token');
    },
    setter(subject: Subject) {
      subjects.set(this, subject);
    },
  });
  app.addHook('onRequest', async (request) => {
    // Why the route and not the URL: one route has many spellings, such as /%61pi/ and http://host/api/.
    const path = request.routeOptions.url ?? request.url;
    if (!path.startsWith('/api/')) return;
    const header = request.headers.authorization ?? '';
    const bearer = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
    if (bearer !== undefined) {
      request.subject = await options.authenticate(bearer);
      return;
    }
    if (request.routeOptions.config.open === true) return;
    request.subject = await subjectOfBrowser(request, options);
  });
  return subjects;
}

async function subjectOfBrowser(
  request: FastifyRequest,
  { browser }: AppOptions,
): Promise<Subject> {
  const origin = browser?.origin() ?? '';
  const secret = browser === undefined ? null : readCookie(request, SESSION_COOKIE, origin);
  if (browser === undefined || secret === null) {
    throw new WeftError('UNAUTHENTICATED', 'the request has no bearer token');
  }
  // Why before it is looked up: what another page makes a browser send must not even tell whether it is signed in.
  requireOwnPage(request, origin);
  return browser.authenticate(secret);
}

function openApiHead(version: string) {
  return {
    openapi: '3.1.0' as const,
    info: {
      title: 'Weft',
      version,
      description:
        'An open data mesh: contracts, batches, discovery, agreements, governed queries, events.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    components: {
      securitySchemes: { token: { type: 'http' as const, scheme: 'bearer', bearerFormat: 'JWT' } },
    },
    security: [{ token: [] }],
  };
}
