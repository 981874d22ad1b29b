import * as z from 'zod';
import { bakerySettings } from '../model/settings/bakery.settings';
import { choices } from '../model/settings/kinds';

/** JSON Schema of a bakery file, for editors: the settings are its only source. */
export function schemaText(): string {
  return `${JSON.stringify({ title: 'tezos-bakery: a bakery file', ...schemaOf(bakerySettings) }, null, 2)}\n`;
}

function schemaOf(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    target: 'draft-7',
    reused: 'inline',
    // A choice is read by a preprocessor, which says nothing of its input by itself.
    override: ({ zodSchema, jsonSchema }) => {
      const choice = choices.get(zodSchema as unknown as z.ZodType);
      if (!choice) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      const { $schema: _, ...object } = schemaOf(choice.inner);
      const one = { ...object, minProperties: 1, maxProperties: 1 };
      jsonSchema.anyOf = choice.words.length > 0 ? [{ type: 'string', enum: choice.words }, one] : [one];
    },
  });
}
