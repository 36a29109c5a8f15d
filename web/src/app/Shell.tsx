/**
 * The frame of every page: rail, top bar, palette, keys. A change of page moves the focus to its heading and says it.
 */
import { Outlet, useNavigate } from '@tanstack/react-router';
import { Suspense, useEffect, useMemo, useState } from 'react';
import { Dialog } from '../components/Dialog.tsx';
import { latePart } from '../components/late.tsx';
import { OperationTray } from '../components/OperationTray.tsx';
import { Stale } from '../components/Stale.tsx';
import { type Action, useActions } from './actions.ts';
import { useKeys } from './keys.ts';
import type { PaletteProps } from './Palette.tsx';
import { placesOf } from './places.ts';
import { Rail } from './Rail.tsx';
import classes from './Shell.module.css';
import { chooseScheme } from './scheme.ts';
import { useMe } from './session.tsx';
import { TopBar } from './TopBar.tsx';
import { useArrival } from './use-arrival.ts';
import { useFocusKept } from './use-focus-kept.ts';
import { words } from './words.ts';

const Palette = latePart<PaletteProps>(
  () => import('./Palette.tsx').then((module) => module.Palette),
  ({ onClose }, trouble) => (
    <Dialog title={words.jump} onClose={onClose}>
      {trouble}
    </Dialog>
  ),
);

/** Why ahead: whoever presses the key types on at once, and no letter may be lost. */
const PALETTE_IDLE_MS = 1_500;

export function Shell() {
  const [palette, setPalette] = useState<'closed' | 'all' | 'keys'>('closed');
  useKeys();
  useActions(useShellActions(setPalette));
  useEffect(() => {
    const timer = setTimeout(() => void Palette.preload(), PALETTE_IDLE_MS);
    return () => clearTimeout(timer);
  }, []);
  const { main, announced } = useArrival();
  useFocusKept(main);
  return (
    <div className={classes['shell']}>
      <a className={classes['skip']} href="#main">
        {words.skip}
      </a>
      <Rail />
      <TopBar onSearch={() => setPalette('all')} />
      <main id="main" className={classes['main']} ref={main} tabIndex={-1}>
        <Stale />
        <Outlet />
      </main>
      <OperationTray />
      <div className="unseen" role="status" aria-live="polite">
        {announced}
      </div>
      {palette === 'closed' ? null : (
        <Suspense fallback={null}>
          <Palette mode={palette} onClose={() => setPalette('closed')} />
        </Suspense>
      )}
    </div>
  );
}

function useShellActions(setPalette: (mode: 'all' | 'keys') => void): Action[] {
  const navigate = useNavigate();
  const me = useMe();
  return useMemo(
    () => [
      ...placesOf(me).map(
        ({ id, label, to, shortcut }): Action => ({
          id: `go-${id}`,
          label,
          group: 'go',
          ...(shortcut === undefined ? {} : { shortcut }),
          run: () => void navigate({ to }),
        }),
      ),
      {
        id: 'palette',
        label: words.jump,
        group: 'here',
        shortcut: 'mod+k',
        run: () => setPalette('all'),
      },
      {
        id: 'keys',
        label: words.showKeys,
        group: 'here',
        shortcut: '?',
        run: () => setPalette('keys'),
      },
      { id: 'light', label: words.light, group: 'looks', run: () => chooseScheme('light') },
      { id: 'dark', label: words.dark, group: 'looks', run: () => chooseScheme('dark') },
      { id: 'auto', label: words.asSystem, group: 'looks', run: () => chooseScheme('auto') },
    ],
    [me, navigate, setPalette],
  );
}
