/**
 * Code for one tool at a time, with a copy of exactly what is shown.
 */
import { Tabs } from '@mantine/core';
import { Code } from '../../components/Code.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { DOORS, type Door } from './product-search.ts';
import classes from './Snippets.module.css';
import type { Snippet } from './snippets.ts';
import { words } from './words.ts';

export interface SnippetsProps {
  snippets: readonly Snippet[];
  door: Door;
  onDoor(door: Door): void;
}

export function Snippets({ snippets, door, onDoor }: SnippetsProps) {
  const shown = snippets.find((snippet) => snippet.door === door) ?? snippets[0];
  if (shown === undefined) return null;
  return (
    <Tabs
      value={shown.door}
      onChange={(value) => {
        const chosen = DOORS.find((known) => known === value);
        if (chosen !== undefined) onDoor(chosen);
      }}
      keepMounted={false}
    >
      <Tabs.List className={classes['doors'] ?? ''} aria-label={words.tool}>
        {snippets.map(({ door: own, title }) => (
          <Tabs.Tab key={own} value={own}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={shown.door}>
        <div className={classes['code']}>
          <Code text={shown.text} label={words.code(shown.title)} />
          <span className={classes['copy']}>
            <CopyButton label={words.copyCode(shown.title)} text={shown.text} />
          </span>
        </div>
        <p className={classes['needs']}>{words.needs(shown.needs)}</p>
      </Tabs.Panel>
    </Tabs>
  );
}
