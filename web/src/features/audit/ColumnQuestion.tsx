/**
 * Who was let at a column: the question that a person asks of the log most often, ready to be asked.
 */
import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { productQuery } from '../../api/queries.ts';
import { Panel } from '../../components/Panel.tsx';
import { ProductField } from '../../components/ProductField.tsx';
import classes from './AuditPage.module.css';
import { words } from './words.ts';

export function ColumnQuestion() {
  const { column: asked } = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const [ofDomain = '', ofProduct = '', ofColumn = ''] = asked?.split('.') ?? [];
  const [product, setProduct] = useState('');
  const [column, setColumn] = useState('');
  useEffect(() => {
    if (ofColumn === '') return;
    setProduct(`${ofDomain}.${ofProduct}`);
    setColumn(ofColumn);
  }, [ofDomain, ofProduct, ofColumn]);
  const about = useQuery({ ...productQuery(product), enabled: product !== '' });
  const columns = Object.keys(about.data?.facts?.columns ?? {});
  const chosen = columns.includes(column) ? column : (columns[0] ?? '');
  return (
    <Panel title={words.whoSaw}>
      <div className={classes['question']}>
        <ProductField label={words.product} value={product} onChange={setProduct} />
        <NativeSelect
          label={words.column}
          disabled={columns.length === 0}
          data={columns}
          value={chosen}
          onChange={({ currentTarget: { value } }) => setColumn(value)}
        />
        <Button
          variant="default"
          disabled={chosen === ''}
          onClick={() =>
            void navigate({ search: { column: `${product}.${chosen}`, span: 'P30D' } })
          }
        >
          {words.ask}
        </Button>
        {about.error === null ? null : <p className={classes['note']}>{words.noProduct}</p>}
      </div>
    </Panel>
  );
}
