/**
 * What was begun is found again by who began it, and by nobody else; signing out leaves nothing.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

class Shelf {
  [key: string]: unknown;
  getItem(key: string): string | null {
    return (this[key] as string | undefined) ?? null;
  }
  setItem(key: string, text: string): void {
    this[key] = text;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
  vi.stubGlobal('sessionStorage', shelf);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** As a page has it that is loaded anew. */
async function load() {
  vi.resetModules();
  return await import('./tab-memory.ts');
}

test('a page that is loaded anew finds what was begun, and another reader does not', async () => {
  const first = await load();
  first.keep('anna@cpg', 'request:a.b', { why: 'planning' });
  const second = await load();
  expect(second.recall('anna@cpg', 'request:a.b')).toEqual({ why: 'planning' });
  expect(second.recall('bruno@cpg', 'request:a.b')).toBeUndefined();
});

test('signing out forgets everything that was kept, and leaves what is not of it', async () => {
  const memory = await load();
  shelf.setItem('other', 'stays');
  memory.keep('anna@cpg', 'text', 'SELECT 1');
  memory.forgetAll();
  expect(memory.recall('anna@cpg', 'text')).toBeUndefined();
  expect(Object.keys(shelf)).toEqual(['other']);
});

test('what the browser does not take lasts as long as the page', async () => {
  const memory = await load();
  shelf.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  memory.keep('anna@cpg', 'text', 'SELECT 1');
  expect(memory.recall('anna@cpg', 'text')).toBe('SELECT 1');
});

test('what cannot be read is as if it were not there', async () => {
  shelf.setItem('weft-kept:anna@cpg:text', '{');
  const memory = await load();
  expect(memory.recall('anna@cpg', 'text')).toBeUndefined();
});

test('where one has something is told, in order, of oneself alone, and no more when it is done', async () => {
  const first = await load();
  first.keep('anna', 'workbench', 'select 1');
  first.keep('anna', 'policy:a.b', {});
  first.keep('anna:policy', 'c.d', {});
  first.keep('anna', 'new-product', {});
  first.keep('anna', 'new-product', undefined);
  expect(first.placesKept('anna')).toBe('policy:a.b\nworkbench');
  const second = await load();
  expect(second.placesKept('anna')).toBe('policy:a.b\nworkbench');
  second.forgetAll();
  expect(second.placesKept('anna')).toBe('');
});
