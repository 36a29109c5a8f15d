/** The text of a record as it came, from the value on that was refused; or that there is none. */
import table from '../Produce.module.css';
import classes from './RefusedPanel.module.css';
import { splitAtValue } from './record-text.ts';
import { words } from './words-quarantine.ts';

export interface RawRecordProps {
  raw: string | null;
  /** What was refused of it; null for a value that is not there. */
  values: readonly (string | null)[];
}

export function RawRecord({ raw, values }: RawRecordProps) {
  if (raw === null) return <span className={table['dim']}>{words.noText}</span>;
  const { before, value, after } = splitAtValue(raw, values);
  return (
    <code className={classes['raw']} title={raw}>
      {before}
      {value === '' ? null : <mark>{value}</mark>}
      {after}
    </code>
  );
}
