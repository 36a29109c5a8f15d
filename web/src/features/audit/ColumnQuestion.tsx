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
  const facts = about.data?.facts as { columns?: Record<string, string> } | null | undefined;
  const columns = Object.keys(facts?.columns ?? {});
  const chosen = columns.includes(column) ? column : (columns[0] ?? '');
  return (
    <Panel title="Who saw a column">
      <div className={classes['question']}>
        <ProductField label="Product" value={product} onChange={setProduct} />
        <NativeSelect
          label="Column"
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
          Ask for the last 30 days
        </Button>
        {about.error === null ? null : <p className={classes['note']}>There is no such product.</p>}
      </div>
    </Panel>
  );
}
