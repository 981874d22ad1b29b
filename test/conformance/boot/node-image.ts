import { copyFileSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cached } from '../tools/cache';
import { mustRun } from '../tools/run';
import { archive, hashOf } from './image-archive';

/**
 * What the official distroless image of Node holds, as far as a program can see: Node at its place, the libraries that it
 * is linked against, and users. No shell, no `env`, no `ls`: a pod that needs one of them fails here too. The Node is that
 * of this run. Answers a docker-archive.
 */
export async function nodeImage(names: readonly string[]): Promise<string> {
  const key = hashOf(JSON.stringify([process.version, names])).slice(0, 16);
  const folder = await cached(`boot-image-node-${key}`, async (draft) => {
    const root = join(draft, 'root');
    for (const path of ['nodejs/bin', 'etc', 'home/nonroot', 'tmp']) mkdirSync(join(root, path), { recursive: true });
    copyFileSync(process.execPath, join(root, 'nodejs/bin/node'));
    for (const library of await librariesOf(process.execPath)) {
      mkdirSync(join(root, dirname(library)), { recursive: true });
      copyFileSync(realpathSync(library), join(root, library));
    }
    writeFileSync(join(root, 'etc/passwd'), users);
    writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
    const layer = join(draft, 'layer.tar');
    await mustRun('tar', ['-C', root, '--mode=u+rwX,go+rX', '-cf', layer, '.']);
    const config = {
      Env: [`PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`],
      Entrypoint: ['/nodejs/bin/node'],
    };
    await archive(draft, { layers: [layer], config, names });
    for (const path of ['root', 'layer.tar']) rmSync(join(draft, path), { recursive: true });
  });
  return join(folder, 'image.tar');
}

const users = 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n';

/** Paths of the shared libraries of a program, and of what loads them. */
async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await mustRun('ldd', [program]);
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!);
}
