/**
 * Colours and type, as the sheets have them.
 */
import { Button } from '@mantine/core';
import {
  formatDay,
  formatDuration,
  formatMoney,
  formatNumber,
  formatShare,
} from '../../lib/format.ts';
import classes from './LookParts.module.css';
import { Group, Part, Row } from './Part.tsx';
import { words } from './words.ts';
import { COLOURS, look } from './words-look.ts';

export function LookParts() {
  return (
    <Group id="look" title={words.look}>
      <Part name="colours">
        <ul className={classes['colours']}>
          {COLOURS.map((name) => (
            <li key={name}>
              <i style={{ background: `var(--w-${name})` }} />
              <span className="caption">{name}</span>
            </li>
          ))}
        </ul>
      </Part>
      <Part name="type">
        <div className={classes['type']}>
          <p className={classes['page']}>{look.page}</p>
          <p className={classes['detail']}>{look.detail}</p>
          <p className={classes['section']}>{look.section}</p>
          <p>{look.text}</p>
          <p className="caption">{look.caption}</p>
          <p className="mono">{look.code}</p>
          <Row>
            <span>{formatNumber(75_000)}</span>
            <span>{formatShare(0.003)}</span>
            <span>{formatDuration(7_800_000)}</span>
            <span>{formatMoney('4.67', 'USD')}</span>
            <span>{formatDay('2026-11-22T12:00:00Z')}</span>
          </Row>
          <Row>
            <Button>{words.primary}</Button>
            <Button variant="default">{words.other}</Button>
            <Button variant="subtle">{words.quiet}</Button>
          </Row>
        </div>
      </Part>
    </Group>
  );
}
