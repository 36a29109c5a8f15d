/**
 * What somebody else sees, and why: the very answer that he himself gets, drawn.
 */
import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMe } from '../../app/session.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status } from '../../components/Status.tsx';
import { formatName } from '../../lib/format.ts';
import { present } from '../../lib/search-params.ts';
import { type ExplainAsked, type Explanation, explainQuery } from './policy-queries.ts';
import { SeeAsForm } from './SeeAsForm.tsx';
import classes from './SeeAsPage.module.css';
import { Seen } from './Seen.tsx';
import { WhySo } from './WhySo.tsx';

export function SeeAsPage() {
  const { subject, product, purpose, table, whole } = useSearch({ from: '/policies/see-as' });
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
            ? finding(answer.data)
            : 'See what somebody sees'}
        </h1>
        {isAsked ? (
          <SegmentedControl
            aria-label="How much is told"
            data={[
              { value: 'told', label: 'As he is told' },
              { value: 'whole', label: 'All that you may know' },
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
        <Empty title="Choose a reader, a product and a purpose">
          You are shown what he is shown: columns, rows, groups, and the smallest change that would
          turn it.
        </Empty>
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
  if (error !== null) return <ProblemBox error={error} onRetry={() => void answer.refetch()} />;
  if (data === undefined) return <Skeleton height={420} lines={8} />;
  return (
    <div className={classes['two']} data-stale={isPlaceholderData || undefined} aria-live="polite">
      <div className={classes['main']}>
        <p className={classes['reason']}>
          <Status kind={data.decision === 'permit' ? 'kept' : 'missed'} isRaised>
            {data.decision === 'permit' ? 'may read' : 'may not read'}
          </Status>
          {data.reason}
        </p>
        {data.seen === null ? null : <Seen seen={data.seen} title="What is seen" />}
        {data.change?.seen == null ? null : (
          <Seen seen={data.change.seen} title="What would be seen then" />
        )}
        <Panel
          title="The answer itself"
          aside={<CopyButton label="Copy the answer" text={JSON.stringify(data)} />}
        >
          <p>
            {asked.told === undefined
              ? 'With what only who decides on the product may know.'
              : asked.subject === me.id
                ? 'This is your own answer.'
                : `What ${asked.subject} gets from the API when he asks about himself, byte for byte.`}
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

function finding({ subject, product, purpose, seen }: Explanation): string {
  const why = formatName(purpose).toLowerCase();
  if (seen === null) return `${subject} sees nothing of ${product} for ${why}`;
  if (seen.granularity !== null) return `${subject} sees groups of ${product} for ${why}`;
  const whole = seen.columns.length + seen.hidden.length;
  const count = seen.hidden.length === 0 ? `all ${whole}` : `${seen.columns.length} of ${whole}`;
  return `${subject} sees ${count} columns of ${product} for ${why}`;
}
