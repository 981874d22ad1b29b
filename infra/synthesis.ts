import type { TerraformStack } from 'cdktf';
import { version } from 'cdktf/package.json';
import { RootConstruct } from 'constructs';
import { stackFile, stackFolder } from '../model/terraform-outputs';

/** A stack as Terraform reads it. */
interface Synthesized {
  readonly text: string;
  /** `google_compute_address.dal` */
  readonly resources: readonly string[];
}

/**
 * cdktf's App writes files, takes settings from the environment (CDKTF_OUTDIR, CDKTF_CONTEXT_JSON, SYNTH_HCL_OUTPUT,
 * ...) and resolves every stack twice, the first time only for references between stacks, which we have none of. So
 * the stack is asked directly, each below a root of its own, and a test compares with what the App writes.
 */
export function synthesize(build: (root: RootConstruct) => TerraformStack): Synthesized {
  return withoutCreationStacks(() => {
    const root = new RootConstruct();
    root.node.setContext('cdktfVersion', version);
    const stack = build(root);
    stack.runAllValidations();
    const config = withoutPaths(stack.toTerraform());
    const types = Object.entries(config.resource ?? {});
    return {
      text: json(config),
      resources: types.flatMap(([type, blocks]) => Object.keys(blocks).map((id) => `${type}.${id}`)),
    };
  });
}

/** By type, then by id. */
type Blocks = Record<string, Record<string, { '//'?: object }>>;
interface Config {
  readonly resource?: Blocks;
  readonly data?: Blocks;
}

/** cdktf notes on each block the path of its construct: noise in a diff. */
function withoutPaths(config: Config): Config {
  const types = [config.resource, config.data].flatMap((blocks) => Object.values(blocks ?? {}));
  for (const block of types.flatMap((ofType) => Object.values(ofType))) delete block['//'];
  return config;
}

/**
 * cdktf notes on each of its tokens the call stack it was made in, for messages that nobody here sees; that is most
 * of its time. Errors do not take this way to their stack, so one thrown in here keeps it.
 */
function withoutCreationStacks<T>(run: () => T): T {
  const before = Error.captureStackTrace;
  Error.captureStackTrace = () => {};
  try {
    return run();
  } finally {
    Error.captureStackTrace = before;
  }
}

/** The index that the cdktf CLI starts from, as `cdktf/lib/manifest.js` builds it. */
export function stackIndex(names: readonly string[]): string {
  const entries = names.map((name) => {
    const workingDirectory = stackFolder(name);
    return {
      annotations: [],
      constructPath: name,
      dependencies: [],
      name,
      stackMetadataPath: `${workingDirectory}/metadata.json`,
      synthesizedStackPath: stackFile(name),
      workingDirectory,
    };
  });
  return json({ stacks: Object.fromEntries(entries.map((entry) => [entry.name, entry])), version });
}

function json(value: object): string {
  return `${JSON.stringify(sorted(value), null, 2)}\n`;
}

/** With keys in the order of their code units. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]));
}
