/**
 * A contract in words: what it is for, its limits, terms, columns and who to ask.
 */
import type { ContractModel, ContractObject } from '@weft/core/contract/model';
import { Fragment } from 'react';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { formatName, formatShare } from '../../lib/format.ts';
import { safeLink } from '../../lib/links.ts';
import { personalColumns } from './personal.ts';
import { useOpenProduct } from './use-product.ts';
import classes from './VersionsTab.module.css';

export function ReadableContract() {
  const { model } = useOpenProduct();
  return (
    <div className={classes['words']}>
      <dl className={classes['facts']}>
        {termsOf(model).map(([name, value]) =>
          value === null || value === '' ? null : (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </Fragment>
          ),
        )}
        <Support model={model} />
      </dl>
      {model.objects.map((object) => (
        <ObjectColumns key={object.id} object={object} />
      ))}
    </div>
  );
}

function termsOf(model: ContractModel): [string, string | null][] {
  const { description, weft } = model;
  const personal = personalColumns(model);
  const purposes = weft.purposes.map((purpose) => formatName(purpose).toLowerCase());
  const most = weft.badShareMax;
  return [
    ['Made for', description.purpose],
    ['Limits', description.limitations],
    ['How to use it', description.usage],
    ['One row is', weft.granularity],
    ['Personal data', personal.length === 0 ? 'none' : personal.join(', ')],
    ['Allowed for', purposes.join(', ')],
    ['Lawful basis', weft.lawfulBasis === null ? null : formatName(weft.lawfulBasis)],
    ['Licence', weft.licence],
    ['Region', weft.region],
    ['Bad rows', most === null ? null : `a batch with more than ${formatShare(most)} is held`],
    ['At the end', DELETIONS[weft.deletionAction]],
  ];
}

const DELETIONS = { delete: 'deleted', anonymise: 'anonymised', keep: 'kept' } as const;

function ObjectColumns({ object }: { object: ContractObject }) {
  const { name, description, properties } = object;
  return (
    <section>
      <h3>
        <code>{name}</code> {description}
      </h3>
      <ScrollArea className={classes['scroll']} label={`Columns of ${name}`}>
        <table className={classes['table']}>
          <caption className="unseen">Columns of {name}</caption>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Type</th>
              <th scope="col">Empty</th>
              <th scope="col">Class</th>
              <th scope="col">What it is</th>
            </tr>
          </thead>
          <tbody>
            {properties.map((property) => (
              <tr key={property.name}>
                <th scope="row">
                  <code>{property.name}</code>
                </th>
                <td>{property.physicalType ?? property.logicalType}</td>
                <td>{property.required ? 'never' : 'may be'}</td>
                <td>{property.classification ?? 'no class'}</td>
                <td>{property.description}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </section>
  );
}

function Support({ model }: { model: ContractModel }) {
  if (model.support.length === 0) return null;
  return (
    <>
      <dt>Who to ask</dt>
      <dd>
        {model.support.map(({ channel, url }) => {
          const href = safeLink(url);
          return (
            <span key={channel} className={classes['channel']}>
              {href === null ? (
                channel
              ) : (
                <a href={href} target="_blank" rel="noreferrer noopener">
                  {channel}
                </a>
              )}
            </span>
          );
        })}
      </dd>
    </>
  );
}
