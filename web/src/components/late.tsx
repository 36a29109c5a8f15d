/**
 * Pages and parts whose code comes when they are shown. One that stays out says why in its place, and comes by itself when it can.
 */
import { Button } from '@mantine/core';
import { type ComponentType, lazy, type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { brokenPart, entryOfPage, whyLate } from '../api/late.ts';
import { isPassing } from '../api/problem.ts';
import { isAnythingAtStake } from '../lib/at-stake.ts';
import { LateFile, type LatePorts } from './late-file.ts';
import { ProblemBox } from './ProblemBox.tsx';
import { words } from './words.ts';

/** How often a file that stayed out is asked for, while somebody looks. */
const AGAIN_MS = 3_000;

const inPlace: LatePorts = { why: whyLate, broken: brokenPart, renew: () => false };

/** A part of a page. `frame` says where it stands when it does not come, such as in a dialog. */
export function latePart<Props extends object>(
  bring: () => Promise<ComponentType<Props>>,
  frame?: (props: Props, trouble: ReactNode) => ReactNode,
) {
  return late(new LateFile(bring, inPlace), frame);
}

/** A page: who goes to one that a newer app has replaced gets the newer app, once, unless something would be lost by that. */
export function latePage<Name extends string>(
  bring: () => Promise<Record<Name, ComponentType>>,
  name: Name,
) {
  const ports: LatePorts = { ...inPlace, renew: (problem) => !isPassing(problem) && renewOnce() };
  return late(new LateFile(async () => (await bring())[name], ports), (_, trouble) => (
    <>
      <h1 className="unseen">{words.pageLate}</h1>
      {trouble}
    </>
  ));
}

function late<Props extends object>(
  file: LateFile<ComponentType<Props>>,
  frame: (props: Props, trouble: ReactNode) => ReactNode = (_, trouble) => trouble,
) {
  // Why a part that shows nothing: waiting alone is its affair, and it ends whether the file came or not.
  const Waiting = lazy(async () => {
    await file.load();
    return { default: () => null };
  });
  function Late(props: Props) {
    const { file: Part, problem } = useSyncExternalStore(file.subscribe, file.state);
    if (Part !== null) return <Part {...props} />;
    if (problem !== null) return frame(props, <Trouble error={problem} onRetry={file.load} />);
    return <Waiting />;
  }
  return Object.assign(Late, { preload: file.lookAhead });
}

function Trouble({ error, onRetry }: { error: Error; onRetry: () => Promise<void> }) {
  const canPass = isPassing(error);
  useEffect(() => {
    if (!canPass) return;
    const again = (): void => {
      if (!document.hidden) void onRetry();
    };
    const timer = setInterval(again, AGAIN_MS);
    window.addEventListener('online', again);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', again);
    };
  }, [canPass, onRetry]);
  return (
    <ProblemBox
      error={error}
      onRetry={() => void onRetry()}
      action={
        canPass ? undefined : (
          <Button variant="default" onClick={() => location.reload()}>
            {words.loadAnew}
          </Button>
        )
      }
    />
  );
}

const RENEWED = 'weft-renewed:';

/** Why once for each app: two that are served in turns would send the page round and round. */
function renewOnce(): boolean {
  const key = RENEWED + (entryOfPage() ?? '');
  if (isAnythingAtStake()) return false;
  try {
    if (sessionStorage.getItem(key) !== null) return false;
    sessionStorage.setItem(key, 'yes');
  } catch {
    return false;
  }
  location.reload();
  return true;
}
