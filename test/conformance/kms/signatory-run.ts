import { mustRun } from '../tools/run';
import type { HardwareKey, RenderedGateway } from './kms-bakery';

/** One request, as the baker or the kubelet makes it. */
export interface Question {
  readonly instance: number;
  readonly port: 'signer' | 'metrics' | string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** Instances that are started (anew, killed before), then questions that are asked at once. */
export interface Step {
  readonly start?: readonly number[];
  readonly ask: readonly Question[];
}

/** `status` 0: no answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What a step brought: the answers, in the order of the questions, and what the hardware signed. */
export interface Done {
  readonly answers: readonly Answer[];
  readonly made: readonly { readonly key: string; readonly digest: string; readonly r: string }[];
}

export interface Result {
  readonly steps: readonly Done[];
  /** Paths of the documents in the database. */
  readonly marks: readonly string[];
  /** How often a transaction found that another one had been faster. */
  readonly aborted: number;
  /** The most memory that one of them has taken. */
  readonly peakMiB: number;
  readonly log: string;
}

/** Programs built from the module in go/. */
export interface Programs {
  readonly judge: string;
  readonly signatory: string;
}

interface Run {
  readonly gateway: RenderedGateway;
  readonly keys: readonly HardwareKey[];
  readonly steps: readonly Step[];
  readonly folder: string;
}

/** Signatory with the rendered configuration, but for its ports, in front of a Google of its own. */
export async function runSignatory(programs: Programs, { gateway, keys, steps, folder }: Run): Promise<Result> {
  const task = {
    program: programs.signatory,
    folder,
    command: gateway.command.slice(1),
    place: gateway.place,
    keys: keys.map(({ curve, pem, d }, i) => ({ name: gateway.keyNames[i], curve, pem, d })),
    config: gateway.config,
    ...gateway.listens,
    steps,
  };
  const { stdout } = await mustRun(programs.judge, [], {
    alone: folder,
    input: JSON.stringify(task),
    timeoutSeconds: 60,
  });
  const result = JSON.parse(stdout) as Result;
  return { ...result, steps: result.steps.map(({ answers, made }) => ({ answers, made: made ?? [] })) };
}
