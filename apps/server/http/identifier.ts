import { name } from '../schemas/common.ts';
import { Validated } from './validated.pipe.ts';

/** A name or an id in a path: no database is asked for what can be none. */
export const identifier = new Validated(name, 'path');
