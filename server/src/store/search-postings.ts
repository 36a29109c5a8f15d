/**
 * Lists of numbers that only grow, very many and most of them short, in few large pieces of memory.
 *
 * Not what the numbers mean (`search-words.ts`). Why no array for each list: a hundred thousand small ones cost more than
 * what is in them, and each time that one grows its old memory is left behind. A list is a chain of blocks, each twice as
 * large as the one before up to a bound, whose first number says where the next block begins. Invariant: a block lies in
 * one piece.
 */
import { must } from '@weft/core/lib/assert';
import { grown } from './search-columns.ts';

const PIECE_BITS = 18;
const PIECE = 2 ** PIECE_BITS;
const FIRST_BLOCK = 1;
const BLOCK_MAX = 512;

export class Postings {
  readonly #pieces: Uint32Array[] = [];
  /** Where the next block begins. */
  #end = 0;
  /** By list: its first block, where its next number goes, how many are left in its last block, and the size of that one. */
  #first = new Uint32Array(0);
  #next = new Uint32Array(0);
  #left = new Uint16Array(0);
  #block = new Uint16Array(0);
  #lists = 0;

  /** A new list with one number in it. */
  create(value: number): number {
    const list = this.#lists++;
    this.#first = grown(this.#first, list);
    this.#next = grown(this.#next, list);
    this.#left = grown(this.#left, list);
    this.#block = grown(this.#block, list);
    this.#first[list] = this.#openBlock(list, FIRST_BLOCK);
    this.add(list, value);
    return list;
  }

  add(list: number, value: number): void {
    if (this.#left[list] === 0) {
      const size = Math.min(BLOCK_MAX, (this.#block[list] ?? 0) * 2);
      const last = (this.#next[list] ?? 0) - 1 - (this.#block[list] ?? 0);
      this.#set(last, this.#openBlock(list, size));
    }
    const at = this.#next[list] ?? 0;
    this.#set(at, value);
    this.#next[list] = at + 1;
    this.#left[list] = (this.#left[list] ?? 0) - 1;
  }

  /** All numbers of a list, in the order in which they came. */
  each(list: number, use: (value: number) => void): void {
    const end = this.#next[list] ?? 0;
    let start = this.#first[list] ?? 0;
    for (let size = FIRST_BLOCK; ; size = Math.min(BLOCK_MAX, size * 2)) {
      const piece = must(this.#pieces[start >>> PIECE_BITS], 'a block lies in a piece');
      const at = start % PIECE;
      const isLast = end > start && end <= start + 1 + size;
      const stop = isLast ? at + end - start : at + 1 + size;
      for (let i = at + 1; i < stop; i++) use(piece[i] ?? 0);
      if (isLast) return;
      start = piece[at] ?? 0;
    }
  }

  #openBlock(list: number, size: number): number {
    if ((this.#end % PIECE) + 1 + size > PIECE)
      this.#end = (this.#end >>> PIECE_BITS) * PIECE + PIECE;
    const start = this.#end;
    if (start >>> PIECE_BITS === this.#pieces.length) this.#pieces.push(new Uint32Array(PIECE));
    this.#end += 1 + size;
    this.#next[list] = start + 1;
    this.#left[list] = size;
    this.#block[list] = size;
    return start;
  }

  #set(at: number, value: number): void {
    const piece = must(this.#pieces[at >>> PIECE_BITS], 'a block lies in a piece');
    piece[at % PIECE] = value;
  }
}
