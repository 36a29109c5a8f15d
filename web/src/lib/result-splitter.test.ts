/**
 * Pages are the rows of the document, wherever the network cuts it, and half a document is noticed.
 *
 * The oracle is `JSON.parse` on the whole document.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ResultColumn, ResultSplitter } from './result-splitter.ts';

const TAIL = { rowCount: 0, truncated: false, products: [], seconds: 0.25 };

function documentOf(rows: unknown[][], separator = ',\n'): string {
  const columns = [{ name: 'a "[b]', type: 'VARCHAR' }];
  const body = rows.map((row) => JSON.stringify(row)).join(separator);
  const end = JSON.stringify({ ...TAIL, rowCount: rows.length });
  return `{"columns":${JSON.stringify(columns)},"rows":[\n${body}],${end.slice(1)}\n`;
}

function split(bytes: Uint8Array, cuts: readonly number[], pageRows: number) {
  const pages: unknown[][][] = [];
  let columns: ResultColumn[] = [];
  const splitter = new ResultSplitter(
    {
      columns: (told) => {
        columns = told;
      },
      page: (pieces, rows) => {
        const page = JSON.parse(textOf(pieces)) as unknown[][];
        expect(page.length).toBe(rows);
        pages.push(page);
      },
    },
    pageRows,
  );
  let from = 0;
  for (const to of [...cuts, bytes.length].sort((a, b) => a - b)) {
    splitter.write(bytes.slice(from, to));
    const early = splitter.unfinished();
    if (early !== null)
      expect((JSON.parse(textOf(early.pieces)) as unknown[]).length).toBe(early.rows);
    from = Math.max(from, to);
  }
  return { pages, columns, tail: splitter.end() };
}

const textOf = (pieces: readonly Uint8Array[]): string => {
  const decoder = new TextDecoder();
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode();
};

const cell = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('[', ']', '"', '\\', '],[', '{"rows":[', '\\"', 'ü€😀', '\n'),
  fc.integer(),
  fc.constant(null),
  fc.array(fc.record({ key: fc.string(), value: fc.string() }), { maxLength: 3 }),
);

test('pages joined are the rows, for any rows, any cuts, any size of page', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
      fc.array(fc.nat(600), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      (rows, cuts, pageRows) => {
        const text = documentOf(rows);
        const bytes = new TextEncoder().encode(text);
        const within = cuts.filter((cut) => cut < bytes.length);
        const { pages, columns, tail } = split(bytes, within, pageRows);
        expect(pages.flat()).toEqual((JSON.parse(text) as { rows: unknown }).rows);
        expect(pages.slice(0, -1).every((page) => page.length === pageRows)).toBe(true);
        expect(columns).toEqual([{ name: 'a "[b]', type: 'VARCHAR' }]);
        expect(tail).toEqual({ ...TAIL, rowCount: rows.length });
      },
    ),
    { seed: 20261122 },
  );
});

test('a document that ends before its tail is not taken for a whole one', () => {
  const bytes = new TextEncoder().encode(documentOf([[1], [2], [3]]));
  for (let length = 0; length < bytes.length - 2; length++) {
    expect(() => split(bytes.slice(0, length), [], 2)).toThrow();
  }
});

test('spaces between rows and a word "rows" in the name of a column change nothing', () => {
  const text =
    '{"columns":[{"name":"\\"rows\\":[","type":"INTEGER"}],"rows":[ [1] , [2] ],"rowCount":2,"truncated":true,"products":[],"seconds":1}';
  const { pages, columns, tail } = split(new TextEncoder().encode(text), [], 1);
  expect(pages).toEqual([[[1]], [[2]]]);
  expect(columns[0]?.name).toBe('"rows":[');
  expect(tail.truncated).toBe(true);
});
