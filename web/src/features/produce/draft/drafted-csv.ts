/**
 * How CSV files of a product look (`weftCsv`), as far as the form changes it: what stands between fields, and the encoding.
 */
import { type Document, isMap, isScalar, isSeq } from 'yaml';

type Path = readonly (string | number)[];

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export const ENCODINGS = ['utf-8', 'windows-1252', 'latin-1', 'utf-16'] as const;

export interface CsvForm {
  delimiter: string;
  encoding: string;
}

/** What holds where the contract says nothing. */
const USUAL: CsvForm = { delimiter: ',', encoding: 'utf-8' };
const LIST = 'customProperties';
const NAME = 'weftCsv';

/** Null where it is said in a way that the form would change. */
export function csvOf(document: Document): CsvForm | null {
  const entry = entryOf(document);
  if (entry === null) return USUAL;
  const said = document.getIn([...entry, 'value'], true);
  if (!isMap(said) || said.anchor !== undefined) return null;
  const text = (key: keyof CsvForm): string | null => {
    if (!said.has(key)) return USUAL[key];
    const node = said.get(key, true);
    return isScalar(node) && typeof node.value === 'string' ? node.value : null;
  };
  const [delimiter, encoding] = [text('delimiter'), text('encoding')];
  return delimiter === null || encoding === null ? null : { delimiter, encoding };
}

/** What is usual is not written down. */
export function putCsv(document: Document, key: keyof CsvForm, value: string): void {
  if (csvOf(document) === null) return;
  const entry = entryOf(document);
  if (entry === null) {
    if (value === USUAL[key]) return;
    const added = document.createNode({ property: NAME, value: { [key]: value } });
    if (document.has(LIST)) document.addIn([LIST], added);
    else document.set(LIST, document.createNode([added]));
    return;
  }
  const path = [...entry, 'value'];
  if (value !== USUAL[key]) {
    document.setIn([...path, key], value);
    return;
  }
  document.deleteIn([...path, key]);
  const left = document.getIn(path, true);
  if (isMap(left) && left.items.length === 0) document.deleteIn(entry);
}

function entryOf(document: Document): Path | null {
  const list = document.get(LIST, true);
  if (!isSeq(list)) return null;
  const at = list.items.findIndex((item) => isMap(item) && item.get('property') === NAME);
  return at === -1 ? null : [LIST, at];
}
