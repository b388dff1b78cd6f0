import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';

/** Whether a document is one of a published schema, as a user's own validator would say. */
export function published(name: string): ValidateFunction {
  const file = new URL(`../../schema/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  formats.default.default(ajv);
  ajv.addVocabulary(['patternErrorMessage', 'deprecationMessage']);
  return ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
}
