/**
 * Takes the rows in sight away as a file: for mending by hand, for keeping, for looking.
 */
import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload } from '@tabler/icons-react';
import type { RowState, Where } from '../types.ts';
import { words } from './words-quarantine.ts';

const FORMATS = [
  ['ndjson', words.ndjson],
  ['csv', words.csv],
  ['parquet', words.parquet],
] as const;

export function QuarantineExport({ where, state }: { where: Where; state: RowState | undefined }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={15} stroke={1.7} />}
          rightSection={<IconChevronDown size={14} stroke={1.7} />}
        >
          {words.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(([format, label]) => (
          <Menu.Item key={format} component="a" href={exportPath(where, state, format)} download>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function exportPath(where: Where, state: RowState | undefined, format: string): string {
  const query = new URLSearchParams({
    ...where,
    ...(state === undefined ? {} : { state }),
    format,
  });
  return `/api/v1/quarantine/export?${query}`;
}
