/**
 * Parts of a clean room: a question in slots, its price, its answer with noise, and what may be said of it.
 */
import { useState } from 'react';
import { BudgetGauge } from '../../components/BudgetGauge.tsx';
import { Certificate } from '../../components/Certificate.tsx';
import { IntervalChart } from '../../components/IntervalChart.tsx';
import { MaySay } from '../../components/MaySay.tsx';
import { SlotSentence, slotText } from '../../components/SlotSentence.tsx';
import { Group, Part, State } from './Part.tsx';
import classes from './RoomParts.module.css';
import { words } from './words.ts';
import { forms, QUESTION } from './words-forms.ts';
import { AGES, BASKETS, BUDGETS, PROOF, room } from './words-room.ts';

export function RoomParts() {
  return (
    <Group id="room" title={words.room}>
      <Part name="SlotSentence">
        <Question />
      </Part>
      <Part name="Certificate">
        <Certificate rows={PROOF} />
      </Part>
      <Part name="BudgetGauge" isWide>
        <div className={classes['budgets']}>
          {BUDGETS.map(({ name, ...amounts }) => (
            <div key={name}>
              <p className="caption">{name}</p>
              <BudgetGauge {...amounts} />
            </div>
          ))}
        </div>
      </Part>
      <Part name="IntervalChart" isWide>
        <IntervalChart title={room.ages} rows={AGES} unit={room.households} />
        <IntervalChart title={room.baskets} rows={BASKETS} unit={room.unit} />
        <IntervalChart title={room.allWithheld} rows={AGES.slice(0, 1)} unit={room.households} />
      </Part>
      <Part name="MaySay" isWide>
        <MaySay rows={AGES} sharper={room.sharper} />
      </Part>
    </Group>
  );
}

function Question() {
  const [values, setValues] = useState<Record<string, string>>({});
  return (
    <>
      <SlotSentence
        label={forms.question}
        parts={QUESTION}
        values={values}
        onChange={(name, value) => setValues({ ...values, [name]: value })}
      />
      <State name={forms.asText}>{slotText(QUESTION, values)}</State>
    </>
  );
}
