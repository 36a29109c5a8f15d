/**
 * Weft's mark: three warps, one weft.
 */
import classes from './Mark.module.css';

export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
      className={classes['mark']}
    >
      <path d="M5 2v20M12 2v20M19 2v20" className={classes['warp']} />
      <path d="M1 12h22" className={classes['weft']} />
      <path d="M12 2v20" className={classes['warp']} data-over />
    </svg>
  );
}
