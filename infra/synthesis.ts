import type { TerraformStack } from 'cdktf';
import { version } from 'cdktf/package.json';
import { RootConstruct } from 'constructs';
import { stackJson } from './stack-json';

/**
 * cdktf's App writes files, takes settings from the environment (CDKTF_OUTDIR, CDKTF_CONTEXT_JSON, SYNTH_HCL_OUTPUT,
 * ...) and resolves every stack twice, the first time only for references between stacks, which we have none of. So
 * the stacks are asked directly, and a test compares with what the App writes.
 */
export function synthesize(build: (root: RootConstruct) => readonly TerraformStack[]): Map<string, string> {
  return withoutCreationStacks(() => {
    const root = new RootConstruct();
    root.node.setContext('cdktfVersion', version);
    const stacks = build(root);
    for (const stack of stacks) stack.runAllValidations();
    return new Map([
      ['manifest.json', json(manifest(stacks))],
      ...stacks.map((stack): [string, string] => [stackPath(stack), json(clean(stackJson(stack)))]),
    ]);
  });
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
function manifest(stacks: readonly TerraformStack[]) {
  const entries = stacks.map((stack) => {
    const name = stack.node.id;
    const workingDirectory = `stacks/${name}`;
    return {
      annotations: [],
      constructPath: stack.node.path,
      dependencies: stack.dependencies.map(({ node }) => node.path),
      name,
      stackMetadataPath: `${workingDirectory}/metadata.json`,
      synthesizedStackPath: stackPath(stack),
      workingDirectory,
    };
  });
  return { stacks: Object.fromEntries(entries.map((entry) => [entry.name, entry])), version };
}

function stackPath(stack: TerraformStack): string {
  return `stacks/${stack.node.id}/cdk.tf.json`;
}

type Blocks = Record<string, Record<string, Record<string, unknown>>>;

/**
 * Without the construct paths that cdktf notes on each resource: noise in a diff. Those of the stack itself stay,
 * because the cdktf CLI reads them.
 */
function clean(stack: { resource?: Blocks; data?: Blocks }): object {
  for (const types of [stack.resource ?? {}, stack.data ?? {}]) {
    for (const blocks of Object.values(types)) {
      for (const block of Object.values(blocks)) delete block['//'];
    }
  }
  return stack;
}

function json(value: object): string {
  return `${JSON.stringify(sorted(value), null, 2)}\n`;
}

/** With keys in the order of their code units. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
