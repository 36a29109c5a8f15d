/**
 * The house rules that a machine can check. A rule that stands here is kept; one that is only wished for is not here.
 *
 * Not a linter of style: that is Biome. Each failure names the file and what to do.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ERROR_CATALOG } from '@weft/core/lib/error-catalog';
import { functionLengths } from './tidy/functions.ts';
import {
  coreRoom,
  importsOf,
  isTest,
  ROOT,
  readTree,
  type SourceFile,
} from './tidy/source-tree.ts';

const files = ['core', 'server', 'web', 'test', 'bench', 'tools', 'examples'].flatMap((folder) =>
  readTree(folder, ['.ts', '.tsx']),
);
const sources = files.filter((file) => !isTest(file.path) && !file.path.startsWith('core/wasm/'));
const product = sources.filter((file) => /^(core|server|web)\/src\//.test(file.path));

/** Rooms of core from the ground up; a room imports only from lower lines, never from its own line. */
const LAYERS = [
  ['lib'],
  ['contract'],
  ['registry', 'policy', 'lakehouse', 'quality', 'lineage'],
  ['ingest', 'query', 'events'],
  ['lifecycle', 'cleanroom'],
];
const level = (room: string): number => LAYERS.findIndex((line) => line.includes(room));

function expectNone(faults: string[]): void {
  assert.equal(faults.join('\n'), '');
}

test('rooms of core import only downwards', () => {
  const faults = product.flatMap((file) => {
    const room = coreRoom(file.path);
    if (room === null) return [];
    const { eager, lazy } = importsOf(file);
    return [...eager, ...lazy].flatMap((imported) => {
      const other = coreRoom(imported.target);
      if (!imported.own)
        return imported.target.startsWith('node:')
          ? [`${file.path} imports ${imported.target}: core does no I/O`]
          : [];
      if (other === null) {
        return imported.target.startsWith('spec/')
          ? []
          : [`${file.path} imports ${imported.target}, outside core`];
      }
      if (other === room || level(other) < level(room)) return [];
      return [
        `${file.path} (${room}) imports ${imported.target} (${other}): sink it a level or make it a port`,
      ];
    });
  });
  expectNone(faults);
});

test('adapters are leaves, and only compose.ts knows them all', () => {
  const faults = product.flatMap((file) =>
    [...importsOf(file).eager, ...importsOf(file).lazy].flatMap(({ target, own, typeOnly }) => {
      if (!own || !target.startsWith('server/src/adapters/') || typeOnly) return [];
      const from = file.path;
      if (from.startsWith('server/src/adapters/') || /^server\/src\/(api|services)\//.test(from)) {
        return [
          `${from} imports the adapter ${target}: take it as a port, compose.ts passes it in`,
        ];
      }
      return [];
    }),
  );
  expectNone(faults.filter((fault) => !ADAPTER_FAMILIES.some((family) => family.test(fault))));
});

/** Files that are one adapter in several parts. */
const ADAPTER_FAMILIES = [
  /adapters\/control-client\S* imports the adapter server\/src\/adapters\/control-client/,
  /adapters\/store-\S+ imports the adapter server\/src\/adapters\/(store|pglite|directory-lock)/,
  /adapters\/pglite-\S+ imports the adapter server\/src\/adapters\/(store|pglite)/,
  /imports the adapter server\/src\/adapters\/duckdb-text/,
  /adapters\/sample-reader\S* imports the adapter server\/src\/adapters\/sample-avro/,
  /adapters\/(stager|landing)\S* imports the adapter server\/src\/adapters\/(stager|landing|stage)/,
];

test('the web app knows the API and core, and its features do not know each other', () => {
  const featureOf = (path: string): string | null =>
    /^web\/src\/features\/([^/]+)\//.exec(path)?.[1] ?? null;
  const layerOf = (path: string): number =>
    ['lib', 'api', 'components', 'features', 'app'].indexOf(path.split('/')[2] ?? '');
  const faults = product
    .filter((file) => file.path.startsWith('web/src/'))
    .flatMap((file) => {
      const { eager, lazy } = importsOf(file);
      return [...eager, ...lazy].flatMap(({ target, own }) => {
        if (!own) return [];
        if (target.startsWith('server/')) return [`${file.path} imports ${target}: ask the API`];
        const here = featureOf(file.path);
        const there = featureOf(target);
        if (here !== null && there !== null && here !== there) {
          return [`${file.path} imports ${target}: what two features share is a component`];
        }
        const isUpwards = target.startsWith('web/src/') && layerOf(target) > layerOf(file.path);
        const isOfApp = /^web\/src\/app\/(actions|session|keys)\./.test(target);
        return isUpwards && layerOf(file.path) >= 0 && !isOfApp
          ? [`${file.path} imports ${target}: lib, api, components, features, app, in that order`]
          : [];
      });
    });
  expectNone(faults);
});

