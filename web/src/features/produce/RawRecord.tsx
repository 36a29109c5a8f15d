/** The text of a record as it came, or that there is none. */
import table from './Produce.module.css';
import classes from './RefusedPanel.module.css';
import { words } from './words-quarantine.ts';

export function RawRecord({ raw }: { raw: string | null }) {
  if (raw === null) return <span className={table['dim']}>{words.noText}</span>;
  return (
    <code className={classes['raw']} title={raw}>
      {raw}
    </code>
  );
}
