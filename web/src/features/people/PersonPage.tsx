/**
 * One person or service: what it is and may do, what it reads, how it gets in, and how it is kept out.
 */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { givesRoles, seesPeople } from '../../api/rights.ts';
import { useMe } from '../../app/session.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status } from '../../components/Status.tsx';
import { GettingIn } from './GettingIn.tsx';
import { NotForYou, PageProblem } from './NotForYou.tsx';
import classes from './People.module.css';
import { PersonAgreements } from './PersonAgreements.tsx';
import { type Seen, type User, userQuery } from './people-queries.ts';
import { RightsForm } from './RightsForm.tsx';
import { Standing } from './Standing.tsx';
import { attributeWords, domainWords, kindWords, roleWords, words } from './words.ts';

export function PersonPage() {
  const { person } = useParams({ from: '/people/$person' });
  const me = useMe();
  if (!seesPeople(me) && me.id !== person) {
    return (
      <NotForYou heading={words.refused} title={words.refusedTitle} rule={words.refusedHelp} />
    );
  }
  return <Person key={person} id={person} />;
}

function Person({ id }: { id: string }) {
  const answer = useQuery(userQuery(id));
  if (answer.error !== null) {
    return <PageProblem heading={id} error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  if (answer.data === undefined) return <Skeleton height={560} lines={9} label={words.loading} />;
  const { value: user } = answer.data;
  return (
    <div className={classes['page']}>
      <header>
        <h1>{user.name}</h1>
        <p className={classes['meta']}>
          <code>{user.id}</code>
          <span>{kindWords(user)}</span>
          {user.state === 'active' ? null : <Status kind="missed">{words.disabled}</Status>}
          <span>
            <Phrase parts={words.changed(user.updatedAt)} />
          </span>
        </p>
      </header>
      <div className={classes['two']}>
        <div className={classes['column']}>
          <Panel title={words.rightsOf(user.name)}>
            <Rights seen={answer.data} />
          </Panel>
          <PersonAgreements subject={user.id} />
        </div>
        <Aside user={user} />
      </div>
    </div>
  );
}

function Aside({ user }: { user: User }) {
  const me = useMe();
  const mayGive = givesRoles(me);
  return (
    <div className={classes['column']}>
      {mayGive || me.id === user.id ? (
        <Panel title={words.signIn}>
          <GettingIn user={user} />
        </Panel>
      ) : null}
      {mayGive ? (
        <Panel title={words.standing}>
          <Standing user={user} />
        </Panel>
      ) : null}
      {seesPeople(me) ? (
        <p>
          <Link to="/audit" search={{ actor: user.id }}>
            {words.inAudit}
          </Link>
        </p>
      ) : null}
    </div>
  );
}

function Rights({ seen }: { seen: Seen<User> }) {
  const me = useMe();
  const { value: user } = seen;
  if (user.kind === 'external') return <AsTheyAre user={user} why={words.external} />;
  if (user.roles.includes('node')) return <AsTheyAre user={user} why={words.node} />;
  if (!givesRoles(me)) return <AsTheyAre user={user} why={words.onlyPlatform} />;
  return <RightsForm seen={seen} />;
}

function AsTheyAre({ user, why }: { user: User; why: string }) {
  const domains = domainWords(user);
  const attributes = attributeWords(user.attributes, Number.POSITIVE_INFINITY);
  return (
    <>
      <dl className={classes['facts']}>
        <dt>{words.roles}</dt>
        <dd>{roleWords(user.roles)}</dd>
        <dt>{words.domains}</dt>
        <dd>{domains === '' ? words.noRole : domains}</dd>
        <dt>{words.attributes}</dt>
        <dd>{attributes === '' ? words.noRole : attributes}</dd>
      </dl>
      <p className={classes['hint']}>{why}</p>
    </>
  );
}
