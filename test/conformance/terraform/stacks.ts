import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Plain JSON, as Terraform reads it. */
export type Json = any;

/** A resource or a data source. */
export interface Block {
  /** `google_compute_network.vpc`, `data.google_project.project` */
  readonly address: string;
  readonly type: string;
  readonly config: Json;
}

/** A stack of dist/infra. */
export interface Stack {
  readonly name: string;
  /** From the checkout's top: `dist/infra/stacks/mainnet/cdk.tf.json`. */
  readonly file: string;
  readonly text: string;
  readonly json: Json;
  readonly resources: readonly Block[];
  readonly data: readonly Block[];
}

export function distStacks(root: string): Stack[] {
  const folder = 'dist/infra/stacks';
  return readdirSync(join(root, folder))
    .sort()
    .map((name) => {
      const file = `${folder}/${name}/cdk.tf.json`;
      return stackOf(name, file, readFileSync(join(root, file), 'utf8'));
    });
}

export function stackOf(name: string, file: string, text: string): Stack {
  const json = JSON.parse(text);
  return { name, file, text, json, resources: blocks(json.resource, ''), data: blocks(json.data, 'data.') };
}

function blocks(section: Record<string, Record<string, Json>> = {}, prefix: string): Block[] {
  return Object.entries(section).flatMap(([type, byId]) =>
    Object.entries(byId).map(([id, config]) => ({ address: `${prefix}${type}.${id}`, type, config })),
  );
}

/** Files beside cdk.tf.json that Terraform would read too; nobody here judges them. */
export function strayFiles(root: string, { name }: Stack): string[] {
  const files = readdirSync(join(root, 'dist/infra/stacks', name));
  return files.filter((file) => /\.tf(vars)?(\.json)?$/.test(file) && file !== 'cdk.tf.json');
}

/** A copy of the stack with something changed, for showing the judges what they must refuse. */
export function edited(stack: Stack, edit: (json: Json) => void): Stack {
  const json = structuredClone(stack.json);
  edit(json);
  return stackOf(stack.name, stack.file, canonical(json));
}

/**
 * Keys sorted, two spaces. `terraform fmt` has no opinion on JSON (it passes over .tf.json), so this is the format;
 * and since a JSON reader keeps the last of two equal keys, a block that is there twice does not read back the same.
 */
export function isCanonical({ text, json }: Stack): boolean {
  return text === canonical(json);
}

export function canonical(json: Json): string {
  return `${JSON.stringify(sorted(json), null, 2)}\n`;
}

function sorted(node: Json): Json {
  if (Array.isArray(node)) return node.map(sorted);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, sorted(value)]));
}
