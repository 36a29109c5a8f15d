/**
 * Where one is, the way to everything else, and the purpose that one looks at data for.
 */
import { IconSearch } from '@tabler/icons-react';
import { Breadcrumbs } from './Breadcrumbs.tsx';
import { formatShortcut } from './keys.ts';
import { PurposeChoice } from './PurposeChoice.tsx';
import classes from './TopBar.module.css';
import { words } from './words.ts';

export function TopBar({ onSearch }: { onSearch: () => void }) {
  return (
    <header className={classes['bar']}>
      <Breadcrumbs />
      <button type="button" className={classes['search']} onClick={onSearch}>
        <IconSearch size={16} stroke={1.7} aria-hidden="true" />
        <span>{words.search}</span>
        <kbd>{formatShortcut('mod+k').join('')}</kbd>
      </button>
      <PurposeChoice />
    </header>
  );
}