test('the web app imports nothing that only its tests stand on', () => {
  const faults = product.flatMap((file) => {
    const { eager, lazy } = importsOf(file);
    return [...eager, ...lazy]
      .filter(({ target }) => target.startsWith('web/src/testing/') || FOR_TESTS.test(target))
      .map(({ target }) => `${file.path} imports ${target}: that is for tests`);
  });
  expectNone(faults);
});

const FOR_TESTS = /^(vitest|jsdom|axe-core|@testing-library\/.*)$/;

test('no cycle of value imports', () => {
  const graph = new Map(
    sources.map((file) => [
      file.path,
      importsOf(file)
        .eager.filter((i) => i.own && !i.typeOnly)
        .map((i) => i.target),
    ]),
  );
  const done = new Set<string>();
  const visit = (path: string, trail: string[]): string[] => {
    if (trail.includes(path)) return [`${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`];
    if (done.has(path)) return [];
    const found = (graph.get(path) ?? []).flatMap((next) => visit(next, [...trail, path]));
    done.add(path);
    return found;
  };
  expectNone([...graph.keys()].flatMap((path) => visit(path, [])));
});

test('files stay under 500 lines and functions under 70', () => {
  const longFiles = files
    .filter((file) => file.lines.length > 500)
    .map((file) => `${file.path} has ${file.lines.length} lines: re-plan the room`);
  const longFunctions = sources
    .flatMap(functionLengths)
    .filter((f) => f.lines > 70)
    .map((f) => `${f.path}:${f.line} is a function of ${f.lines} lines: split it`);
  expectNone([...longFiles, ...longFunctions]);
});

test('every file says at its head what it is', () => {
  expectNone(
    files
      .filter((file) => !/^(?:\/\/[^\n]*\n|\s)*\/\*\*?/.test(file.text))
      .map((file) => `${file.path} has no module head`),
  );
});

