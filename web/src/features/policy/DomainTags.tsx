/**
 * Tags that all tables of a domain inherit, unless a contract says otherwise.
 */
import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Panel } from '../../components/Panel.tsx';
import { TokenInput } from '../../components/TokenInput.tsx';
import classes from './DomainTags.module.css';
import type { MeshPolicy } from './policy-queries.ts';
import { words } from './words-forms.ts';

type Tags = MeshPolicy['domainTags'];

export interface DomainTagsProps {
  tags: Tags;
  domains: string[];
  mayChange: boolean;
  onChange(tags: Tags): void;
}

interface Row {
  domain: string;
  key: string;
  values: string[];
}

export function DomainTags({ tags, domains, mayChange, onChange }: DomainTagsProps) {
  const rows = rowsOf(tags);
  const put = (next: Row[]) => onChange(tagsOf(next));
  const free =
    domains.find((domain) => !rows.some((row) => row.domain === domain)) ?? domains[0] ?? '';
  return (
    <Panel title={words.domainTags}>
      <p className={classes['about']}>{words.domainTagsHelp}</p>
      {rows.length === 0 ? <p className="caption">{words.noTag}</p> : null}
      <ul className={classes['rows']}>
        {rows.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: while its name is typed, a row has none of its own.
          <li key={at}>
            {mayChange ? (
              <TagRow
                row={row}
                domains={domains}
                onChange={(next) => put(rows.with(at, next))}
                onRemove={() => put(rows.toSpliced(at, 1))}
              />
            ) : (
              <span>
                <b>{row.domain}</b> {row.key}: {row.values.join(', ')}
              </span>
            )}
          </li>
        ))}
      </ul>
      {mayChange ? (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={15} stroke={1.7} aria-hidden="true" />}
          onClick={() =>
            put([...rows, { domain: free, key: freshKey(rows, free), values: ['true'] }])
          }
        >
          {words.addTag}
        </Button>
      ) : null}
    </Panel>
  );
}

interface TagRowProps {
  row: Row;
  domains: string[];
  onChange(row: Row): void;
  onRemove(): void;
}

function TagRow({ row, domains, onChange, onRemove }: TagRowProps) {
  const known = domains.includes(row.domain) ? domains : [row.domain, ...domains];
  return (
    <div className={classes['row']}>
      <NativeSelect
        aria-label={words.domain}
        data={known}
        value={row.domain}
        onChange={({ currentTarget: { value } }) => onChange({ ...row, domain: value })}
      />
      <TextInput
        aria-label={words.tag}
        value={row.key}
        onChange={({ currentTarget: { value } }) => onChange({ ...row, key: value })}
      />
      <TokenInput
        label={words.valuesOf(row.key)}
        isLabelHidden
        values={row.values}
        onChange={(values) => onChange({ ...row, values })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={words.takeTag(row.key, row.domain)}
        onClick={onRemove}
      >
        <IconTrash size={16} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
    </div>
  );
}

function rowsOf(tags: Tags): Row[] {
  return Object.entries(tags).flatMap(([domain, own]) =>
    Object.entries(own).map(([key, values]) => ({ domain, key, values })),
  );
}

function tagsOf(rows: readonly Row[]): Tags {
  const tags: Tags = {};
  for (const { domain, key, values } of rows) tags[domain] = { ...tags[domain], [key]: values };
  return tags;
}

function freshKey(rows: readonly Row[], domain: string): string {
  const taken = new Set(rows.filter((row) => row.domain === domain).map(({ key }) => key));
  let number = 1;
  while (taken.has(`tag${number}`)) number++;
  return `tag${number}`;
}
