/**
 * Takes the answer away as a file: the same statement, asked once more in that form. What a rule forbids is said, not hidden.
 */
import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { reach } from '../../api/client.ts';
import { orderedBy } from '../../lib/sql-text.ts';
import { startWork } from '../../lib/work.ts';
import type { Run } from './bench.ts';
import classes from './ExportMenu.module.css';
import { words } from './words.ts';

const FORMATS = [
  { format: 'csv', name: 'CSV' },
  { format: 'parquet', name: 'Parquet' },
  { format: 'ndjson', name: 'NDJSON' },
] as const;

export interface ExportMenuProps {
  run: Run | null;
  /** Of the file, without its ending. */
  name: string;
  /** Why a rule forbids files; null when none does. */
  refusal: string | null;
}

export function ExportMenu({ run, name: file, refusal }: ExportMenuProps) {
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button
          variant="subtle"
          disabled={run === null}
          leftSection={<IconDownload size={16} stroke={1.7} aria-hidden="true" />}
        >
          {words.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, name }) => (
          <Menu.Item
            key={format}
            disabled={refusal !== null && format !== 'ndjson'}
            onClick={() => (run === null ? null : startExport(run, `${file}.${format}`, format))}
          >
            {words.exportAs(name)}
            {refusal !== null && format === 'ndjson' ? (
              <span className="caption"> {words.exportFew}</span>
            ) : null}
          </Menu.Item>
        ))}
        {refusal === null ? null : <p className={classes['refusal']}>{refusal}</p>}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Goes on while one looks at something else; the tray has its bytes, its rate and Cancel, which ends the query as well. */
function startExport(run: Run, name: string, format: string): void {
  const title = words.exportTitle(format);
  startWork({ title, product: '', phase: words.exporting, unit: 'bytes' }, async (work) => {
    const { sql, order, purpose } = run;
    const asked = order === null ? sql : orderedBy(sql, order.column, order.isDescending);
    const response = await reach('/api/v1/queries', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sql: asked, purpose, format }),
      signal: work.signal,
    });
    const file = await collect(response, (done) => work.report({ done }));
    save(file, name);
    return words.exported(name);
  });
}

/** Why in parts: each is given to the browser, which may keep it on disk, and none is copied twice. */
async function collect(response: Response, onBytes: (done: number) => void): Promise<Blob> {
  const type = response.headers.get('content-type') ?? '';
  const parts: Blob[] = [];
  let done = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) return new Blob(parts, { type });
    parts.push(new Blob([piece.value]));
    done += piece.value.byteLength;
    onBytes(done);
  }
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
