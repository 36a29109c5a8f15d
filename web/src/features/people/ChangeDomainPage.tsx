/**
 * Changes a domain over what was seen: its title, who owns and who guards it. Where its node answers stays.
 */
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { keepsDomain } from '../../api/rights.ts';
import type { Domain } from '../../api/types.ts';
import { useMe } from '../../app/session.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useSending } from '../../components/use-sending.ts';
import {
  bodyOf,
  type DomainDraft,
  DomainFields,
  DomainProblem,
  draftOfDomain,
  isDomainDraft,
} from './DomainFields.tsx';
import { useKeptChange } from './kept-change.ts';
import { NotForYou, PageProblem } from './NotForYou.tsx';
import classes from './People.module.css';
import { domainQuery, isOvertaken, putDomain, type Seen } from './people-queries.ts';
import { words } from './words-domains.ts';

export function ChangeDomainPage() {
  const { domain } = useParams({ from: '/domains/$domain' });
  const me = useMe();
  const answer = useQuery(domainQuery(domain));
  if (answer.error !== null) {
    return (
      <PageProblem heading={domain} error={answer.error} onRetry={() => void answer.refetch()} />
    );
  }
  if (answer.data === undefined) return <Skeleton height={500} lines={8} label={words.loading} />;
  const { value } = answer.data;
  if (!keepsDomain(me, value)) {
    return (
      <NotForYou
        heading={value.title}
        title={words.refusedTitle(value.title)}
        rule={words.refusedHelp}
        action={
          <LinkButton variant="default" link={{ to: '/d/$domain', params: { domain } }}>
            {words.back}
          </LinkButton>
        }
      />
    );
  }
  return (
    <div className={classes['page']}>
      <header>
        <h1>{words.changeNamed(value.title)}</h1>
        <p className={classes['meta']}>
          <code>{domain}</code>
          <Link to="/d/$domain" params={{ domain }}>
            {words.back}
          </Link>
        </p>
      </header>
      <DomainForm key={domain} seen={answer.data} />
    </div>
  );
}

function DomainForm({ seen }: { seen: Seen<Domain> }) {
  const { draft, base, isChanged, put, drop } = useKeptChange({
    place: `domain:${seen.value.name}`,
    seen,
    draftOf: draftOfDomain,
    isDraft: isDomainDraft,
    isOther,
  });
  const [said, setSaid] = useState<string | null>(null);
  const save = useSave(base, () => setSaid(words.saved));
  return (
    <form
      className={`${classes['form']} ${classes['narrow']}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) save.mutate(draft, { onSuccess: () => drop() });
        else setSaid(words.nothingChanged);
      }}
    >
      <Panel title={words.domain}>
        <div className={classes['form']}>
          <DomainFields
            draft={draft}
            onChange={(part) => {
              setSaid(null);
              put(part);
            }}
          />
        </div>
      </Panel>
      <Refused
        error={save.error}
        name={base.value.name}
        draft={draft}
        onSeen={() => {
          drop();
          save.reset();
        }}
      />
      <div className={classes['row']}>
        <Button type="submit" loading={save.isPending}>
          {words.save}
        </Button>
        {isChanged ? (
          <Button
            variant="subtle"
            onClick={() => {
              drop();
              save.reset();
            }}
          >
            {words.leave}
          </Button>
        ) : null}
        <p className="caption" role="status">
          {said}
        </p>
      </div>
    </form>
  );
}

function isOther(domain: Domain, draft: DomainDraft): boolean {
  const text = (one: DomainDraft): string => JSON.stringify(bodyOf(domain.name, one));
  return text(draftOfDomain(domain)) !== text(draft);
}

function useSave(base: Seen<Domain>, onSaved: () => void) {
  const client = useQueryClient();
  const { name } = base.value;
  return useSending({
    mutationFn: async (draft: DomainDraft) => {
      await putDomain(bodyOf(name, draft), base);
      return await client.fetchQuery({ ...domainQuery(name), staleTime: 0 });
    },
    onSuccess: async () => {
      onSaved();
      await Promise.all(
        [['domains'], ['domain', name]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
}

interface RefusedProps {
  error: unknown;
  name: string;
  draft: DomainDraft;
  onSeen(): void;
}

function Refused({ error, name, draft, onSeen }: RefusedProps) {
  const client = useQueryClient();
  if (!isOvertaken(error)) return <DomainProblem error={error} draft={draft} />;
  const look = async () => {
    await client.fetchQuery({ ...domainQuery(name), staleTime: 0 });
    onSeen();
  };
  return (
    <div className={classes['card']}>
      <ProblemBox
        error={error}
        action={
          <Button variant="default" onClick={() => void look()}>
            {words.seeNow}
          </Button>
        }
      />
    </div>
  );
}
