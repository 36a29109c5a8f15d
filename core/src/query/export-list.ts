/**
 * The list of an exported table: the first entry of its archive, and what the folder it was unpacked into keeps.
 *
 * Who gives it: `server/src/services/export-service.ts`; who reads it: `server/src/cli/export-folder.ts`.
 */

export const LIST_NAME = 'weft-export.json';

export interface ExportList {
  /** `domain.table@major`. */
  table: string;
  location: string;
  version: number;
  /** Path of the metadata file under the location. */
  metadata: string;
  rows: number;
  /** The table's data files under `data/`, and whether they are in the archive. */
  files: { name: string; bytes: number; sent: boolean }[];
  products: {
    product: string;
    contract: string;
    snapshot: string | null;
    agreement: string | null;
    policy: number | null;
  }[];
}
