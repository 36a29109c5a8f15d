/**
 * Takes the answer away as a file: the same statement, asked once more in that form. What a rule forbids is said, not hidden.
 */
import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { reach } from '../../api/client.ts';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { orderedBy } from '../../lib/sql-text.ts';
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
  /** Why a rule forbids files; null when none does. */
  refusal: string | null;
}

export function ExportMenu({ run, refusal }: ExportMenuProps) {
  const fetching = useMutation({
    mutationFn: (format: string) => (run === null ? Promise.resolve() : download(run, format)),
  });
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button
          variant="subtle"
          disabled={run === null || fetching.isPending}
          leftSection={<IconDownload size={16} stroke={1.7} aria-hidden="true" />}
        >
          {fetching.isPending ? words.exporting : words.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, name }) => (
          <Menu.Item
            key={format}
            disabled={refusal !== null && format !== 'ndjson'}
            onClick={() => fetching.mutate(format)}
          >
            {words.exportAs(name)}
            {refusal !== null && format === 'ndjson' ? (
              <span className="caption"> {words.exportFew}</span>
            ) : null}
          </Menu.Item>
        ))}
        {refusal === null ? null : <p className={classes['refusal']}>{refusal}</p>}
      </Menu.Dropdown>
      {fetching.error === null ? null : (
        <div className={classes['problem']}>
          <ProblemBox error={fetching.error} />
        </div>
      )}
    </Menu>
  );
}

async function download(run: Run, format: string): Promise<void> {
  const { sql, order, purpose } = run;
  const asked = order === null ? sql : orderedBy(sql, order.column, order.isDescending);
  const response = await reach('/api/v1/queries', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql: asked, purpose, format }),
  });
  const name = response.headers.get('weft-query') ?? 'result';
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name}.${format}`;
  link.click();
  URL.revokeObjectURL(address);
}
