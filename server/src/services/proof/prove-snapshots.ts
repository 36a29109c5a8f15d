/**
 * Snapshots of a table: manifest lists, manifests and data files of every kept one, and the counts that hold them together.
 *
 * Not the pointer (`prove-tables.ts`). Invariants: every file that a kept snapshot names is looked at once; rows are
 * counted three times, by manifests, by the footers of the files and by the store, and must be the same.
 */
import { ENTRY_STATUS, type ManifestEntry, type ManifestFile } from '@weft/core/lakehouse/manifest';
import { readManifest, readManifestList } from '@weft/core/lakehouse/manifest-store';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { findSnapshot } from '@weft/core/lakehouse/scan';
import type { Snapshot, TableMetadata } from '@weft/core/lakehouse/types';
import { quoteTextList } from '@weft/core/lib/ident-sql';
import type { TableRow } from '../../store/node-batches.ts';
import type { ProofContext } from './proof-ports.ts';
import { codeOf, proofKey, proveFile, readingFault } from './prove-file.ts';

export interface ReadTable {
  row: TableRow;
  name: string;
  metadata: TableMetadata;
}

/** A file that a manifest names. */
interface NamedFile {
  uri: string;
  records: number;
  bytes: number;
  content: number;
  isCurrent: boolean;
}

/** Files whose footers are read by one statement. */
const FOOTERS_AT_ONCE = 200;

/** The paths that the snapshots name; null when a list or a manifest cannot be read, so that nobody can tell. */
export async function proveSnapshots(
  context: ProofContext,
  table: ReadTable,
): Promise<Set<string> | null> {
  const walk = new SnapshotWalk(context, table);
  for (const snapshot of table.metadata.snapshots) await walk.visit(snapshot);
  await walk.finish();
  return walk.isWhole ? walk.paths : null;
}

class SnapshotWalk {
  readonly #context: ProofContext;
  readonly #table: ReadTable;
  readonly #manifests = new Map<string, ManifestEntry[] | null>();
  readonly #files = new Map<string, NamedFile>();
  readonly paths = new Set<string>();
  isWhole = true;

  constructor(context: ProofContext, table: ReadTable) {
    this.#context = context;
    this.#table = table;
  }

  async visit(snapshot: Snapshot): Promise<void> {
    const { counts, ports } = this.#context;
    counts.snapshots += 1;
    const isCurrent = findSnapshot(this.#table.metadata) === snapshot;
    const uri = snapshot['manifest-list'];
    this.paths.add(pathOfUri(uri));
    const lines = await this.#read('manifest-list', { uri, bytes: null, isCurrent }, () =>
      readManifestList(ports.lakehouse, snapshot),
    );
    const live: ManifestEntry[] = [];
    for (const line of lines ?? []) {
      const entries = await this.#manifest(line, isCurrent);
      live.push(...(entries ?? []).filter((entry) => entry.status !== ENTRY_STATUS.deleted));
      if (entries === null) this.isWhole = false;
    }
    if (lines === null) this.isWhole = false;
    else if (this.isWhole) this.#proveTotals(snapshot, live, isCurrent);
    for (const entry of live) this.#name(entry, isCurrent);
  }

  async finish(): Promise<void> {
    const files = [...this.#files.values()];
    const readable: NamedFile[] = [];
    let unproven = 0;
    for (const file of files) {
      this.#context.counts.dataFiles += 1;
      this.#context.counts.dataBytes += file.bytes;
      const { uri, bytes } = file;
      const proof = this.#context.proofs.get(proofKey(uri));
      const state = await proveFile(this.#context.ports.files, { uri, bytes, proof });
      if ('detail' in state) this.#damagedFile(file, codeOf('data-file', state), state.detail);
      else readable.push(file);
      if (state.is === 'unproven') {
        unproven += 1;
        await this.#readWhole(file);
      }
    }
    await this.#proveFooters(readable.filter((file) => file.content === 0));
    if (unproven > 0) this.#noteUnproven(unproven);
  }

  async #manifest(line: ManifestFile, isCurrent: boolean): Promise<ManifestEntry[] | null> {
    const known = this.#manifests.get(line.path);
    if (known !== undefined) return known;
    this.paths.add(pathOfUri(line.path));
    const place = { uri: line.path, bytes: line.bytes, isCurrent };
    const entries = await this.#read('manifest', place, () =>
      readManifest(this.#context.ports.lakehouse, line),
    );
    if (entries !== null) this.#proveLine(line, entries);
    this.#manifests.set(line.path, entries);
    return entries;
  }

  /** Proves a file's bytes and decodes it; null when either fails. */
  async #read<T>(
    what: string,
    place: { uri: string; bytes: number | null; isCurrent: boolean },
    decode: () => Promise<T>,
  ): Promise<T | null> {
    const { ports, proofs, counts } = this.#context;
    counts.metadataFiles += 1;
    const proof = proofs.get(proofKey(place.uri));
    const state = await proveFile(ports.files, { ...place, proof });
    if ('detail' in state) {
      this.#damagedVersion(codeOf(what, state), state.detail, place.isCurrent);
      return null;
    }
    try {
      return await decode();
    } catch (error) {
      this.#damagedVersion(`${what}-torn`, `${place.uri}: ${readingFault(error)}`, place.isCurrent);
      return null;
    }
  }