/** Calls that have one home, with the replacement named. */
const BANNED: { pattern: RegExp; where: RegExp; except: RegExp; use: string }[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)/,
    where: /^core\//,
    except: /^$/,
    use: 'the Clock port',
  },
  {
    pattern: /\bMath\.random\(/,
    where: /^(core|server)\//,
    except: /runtime-ports\.ts$/,
    use: 'the Rng or SecureRandom port',
  },
  {
    pattern: /\bconsole\./,
    where: /^(core|server)\//,
    except: /^$/,
    use: 'the Logger port or CliIo',
  },
  {
    pattern: /\bprocess\.env\b/,
    where: /^(core|server)\//,
    except: /(config|cli\/io|cli\/commands\/serve)\.ts$|workers\/|adapters\//,
    use: 'config.ts',
  },
  {
    pattern: /select \*/i,
    where: /^server\/src\/(store|statements)\//,
    except: /^$/,
    use: 'the columns by name',
  },
  {
    // Why: a document that is read by hand gets a type by hand, and that type is believed, not checked.
    pattern: /\.json\(\)|\bfetch\(/,
    where: /^web\/src\//,
    except: /^web\/src\/api\/(answers|client|problem)\.ts$|\/snippets\.ts$|\.test\.tsx?$/,
    use: 'api of api/client.ts or sendRaw of api/answers.ts, which the OpenAPI types',
  },
  {
    // Why: a press that sends something must not send it twice.
    pattern: /\buseMutation\b/,
    where: /^web\/src\//,
    except: /\/use-sending\.ts$/,
    use: 'useSending of components/use-sending.ts, which takes one press at a time',
  },
];

test('banned calls stay in their one home', () => {
  expectNone(
    product.flatMap((file) =>
      BANNED.filter((rule) => rule.where.test(file.path) && !rule.except.test(file.path)).flatMap(
        (rule) =>
          file.lines.flatMap((line, i) =>
            rule.pattern.test(line) && !/^\s*(\*|\/\/)/.test(line)
              ? [`${file.path}:${i + 1} use ${rule.use}`]
              : [],
          ),
      ),
    ),
  );
});

test('nothing is left unfinished, focused or skipped', () => {
  const words = new RegExp(
    ['FIX' + 'ME', 'TO' + 'DO', '@ts-' + 'ignore', '@ts-no' + 'check', 'as a' + 'ny\\b'].join('|'),
  );
  const focus = /\b(test|it|describe)\.(only|skip|todo)\b/;
  expectNone(
    files.flatMap((file) =>
      file.lines.flatMap((line, i) =>
        words.test(line) || focus.test(line) ? [`${file.path}:${i + 1} ${line.trim()}`] : [],
      ),
    ),
  );
});

test('error codes and docs/errors.md name the same', () => {
  const text = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
  const documented = [...text.matchAll(/^### `([A-Z][A-Z0-9_]+)`/gm)].map(
    (match) => match[1] ?? '',
  );
  assert.deepEqual(documented.sort(), Object.keys(ERROR_CATALOG).sort());
});

interface Package {
  engines?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const ALLOWED: Readonly<Record<string, string[]>> = {
  core: ['ajv', 'ajv-formats', 'croner', 'yaml'],
  server: [
    '@cedar-policy/cedar-wasm',
    '@duckdb/node-api',
    '@electric-sql/pglite',
    '@fastify/ajv-compiler',
    '@fastify/rate-limit',
    '@fastify/swagger',
    '@fastify/swagger-ui',
    '@fastify/type-provider-typebox',
    '@weft/core',
    'apache-arrow',
    'commander',
    'fastify',
    'hysnappy',
    'jose',
    'kysely',
    'openid-client',
    'pg',
    'picocolors',
    'prom-client',
    'tar-stream',
    'typebox',
  ],
  web: [
    '@codemirror/autocomplete',
    '@codemirror/commands',
    '@codemirror/lang-sql',
    '@codemirror/lang-yaml',
    '@codemirror/language',
    '@codemirror/lint',
    '@codemirror/merge',
    '@codemirror/search',
    '@codemirror/state',
    '@codemirror/view',
    '@dagrejs/dagre',
    '@fontsource-variable/geist-mono',
    '@fontsource-variable/instrument-sans',
    '@lezer/highlight',
    '@mantine/core',
    '@mantine/hooks',
    '@noble/hashes',
    '@tabler/icons-react',
    '@tanstack/react-query',
    '@tanstack/react-router',
    '@weft/core',
    '@xyflow/react',
    'echarts',
    'openapi-fetch',
    'react',
    'react-dom',
    'tus-js-client',
    'yaml',
  ],
};

function readPackage(path: string): Package {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Package;
}

test('dependencies are exact, allowed and used', () => {
  const faults: string[] = [];
  const root = readPackage('package.json');
  assert.equal(root.engines?.['node'], '>=18');
  for (const [name, allowed] of Object.entries(ALLOWED)) {
    const own = Object.keys(readPackage(`${name}/package.json`).dependencies ?? {});
    const used = new Set(
      sources
        .filter((file) => file.path.startsWith(`${name}/src/`))
        .flatMap((file) => [...importsOf(file).eager, ...importsOf(file).lazy])
        .filter((i) => !i.own && !/^(node|virtual):/.test(i.target))
        .map((i) => i.target),
    );
    faults.push(
      ...own
        .filter((dep) => !allowed.includes(dep))
        .map((dep) => `${name} depends on ${dep}, which is not allowed`),
    );
    faults.push(
      ...[...used]
        .filter((dep) => !own.includes(dep))
        .map((dep) => `${name} uses ${dep} without declaring it`),
    );
    faults.push(
      ...own
        .filter((dep) => !used.has(dep) && dep !== '@weft/core' && !dep.startsWith('@fontsource'))
        .map((dep) => `${name} declares ${dep} and never uses it`),
    );
  }
  for (const path of [
    'package.json',
    'core/package.json',
    'server/package.json',
    'web/package.json',
  ]) {
    const { dependencies = {}, devDependencies = {} } = readPackage(path);
    for (const [dep, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        faults.push(`${path}: ${dep} is "${version}", not an exact version`);
    }
  }
  expectNone(faults);
});

test('the lock records no download address', () => {
  assert.ok(!readFileSync(join(ROOT, 'package-lock.json'), 'utf8').includes('"resolved": "http'));
});

const ROOT_DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'HACKING.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  // Why: a promise is worth the test that it names.
  'docs/guarantees.md',
];

test('paths that the root documents name exist', () => {
  const faults = ROOT_DOCUMENTS.flatMap((name) => {
    const text = readFileSync(join(ROOT, name), 'utf8');
    const quoted = [
      ...text.matchAll(
        /`((?:core|server|web|test|bench|docs|examples|spec|bin|tools)\/[\w./-]*)`/g,
      ),
    ];
    const linked = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)/g)];
    return [...quoted, ...linked]
      .map((match) => match[1] ?? '')
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${name} names ${path}, which is not there`);
  });
  expectNone(faults);
});

test('migrations of a schema are numbered from 1, each number once', () => {
  for (const schema of ['control', 'node']) {
    const names = readdirSync(join(ROOT, 'server/src/migrations', schema)).sort();
    const wrong = names.filter((name, i) => Number(name.slice(0, 4)) !== i + 1);
    assert.deepEqual(wrong, [], schema);
  }
});

test('the changelog says what is unreleased', () => {
  assert.match(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), /^## Unreleased$/m);
});

/** A rule that never fails guards nothing: each finder is shown one thing that it must find. */
test('the finders find', () => {
  const file = (path: string, text: string): SourceFile => ({
    path,
    text,
    lines: text.split('\n'),
  });
  const cyclic = importsOf(file('core/src/lib/a.ts', "import { b } from '../contract/b.ts';\n"));
  assert.deepEqual(cyclic.eager, [
    { target: 'core/src/contract/b.ts', own: true, typeOnly: false },
  ]);
  const long = file('x.ts', `function long() {\n${'  a();\n'.repeat(80)}}\n`);
  assert.deepEqual(functionLengths(long), [{ path: 'x.ts', line: 1, lines: 82 }]);
});
