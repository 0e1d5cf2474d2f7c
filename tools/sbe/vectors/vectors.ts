// Vectors of a schema from a seed: for each message its bytes and its fields.

import type { MessageSchemaIr } from '../ir.js';
import type { Vector, VectorFields } from '../parse/vectors.js';
import { encodeMessage } from './encode.js';
import { Random } from './random.js';
import { randomFields } from './random_fields.js';

export function vectorsOf(schema: MessageSchemaIr, count: number, seed: number): Vector[] {
  const random = new Random(seed);
  return schema.messages.flatMap((message) =>
    Array.from({ length: count }, (_, at) => {
      const drawn = randomFields(schema, message, random);
      const first = message.fields[0];
      // A message of a fixed layout begins with its own discriminator.
      const own =
        message.discriminator === undefined || first === undefined ? {} : { [first.name]: message.discriminator };
      const fields: VectorFields = { ...drawn, ...own };
      const hex = Buffer.from(encodeMessage(schema, message, fields)).toString('hex');
      return { name: `seed ${seed}, ${at + 1}`, message: message.name, hex, fields };
    }),
  );
}
