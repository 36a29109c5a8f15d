/**
 * Parts that say who may see what, and what a policy changed.
 */
import { AccessState } from '../../components/AccessState.tsx';
import { ColumnVeil } from '../../components/ColumnVeil.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { ProductRef } from '../../components/ProductRef.tsx';
import { Veil } from '../../components/Veil.tsx';
import { Group, Part, Row, State } from './Part.tsx';
import { words } from './words.ts';
import {
  ACCESS,
  access,
  MASKS,
  NAMELESS,
  PERSON,
  PRODUCTS,
  VEILED_VALUE,
  VEILS,
} from './words-access.ts';

export function AccessParts() {
  return (
    <Group id="access" title={words.access}>
      <Part name="AccessState">
        {ACCESS.map(({ name, ...state }) => (
          <State key={name} name={name}>
            <AccessState {...state} />
          </State>
        ))}
      </Part>
      <Part name="Veil">
        {VEILS.map((kind) => (
          <State key={kind} name={kind}>
            <Row>
              <Veil kind={kind} />
              <Veil kind={kind}>{VEILED_VALUE}</Veil>
            </Row>
          </State>
        ))}
      </Part>
      <Part name="ColumnVeil">
        {MASKS.map((mask) => (
          <State key={mask} name={mask}>
            <ColumnVeil mask={mask} />
          </State>
        ))}
      </Part>
      <Part name="ProductRef">
        {PRODUCTS.map((product, at) => (
          <State key={product} name={at === 1 ? access.noLink : access.link}>
            <ProductRef product={product} isLink={at !== 1} />
          </State>
        ))}
      </Part>
      <Part name="PersonName">
        <State name={access.named}>
          <PersonName id={PERSON.id} />
        </State>
        <State name={access.nameOnly}>
          <PersonName id={PERSON.id} hasId={false} />
        </State>
        <State name={access.nameless}>
          <PersonName id={NAMELESS} />
        </State>
      </Part>
    </Group>
  );
}
