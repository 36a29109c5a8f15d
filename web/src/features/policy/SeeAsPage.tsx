/**
 * What somebody else sees, and why: the very answer that he himself gets, drawn.
 */

import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { usePersonNames } from '../../api/names.ts';
import { useMe } from '../../app/session.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status } from '../../components/Status.tsx';
import { present } from '../../lib/search-params.ts';
import { type ExplainAsked, type Explanation, explainQuery } from './policy-queries.ts';
import { SeeAsForm } from './SeeAsForm.tsx';
import classes from './SeeAsPage.module.css';
import { Seen } from './Seen.tsx';
import { WhySo } from './WhySo.tsx';
import { reasonWords, seesWords, words } from './words-see.ts';

export function SeeAsPage() {
  const { subject, product, purpose, table, whole } = useSearch({ from: '/policies/see-as' });
  const reader = usePersonNames([subject ?? ''])(subject ?? '');
  const navigate = useNavigate({ from: '/policies/see-as' });
  const isAsked = subject !== undefined && product !== undefined && purpose !== undefined;
  const asked: ExplainAsked = {
    subject: subject ?? '',
    product: product ?? '',
    purpose: purpose ?? '',
    ...(table === undefined ? {} : { table }),
    ...(whole === 'yes' ? {} : { told: 'subject' as const }),
  };
  const answer = useQuery({
    ...explainQuery(asked),
    enabled: isAsked,
    placeholderData: keepPreviousData,
  });
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <h1>
          {isAsked && answer.data !== undefined && answer.error === null
            ? seesWords(answer.data, reader)
            : words.seeAs}
        </h1>
        {isAsked ? (
          <SegmentedControl
            aria-label={words.howMuch}
            data={[
              { value: 'told', label: words.asTold },
              { value: 'whole', label: words.allKnown },
            ]}
            value={whole === 'yes' ? 'whole' : 'told'}
            onChange={(value) =>
              void navigate({
                search: (old) =>
                  present({ ...old, whole: value === 'whole' ? ('yes' as const) : undefined }),
                replace: true,
              })
            }
          />
        ) : null}
      </header>
      <SeeAsForm />
      {isAsked ? (
        <Answer answer={answer} asked={asked} />
      ) : (
        <Empty title={words.ask}>{words.askHelp}</Empty>
      )}
    </div>
  );
}

interface AnswerProps {
  answer: {
    data: Explanation | undefined;
    error: Error | null;
    isPlaceholderData: boolean;
    refetch(): unknown;
  };
  asked: ExplainAsked;
}

function Answer({ answer, asked }: AnswerProps) {
  const me = useMe();
  const { data, error, isPlaceholderData } = answer;
  const reader = usePersonNames([asked.subject])(asked.subject);
  if (error !== null) {
    return (
      <ProblemBox
        error={error}
        onRetry={() => void answer.refetch()}
        elsewhere={words.pickReader}
      />
    );
  }
  if (data === undefined) return <Skeleton height={420} lines={8} />;
  return (
    <div className={classes['two']} data-stale={isPlaceholderData || undefined} aria-live="polite">
      <div className={classes['main']}>
        <p className={classes['reason']}>
          <Status kind={data.decision === 'permit' ? 'kept' : 'missed'} isRaised>
            {data.decision === 'permit' ? words.mayRead : words.mayNotRead}
          </Status>
          {reasonWords(data.reason)}
        </p>
        {data.seen === null ? null : <Seen seen={data.seen} title={words.seen} />}
        {data.change?.seen == null ? null : <Seen seen={data.change.seen} title={words.seenThen} />}
        <Panel
          title={words.answer}
          aside={<CopyButton label={words.copyAnswer} text={JSON.stringify(data)} />}
        >
          <p>
            {asked.told === undefined
              ? words.withDeciders
              : asked.subject === me.id
                ? words.own
                : words.whatHeGets(reader)}
          </p>
          <code className={classes['command']}>{command(asked)}</code>
        </Panel>
      </div>
      <WhySo explanation={data} />
    </div>
  );
}

function command({ subject, product, purpose, table, told }: ExplainAsked): string {
  const more = [
    ...(table === undefined ? [] : [`--table ${table}`]),
    ...(told === undefined ? [] : ['--as-told']),
  ];
  return ['weft access explain', subject, product, '--purpose', purpose, ...more].join(' ');
}
