/**
 * The final height of what is on its way, after a moment in which nothing is shown.
 */
import classes from './Skeleton.module.css';
import { words } from './words.ts';

export interface SkeletonProps {
  /** Height of what will stand here, in pixels. */
  height: number;
  /** The same on a phone, where lines break sooner. */
  phone?: number;
  lines?: number;
  label?: string;
}

export function Skeleton({
  height,
  phone = height,
  lines = 3,
  label = words.loading,
}: SkeletonProps) {
  return (
    <div
      className={classes['skeleton']}
      data-height={height}
      role="status"
      aria-label={label}
      ref={setHeight(height, phone)}
    >
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are alike.
        <i key={at} />
      ))}
    </div>
  );
}

// Why by script: the content policy of the app allows no style attributes in markup; the style object of an element is free.
function setHeight(height: number, phone: number) {
  return (element: HTMLDivElement | null) => {
    element?.style.setProperty('--w-tall', `${height}px`);
    element?.style.setProperty('--w-tall-phone', `${phone}px`);
  };
}
