import type { Plain } from './yaml';

/** An object as the API server gets it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: Plain | undefined;
}

/** An object, and the file of dist/ that holds it. */
export interface KubeObject {
  readonly file: string;
  readonly manifest: Manifest;
}

/** `StatefulSet mainnet-baking/baker`, `StorageClass mainnet-regional` */
export function nameOf({ kind, metadata: { name, namespace } }: Manifest): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}
