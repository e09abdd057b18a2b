/** YAML and JSON of deploy/, by their schemas where there is one. */
import { readFileSync } from 'node:fs';
import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';

const SCHEMAS = new URL('../../deploy/schemas/', import.meta.url);
const ajv = new Ajv({ allErrors: true, strict: false });
const compiled = new Map<string, ValidateFunction>();

export function checkYaml(root: string, path: string): string[] {
  return parse(root, path).faults;
}

export function checkJson(root: string, path: string): string[] {
  try {
    JSON.parse(readFileSync(`${root}${path}`, 'utf8'));
    return [];
  } catch (error) {
    return [`is no JSON: ${(error as Error).message}`];
  }
}

export function checkCompose(root: string, path: string): string[] {
  const { faults, values } = parse(root, path);
  return [...faults, ...values.flatMap((value) => violations('compose', '', value))];
}

export function checkKubernetes(root: string, path: string): string[] {
  const { faults, values } = parse(root, path);
  return [...faults, ...values.flatMap(manifestFaults)];
}

/** Of one manifest, by the schema of its kind. */
export function manifestFaults(value: unknown): string[] {
  const { kind } = (value ?? {}) as { kind?: unknown };
  if (kind === 'Secret') return ['has a Secret: secrets are made outside of the repository'];
  const known = Object.keys(schema('kubernetes')['definitions'] as object);
  if (!known.includes(`kind.${String(kind)}`)) return [`has a ${String(kind)}, which has no schema here`];
  return violations('kubernetes', `#/definitions/kind.${String(kind)}`, value);
}

function parse(root: string, path: string): { faults: string[]; values: unknown[] } {
  const documents = parseAllDocuments(readFileSync(`${root}${path}`, 'utf8'), { merge: true });
  if (!Array.isArray(documents)) return { faults: ['is empty'], values: [] };
  const faults = documents.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(({ message }) => `is no YAML: ${message}`),
  );
  return { faults, values: documents.map((document) => document.toJS() as unknown) };
}

function schema(name: string): AnySchemaObject {
  return JSON.parse(readFileSync(new URL(`${name}.json`, SCHEMAS), 'utf8')) as AnySchemaObject;
}

function violations(name: string, part: string, value: unknown): string[] {
  const validate = validator(name, part);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `does not fit its schema at ${instancePath || '/'}: ${message} ${JSON.stringify(params)}`,
  );
}

function validator(name: string, part: string): ValidateFunction {
  const known = compiled.get(name + part);
  if (known) return known;
  if (!ajv.getSchema(name)) ajv.addSchema(schema(name), name);
  const made = ajv.compile({ $ref: `${name}${part || '#'}` });
  compiled.set(name + part, made);
  return made;
}
