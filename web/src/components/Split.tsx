/**
 * Two panes with a border between them that can be moved, by pointer and by keyboard.
 */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import classes from './Split.module.css';

export interface SplitProps {
  /** `row`: side by side; `column`: one above the other. */
  direction: 'row' | 'column';
  first: ReactNode;
  second: ReactNode;
  /** Share of the first pane, in percent. */
  initial: number;
  /** What the border is between, for readers that do not see. */
  label: string;
}

const LEAST = 12;
const MOST = 88;
const STEP = 4;

export function Split({ direction, first, second, initial, label }: SplitProps) {
  const [share, setShare] = useState(initial);
  const frame = useRef<HTMLDivElement>(null);
  const set = (next: number): void => setShare(Math.max(LEAST, Math.min(MOST, next)));
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const at =
      direction === 'row'
        ? (event.clientX - box.left) / box.width
        : (event.clientY - box.top) / box.height;
    set(at * 100);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = stepOf(event.key, share);
    if (next === null) return;
    event.preventDefault();
    set(next);
  };
  return (
    <div
      ref={frame}
      className={classes['split']}
      data-direction={direction}
      style={{
        [direction === 'row' ? 'gridTemplateColumns' : 'gridTemplateRows']: template(share),
      }}
    >
      <div className={classes['pane']}>{first}</div>
      {/* biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved; this one can. */}
      <div
        className={classes['border']}
        role="separator"
        aria-label={label}
        aria-orientation={direction === 'row' ? 'vertical' : 'horizontal'}
        aria-valuenow={Math.round(share)}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
        onDoubleClick={() => set(initial)}
        onKeyDown={onKeyDown}
      />
      <div className={classes['pane']}>{second}</div>
    </div>
  );
}

const template = (share: number): string => `minmax(0, ${share}fr) 1px minmax(0, ${100 - share}fr)`;

function stepOf(key: string, share: number): number | null {
  if (key === 'ArrowUp' || key === 'ArrowLeft') return share - STEP;
  if (key === 'ArrowDown' || key === 'ArrowRight') return share + STEP;
  if (key === 'Home') return LEAST;
  return key === 'End' ? MOST : null;
}
