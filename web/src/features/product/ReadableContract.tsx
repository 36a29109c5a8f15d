/**
 * A contract in words: what it is for, its limits, terms, columns and who to ask.
 */
import type { ContractModel, ContractObject } from '@weft/core/contract/model';
import { Fragment } from 'react';
import { priceWords } from '../../components/price-words.ts';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { formatName } from '../../lib/format.ts';
import { safeLink } from '../../lib/links.ts';
import { personalColumns } from './personal.ts';
import { useOpenProduct } from './use-product.ts';
import classes from './VersionsTab.module.css';
import { words } from './words-versions.ts';

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
    [words.madeFor, description.purpose],
    [words.limits, description.limitations],
    [words.usage, description.usage],
    [words.oneRow, weft.granularity],
    [words.personal, personal.length === 0 ? words.noPersonal : personal.join(', ')],
    [words.allowedFor, purposes.join(', ')],
    [words.lawfulBasis, weft.lawfulBasis === null ? null : formatName(weft.lawfulBasis)],
    [words.price, priceWords(model.price)],
    [words.licence, weft.licence],
    [words.region, weft.region],
    [words.badRows, most === null ? null : words.heldAbove(most)],
    [words.atEnd, words.deletions[weft.deletionAction]],
  ];
}

function ObjectColumns({ object }: { object: ContractObject }) {
  const { name, description, properties } = object;
  return (
    <section>
      <h3>
        <code>{name}</code> {description}
      </h3>
      <ScrollArea className={classes['scroll']} label={words.columnsOf(name)}>
        <table className={classes['table']}>
          <caption className="unseen">{words.columnsOf(name)}</caption>
          <thead>
            <tr>
              <th scope="col">{words.column}</th>
              <th scope="col">{words.type}</th>
              <th scope="col">{words.empty}</th>
              <th scope="col">{words.class}</th>
              <th scope="col">{words.description}</th>
            </tr>
          </thead>
          <tbody>
            {properties.map((property) => (
              <tr key={property.name}>
                <th scope="row">
                  <code>{property.name}</code>
                </th>
                <td>{property.physicalType ?? property.logicalType}</td>
                <td>{property.required ? words.never : words.mayBe}</td>
                <td>{property.classification ?? words.noClass}</td>
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
      <dt>{words.support}</dt>
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
