import { type KubeObject, type Manifest, nameOf } from '../../../charts/objects/kube-object';
import { type Api, ApiError, contentTypes } from './api';

/** What the server said to an object. */
export interface Verdict {
  readonly object: KubeObject;
  /** Why it was refused, in the server's words; undefined: it was taken. */
  readonly refused?: string;
  readonly warnings: readonly string[];
  /** The object as the server now holds it. */
  readonly returned?: any;
}

export interface ApplyOptions {
  /** Judged in full, kept not. */
  readonly dryRun?: boolean;
}

/** Server-side apply of one object, strictly validated, by one and the same owner of fields. */
export async function apply(api: Api, object: KubeObject, options: ApplyOptions = {}): Promise<Verdict> {
  const query = `fieldManager=kubectl&fieldValidation=Strict${options.dryRun ? '&dryRun=All' : ''}`;
  try {
    const path = await api.pathOf(object.manifest);
    const { body, warnings } = await api.send('PATCH', `${path}?${query}`, object.manifest, contentTypes.apply);
    return { object, warnings, returned: body };
  } catch (error) {
    if (error instanceof ApiError) return { object, refused: error.message, warnings: [] };
    throw error;
  }
}

/** Applies them in an order that works: a namespace before what lies in it, classes before claims. */
export async function applyAll(api: Api, objects: readonly KubeObject[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const object of [...objects].sort((a, b) => order(a.manifest) - order(b.manifest))) {
    verdicts.push(await apply(api, object));
  }
  return verdicts;
}

/** Applies them all; a refusal or a warning is an error. */
export async function mustApply(api: Api, objects: readonly KubeObject[]): Promise<void> {
  const complaints = (await applyAll(api, objects)).flatMap((verdict) => complaint(verdict) ?? []);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

function order({ kind, metadata }: Manifest): number {
  if (kind === 'Namespace') return 0;
  return metadata.namespace ? 2 : 1;
}

/** What is wrong with a verdict, for a person: object, file, the server's own words. Undefined: nothing. */
export function complaint({ object, refused, warnings }: Verdict): string | undefined {
  const words = [...(refused ? [`refused: ${refused}`] : []), ...warnings.map((warning) => `warning: ${warning}`)];
  if (words.length === 0) return undefined;
  return `${nameOf(object.manifest)} (${object.file})\n${words.map((line) => `  ${line}`).join('\n')}`;
}
