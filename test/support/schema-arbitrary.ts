import fc from 'fast-check';

/** What is used here of a JSON schema, as OpenAPI 3.1 writes it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface SchemaContext {
  readonly resolve: (ref: string) => JsonSchema;
  /** Values by the name of their property that lead somewhere, such as an id that exists. */
  readonly known: Readonly<Record<string, readonly unknown[]>>;
}

/** Values that a schema allows, now and then with something else anywhere in them. */
export function nearlyOf(schema: JsonSchema, context: SchemaContext): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: allowedBy(schema, context) },
    { weight: 1, arbitrary: fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.string({ unit: 'binary' })) },
  );
}

function allowedBy(schema: JsonSchema, context: SchemaContext): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return allowedBy(context.resolve(schema.$ref), context);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((each) => nearlyOf(each, context)));
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return fc.oneof(
    ...types.map((type) => ofType(type, schema, context)),
    ...(types.length ? [] : [fc.jsonValue()]),
  );
}

function ofType(type: string, schema: JsonSchema, context: SchemaContext): fc.Arbitrary<unknown> {
  const { minimum = -1000, maximum = 2 ** 40 } = schema;
  switch (type) {
    case 'object':
      return ofProperties(schema, context);
    case 'array':
      return fc.array(nearlyOf(schema.items ?? {}, context), { maxLength: 3 });
    case 'string':
      return ofText(schema);
    case 'integer':
      return fc.integer({ min: Math.ceil(minimum), max: Math.floor(maximum) });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'boolean':
      return fc.boolean();
    default:
      return fc.constant(null);
  }
}

function ofProperties(
  { properties = {}, required = [] }: JsonSchema,
  context: SchemaContext,
): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const values = context.known[name];
    const nearly = nearlyOf(schema, context);
    return [
      name,
      values === undefined ? nearly : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...values) }, nearly),
    ] as const;
  });
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
}

function ofText({ format, pattern, minLength = 0, maxLength = 30 }: JsonSchema): fc.Arbitrary<unknown> {
  if (format === 'date-time') {
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })
      .map((date) => date.toISOString());
  }
  const length = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 120)) };
  const any = fc.string({ unit: 'grapheme', ...length });
  // What stands for a class of Unicode cannot be made from its pattern.
  return pattern === undefined || pattern.includes('\\P') ? any : fc.stringMatching(new RegExp(pattern));
}
