import { readFileSync } from 'node:fs';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { expect, it } from 'vitest';

const document = readFileSync(new URL('../../../tests/openapi.json', import.meta.url), 'utf8');

/** The API's named schemas as types; its operations and examples are left out. */
async function typesOf(document: OpenAPI3): Promise<string> {
  const nodes = await openapiTS({ ...document, paths: {} }, { defaultNonNullable: false });
  return `/** Made from tests/openapi.json by \`make schema\`; not to be changed by hand. */\n\n${astToString(nodes)}`;
}

it('schema.ts is what the API document says', async () => {
  const types = await typesOf(JSON.parse(document) as OpenAPI3);
  await expect(types, 'stale: run `make schema` and commit it').toMatchFileSnapshot('schema.ts');
});
