/** Loaded before every test file: properties start from WEFT_SEED, so that a run can be repeated. */
import fc from 'fast-check';

const seed = process.env['WEFT_SEED'];
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
