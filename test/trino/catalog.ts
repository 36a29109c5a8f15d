/**
 * An Iceberg REST catalog that only reads: it tells Trino where tables of ours are, by the metadata files that we wrote.
 *
 * Not the catalog of a mesh: no subject, no decision, no commit. Invariant: metadata is passed on byte for byte.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface ReadCatalog {
  uri: string;
  close(): Promise<void>;
}

/** Serves tables of one namespace: names to the `file:` URIs of their metadata. */
export async function serveTables(
  namespace: string,
  tables: ReadonlyMap<string, string>,
): Promise<ReadCatalog> {
  const server = createServer((request, response) => answer(request, response, namespace, tables));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    uri: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const ENDPOINTS = [
  'GET /v1/{prefix}/namespaces',
  'GET /v1/{prefix}/namespaces/{namespace}',
  'GET /v1/{prefix}/namespaces/{namespace}/tables',
  'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}',
];

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  namespace: string,
  tables: ReadonlyMap<string, string>,
): void {
  const { pathname } = new URL(request.url ?? '/', 'http://catalog');
  if (pathname.endsWith('/metrics')) {
    response.writeHead(204).end();
    return;
  }
  const body = bodyOf(pathname, namespace, tables);
  const error = { message: `there is no ${pathname}`, type: 'NoSuchTableException', code: 404 };
  response
    .writeHead(body === null ? 404 : 200, { 'Content-Type': 'application/json' })
    .end(body ?? JSON.stringify({ error }));
}

/** The JSON of what is there, or null. */
function bodyOf(
  pathname: string,
  namespace: string,
  tables: ReadonlyMap<string, string>,
): string | null {
  const root = `/v1/namespaces/${namespace}`;
  switch (pathname) {
    case '/v1/config':
      return JSON.stringify({ defaults: {}, overrides: {}, endpoints: ENDPOINTS });
    case '/v1/namespaces':
      return JSON.stringify({ namespaces: [[namespace]] });
    case root:
      return JSON.stringify({ namespace: [namespace], properties: {} });
    case `${root}/tables`:
      return JSON.stringify({
        identifiers: [...tables.keys()].map((name) => ({ namespace: [namespace], name })),
      });
    default: {
      const location = tables.get(pathname.slice(`${root}/tables/`.length));
      if (location === undefined) return null;
      const metadata = readFileSync(new URL(location), 'utf8');
      return `{"metadata-location":${JSON.stringify(location)},"metadata":${metadata},"config":{}}`;
    }
  }
}