  #proveLine(line: ManifestFile, entries: readonly ManifestEntry[]): void {
    const sum = (status: number): [number, number] => {
      const of = entries.filter((entry) => entry.status === status);
      return [of.length, of.reduce((rows, entry) => rows + entry.records, 0)];
    };
    const found = [...sum(ENTRY_STATUS.added), ...sum(ENTRY_STATUS.existing)];
    const said = [line.addedFiles, line.addedRows, line.existingFiles, line.existingRows];
    if (found.join() === said.join()) return;
    const detail = `${line.path} has ${found.join(', ')} added and existing files and rows; its list says ${said.join(', ')}`;
    this.#damagedVersion('manifest-counts', detail, true);
  }

  #proveTotals(snapshot: Snapshot, live: readonly ManifestEntry[], isCurrent: boolean): void {
    const data = live.filter((entry) => entry.content === 0);
    const rows = data.reduce((sum, entry) => sum + entry.records, 0);
    const said = snapshot.summary['total-records'];
    const id = String(snapshot['snapshot-id']);
    if (said !== undefined && Number(said) !== rows) {
      const detail = `snapshot ${id} says ${said} rows, and its manifests have ${rows}`;
      this.#damagedVersion('snapshot-counts', detail, isCurrent);
    }
    if (!isCurrent) return;
    this.#context.counts.rows += rows;
    const { row, name } = this.#table;
    const hasDeletes = live.some((entry) => entry.content !== 0);
    if (hasDeletes || rows === Number(row.rows)) return;
    this.#context.findings.damaged({
      code: 'table-counts',
      subject: name,
      detail: `the store counts ${row.rows} rows, and the current snapshot has ${rows}`,
      affected: `what is said of the size of ${name}; or rows of it`,
      remedy: 'Compare the batches of the table with its snapshots: weft batches list.',
    });
  }

  #name(entry: ManifestEntry, isCurrent: boolean): void {
    const { path: uri, records, bytes, content } = entry;
    const known = this.#files.get(uri);
    this.paths.add(pathOfUri(uri));
    const isAny = isCurrent || known?.isCurrent === true;
    this.#files.set(uri, { uri, records, bytes, content, isCurrent: isAny });
  }

  async #proveFooters(files: readonly NamedFile[]): Promise<void> {
    for (let at = 0; at < files.length; at += FOOTERS_AT_ONCE) {
      const part = files.slice(at, at + FOOTERS_AT_ONCE);
      const rows = await this.#footers(part).catch(async () => {
        // Why one by one: of many files one that cannot be read fails the whole statement.
        const each = new Map<string, number>();
        for (const file of part) {
          const one = await this.#footers([file]).catch((error: unknown) => {
            this.#damagedFile(file, 'data-file-unreadable', `${file.uri}: ${String(error)}`);
            return new Map<string, number>();
          });
          for (const [path, count] of one) each.set(path, count);
        }
        return each;
      });
      for (const file of part) {
        const count = rows.get(pathOfUri(file.uri));
        if (count === undefined || count === file.records) continue;
        const detail = `${file.uri} has ${count} rows, and its manifest says ${file.records}`;
        this.#damagedFile(file, 'data-file-counts', detail);
      }
    }
  }

  async #footers(files: readonly NamedFile[]): Promise<Map<string, number>> {
    const list = quoteTextList(files.map((file) => pathOfUri(file.uri)));
    const rows = await this.#context.ports.engine.rows(
      `SELECT file_name, num_rows FROM parquet_file_metadata(${list})`,
    );
    return new Map(rows.map((row) => [String(row['file_name']), Number(row['num_rows'])]));
  }

  async #readWhole(file: NamedFile): Promise<void> {
    const list = quoteTextList([pathOfUri(file.uri)]);
    const sql = `SELECT count(COLUMNS(*)) FROM read_parquet(${list}, hive_partitioning = false)`;
    try {
      await this.#context.ports.engine.rows(sql);
    } catch (error) {
      this.#damagedFile(file, 'data-file-unreadable', `${file.uri}: ${String(error)}`);
    }
  }

  #noteUnproven(count: number): void {
    const { name } = this.#table;
    this.#context.findings.note({
      code: 'data-file-unproven',
      subject: name,
      detail: `${count} data files were committed before hashes were kept; their sizes, counts and values were read instead`,
      affected: `a changed value in one of these files of ${name} would not be seen`,
      remedy: 'Nothing: compaction writes them anew, with hashes.',
    });
  }

  #damagedFile(file: NamedFile, code: string, detail: string): void {
    const { name } = this.#table;
    const batch = /(?:^|\/)(bat_[0-9A-Z]+)-[^/]*$/.exec(file.uri)?.[1];
    const of = batch === undefined ? '' : ` of the batch ${batch}`;
    const where = file.isCurrent ? 'its current version' : 'earlier snapshots only';
    this.#context.findings.damaged({
      code,
      subject: name,
      detail,
      affected: `${file.records} rows of ${name}${of}, in ${where}`,
      remedy:
        'Restore this file from a backup; the right bytes are told by their hash. Until then queries that need it fail.',
    });
  }

  #damagedVersion(code: string, detail: string, isCurrent: boolean): void {
    const { name } = this.#table;
    this.#context.findings.damaged({
      code,
      subject: name,
      detail,
      affected: isCurrent ? `the current version of ${name}` : `earlier snapshots of ${name} only`,
      remedy: 'Restore this file from a backup of the data directory; delete nothing.',
    });
  }
}
