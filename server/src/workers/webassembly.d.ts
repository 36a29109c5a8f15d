/**
 * The part of the WebAssembly JavaScript interface that we use; neither the language's nor Node's types declare it.
 *
 * Source: W3C WebAssembly JavaScript Interface 2.0.
 */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    /** Adds pages of 65,536 bytes; the old `buffer` is detached. */
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
}
