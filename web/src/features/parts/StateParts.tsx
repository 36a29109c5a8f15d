/**
 * What a page shows when there is nothing, when it waits, when it failed, and while work goes on; and the frame of all of it.
 */
import { Button } from '@mantine/core';
import { Breakable } from '../../components/Breakable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { More } from '../../components/More.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { StaleLine } from '../../components/Stale.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { WorkLine } from '../../components/WorkLine.tsx';
import { Group, Part, State } from './Part.tsx';
import classes from './StateParts.module.css';
import { words } from './words.ts';
import { AWAY, PROBLEMS, SENTENCE, states, TIMES, WORKS } from './words-states.ts';

const MORE = { hasNextPage: true, fetchNextPage: async () => {} };

export function StateParts() {
  return (
    <Group id="states" title={words.states}>
      <Part name="Empty">
        <Empty
          title={states.emptyTitle}
          action={<Button variant="default">{states.emptyAction}</Button>}
        >
          {states.emptyText}
        </Empty>
        <Empty title={states.emptyAlone} />
      </Part>
      <Part name="Skeleton">
        <Skeleton height={90} />
      </Part>
      <Problems />
      <Part name="StaleLine" isWide>
        <StaleLine {...AWAY} onRetry={() => {}} />
      </Part>
      <Part name="WorkLine" isWide>
        <div className={classes['works']}>
          {WORKS.map((work) => (
            <WorkLine key={work.id} work={work} />
          ))}
        </div>
      </Part>
      <Part name="TimeText">
        {TIMES.map(({ name, at }) => (
          <State key={name} name={name}>
            <TimeText at={at} />
          </State>
        ))}
      </Part>
      <Part name="Phrase">
        <p>
          <Phrase parts={SENTENCE} />
        </p>
      </Part>
      <Part name="Breakable">
        <div className={classes['narrow']}>
          <Breakable text={states.names} />
        </div>
      </Part>
      <Part name="More">
        <More answer={{ ...MORE, isFetchingNextPage: false }}>{states.more}</More>
        <More answer={{ ...MORE, isFetchingNextPage: true }}>{states.more}</More>
      </Part>
      <Part name="Panel">
        <Panel title={states.panel} aside={states.aside}>
          <p>{states.panelText}</p>
        </Panel>
        <Panel title={states.flush} isFlush>
          <p>{states.panelText}</p>
        </Panel>
      </Part>
    </Group>
  );
}

function Problems() {
  return (
    <Part name="ProblemBox" isWide>
      <div className={classes['works']}>
        {PROBLEMS.map(({ name, error }, at) => (
          <div key={name}>
            <p className="caption">{name}</p>
            <ProblemBox
              error={error}
              onRetry={() => {}}
              action={at === 0 ? <Button variant="default">{states.takeOut}</Button> : undefined}
            />
          </div>
        ))}
      </div>
    </Part>
  );
}
