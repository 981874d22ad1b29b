import type { KubeObject } from '../../../charts/objects/kube-object';
import type { Edit } from '../../../model/rules/rule';
import { readBakeryFiles } from '../../../synth/read-bakeries';
import { renderChanged } from '../changed-bakery';
import { distObjects } from '../dist-objects';

/**
 * What dist/ says of a bakery; after an edit of its file, what it would say of one that nobody has deployed: its signers
 * have the keys of this run, and a signer with another key is another one. `root`: the checkout.
 */
export function objectsAfter(root: string, bakery: string, edit: Edit): readonly KubeObject[] {
  if (edit.length === 0) return distObjects(root, bakery);
  return renderChanged(readBakeryFiles(root), bakery, edit, new Map()).objects;
}
