/**
 * Whose pages these are, for who produces for no domain and has their address.
 */
import { givesRoles } from '../../api/rights.ts';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { words } from './draft/words-draft.ts';
import classes from './Produce.module.css';

export function NotAProducer() {
  const me = useMe();
  return (
    <div className={classes['page']}>
      <h1>{words.noDomain}</h1>
      <div className={classes['card']}>
        <Empty
          title={words.noDomainTitle}
          action={
            givesRoles(me) ? (
              <LinkButton variant="default" link={{ to: '/people' }}>
                {words.toPeople}
              </LinkButton>
            ) : undefined
          }
        >
          {words.noDomainHelp}
        </Empty>
      </div>
    </div>
  );
}
