/**
 * One product in the list of policies. Its policy and its warnings come on their own, so that a list is there at once.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Domain } from '../../api/types.ts';
import { Cloth } from '../../components/Cloth.tsx';
import { Status } from '../../components/Status.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { plural } from '../../lib/format.ts';
import { readStatements } from './cedar/cedar-text.ts';
import { contentOf } from './draft.ts';
import classes from './PoliciesPage.module.css';
import { lintQuery, type Policy, policyQuery, type Tagged } from './policy-queries.ts';
import { names, rulesCount } from './words.ts';

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
      <td>{policy.data === undefined ? null : summary(policy.data.policy)}</td>
      <td>
        {policy.data === undefined ? null : <Warnings product={product} tagged={policy.data} />}
      </td>
      <td>{domain === null ? null : names(domain.owners)}</td>
    </tr>
  );
}

function Pending({ error }: { error: Error | null }) {
  if (error !== null) return <Status kind="unknown">not shown to you</Status>;
  return <span className="unseen">Loading</span>;
}

function Version({ tagged: { policy } }: { tagged: Tagged<Policy> }) {
  if (policy.version === 0) return <span className={classes['quiet']}>none of its own</span>;
  return (
    <>
      Version {policy.version}
      <span className={classes['under']}>
        <TimeText at={policy.updatedAt} />, {policy.updatedBy}
      </span>
    </>
  );
}

function summary({
  version,
  cedar,
  rowFilter,
  hiddenClassifications,
  autoApprovePurposes,
}: Policy) {
  if (version === 0) return 'Whoever has an agreement may read';
  const rules = readStatements(cedar ?? '')?.length ?? 0;
  const parts = [
    ...(rules > 0 ? [rulesCount(rules)] : []),
    ...(rowFilter === null ? [] : ['a row filter']),
    ...(hiddenClassifications.length === 0
      ? []
      : [`${names(hiddenClassifications).toLowerCase()} hidden`]),
    ...(autoApprovePurposes.length === 0
      ? []
      : [
          plural(autoApprovePurposes.length, {
            one: '# purpose approved at once',
            other: '# purposes approved at once',
          }),
        ]),
  ];
  return parts.length === 0 ? 'Whoever has an agreement may read' : parts.join(', ');
}

function Warnings({ product, tagged }: { product: string; tagged: Tagged<Policy> }) {
  const isWritten = tagged.policy.version > 0;
  const lint = useQuery({ ...lintQuery(product, contentOf(tagged)), enabled: isWritten });
  if (!isWritten || lint.data === undefined) return null;
  const { faults, warnings } = lint.data;
  if (faults.length > 0)
    return (
      <Status kind="missed">
        {plural(faults.length, { one: '# does not fit', other: '# do not fit' })}
      </Status>
    );
  if (warnings.length === 0) return <Status kind="kept">none</Status>;
  return (
    <Status kind="close">
      {plural(warnings.length, { one: '# warning', other: '# warnings' })}
    </Status>
  );
}
