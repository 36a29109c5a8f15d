/**
 * What the uploads service needs from the disk.
 */
export interface PieceToAppend {
  /** Where the piece begins: the last offset that was told as safe. */
  offset: number;
  /** No byte may stand at this offset or behind it. */
  limit: number;
  body: AsyncIterable<Uint8Array>;
  /** What the piece's SHA-256 must be, or null. */
  sha256: string | null;
  /** Called each time that bytes were synced, with the offset behind them; the piece goes on when it resolves. */
  onSafe(offset: number): Promise<void>;
}

export interface UploadFiles {
  path(upload: string): string;
  /** Makes an empty file that survives a power loss. */
  create(upload: string): Promise<void>;
  /**
   * Appends a piece and resolves to the offset behind it. Rejects with UPLOAD_PIECE_MISMATCH, PAYLOAD_TOO_LARGE, or what
   * the body broke off with; what came before that may be safe, as `onSafe` says.
   */
  append(upload: string, piece: PieceToAppend): Promise<number>;
  /** The SHA-256 of a whole upload, in lower-case hex. */
  digest(upload: string, length: number): Promise<string>;
  /** Resolves also when there was nothing. */
  remove(upload: string): Promise<void>;
  list(): Promise<string[]>;
}
