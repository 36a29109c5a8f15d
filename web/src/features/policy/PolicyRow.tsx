/**
 * One product in the list of policies. Its policy and its warnings come on their own, so that a list is there at once.
 */

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { usePersonNames } from '../../api/names.ts';
import type { Domain } from '../../api/types.ts';
import { Cloth } from '../../components/Cloth.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { Status } from '../../components/Status.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { readStatements } from '../../lib/cedar-text.ts';
import { listAll } from '../../lib/language.ts';
import { contentOf } from './draft.ts';
import classes from './PoliciesPage.module.css';
import { lintQuery, type Policy, policyQuery, type Tagged } from './policy-queries.ts';
import { summary, words } from './words.ts';

interface PolicyRowProps {
  product: { product: string; title: string; domain: string };
  domain: Domain | null;
}

export function PolicyRow({
  product: { product, title, domain: ofDomain },
  domain,
}: PolicyRowProps) {
  const policy = useQuery(policyQuery(product));
  return (
    <tr>
      <th scope="row">
        <Link className={classes['product']} to="/policies/$product" params={{ product }}>
          <Cloth domain={ofDomain} size={26} />
          <span>
            <b>{title}</b>
            <span className={`mono ${classes['name']}`}>{product}</span>
          </span>
        </Link>
      </th>
      <td>
        {policy.data === undefined ? (
          <Pending error={policy.error} />
        ) : (
          <Version tagged={policy.data} />
        )}
      </td>
      <td>
        {policy.data === undefined ? <Room error={policy.error} /> : summaryOf(policy.data.policy)}
      </td>
      <td>
        {policy.data === undefined ? (
          <Room error={policy.error} />
        ) : (
          <Warnings product={product} tagged={policy.data} />
        )}
      </td>
      <td>{domain === null ? null : <Owners ids={domain.owners} />}</td>
    </tr>
  );
}

function Owners({ ids }: { ids: readonly string[] }) {
  const nameOf = usePersonNames(ids);
  return ids.length === 0 ? words.noOwner : listAll(ids.map(nameOf));
}

/** A line for what is on its way: rows of a phone stay where they are. */
function Room({ error }: { error: Error | null }) {
  return error === null ? <span className={classes['line']} /> : null;
}

function Pending({ error }: { error: Error | null }) {
  if (error !== null) return <Status kind="unknown">{words.notShown}</Status>;
  return (
    <>
      <span className="unseen">{words.loading}</span>
      <span className={classes['room']} />
    </>
  );
}

function Version({ tagged: { policy } }: { tagged: Tagged<Policy> }) {
  if (policy.version === 0) return <span className={classes['quiet']}>{words.noneOwn}</span>;
  return (
    <>
      {words.versionOf(policy.version)}
      <span className={classes['under']}>
        <TimeText at={policy.updatedAt} />, <PersonName id={policy.updatedBy} hasId={false} />
      </span>
    </>
  );
}

function summaryOf(policy: Policy): string {
  const { version, cedar, rowFilter, hiddenClassifications, autoApprovePurposes } = policy;
  return summary({
    rules: version === 0 ? 0 : (readStatements(cedar ?? '')?.length ?? 0),
    hasFilter: version > 0 && rowFilter !== null,
    hiddenClasses: version === 0 ? [] : hiddenClassifications,
    atOnce: version === 0 ? 0 : autoApprovePurposes.length,
  });
}

function Warnings({ product, tagged }: { product: string; tagged: Tagged<Policy> }) {
  const isWritten = tagged.policy.version > 0;
  const lint = useQuery({ ...lintQuery(product, contentOf(tagged)), enabled: isWritten });
  if (!isWritten) return null;
  if (lint.data === undefined) return <Room error={lint.error} />;
  const { faults, warnings } = lint.data;
  if (faults.length > 0) return <Status kind="missed">{words.faultCount(faults.length)}</Status>;
  if (warnings.length === 0) return <Status kind="kept">{words.none}</Status>;
  return <Status kind="close">{words.warningCount(warnings.length)}</Status>;
}
