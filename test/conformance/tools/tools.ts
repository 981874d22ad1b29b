import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cached, cachedInPlace, folderHash } from './cache';
import { mustRun, run } from './run';

/** The one Kubernetes that judges; the same number stands in go/go.mod. */
export const kubernetesVersion = '1.35.4';

/** Programs of pinned versions, installed when they are first asked for. Every answer is an absolute path. */
export class Tools {
  private aptUpdated: Promise<unknown> | undefined;

  /** `root`: the folder test/conformance of the checkout. */
  constructor(private readonly root: string) {}

  /** A program of a Go module at a version: `go install <module>@<version>`; `binary` is its file name. */
  async goInstall(module: string, version: string, binary: string): Promise<string> {
    const folder = await cached(`go-${binary}-${version}`, async (draft) => {
      await mustRun('go', ['install', '-trimpath', `${module}@${version}`], {
        env: { ...goEnvironment, GOBIN: draft },
      });
    });
    return join(folder, binary);
  }

  /** The program whose pinned Go module lies in a folder below test/conformance; built anew when a file changes. */
  async goBuild(folder: string, binary: string): Promise<string> {
    const source = join(this.root, folder);
    const built = await cached(`go-${basename(folder)}-${folderHash(source)}`, async (draft) => {
      await mustRun('go', ['build', '-trimpath', '-o', join(draft, binary), '.'], { cwd: source, env: goEnvironment });
    });
    return join(built, binary);
  }

  /** A program of Kubernetes itself, built from its Go module: there is no other place it could come from. */
  async kubernetes(binary: KubernetesProgram): Promise<string> {
    const isOfNodes = nodePrograms.some((name) => name === binary);
    const [key, programs] = isOfNodes ? ['kubernetes-node', nodePrograms] : ['kubernetes', kubernetesPrograms];
    const folder = await cached(`${key}-${kubernetesVersion}`, async (draft) => {
      const packages = programs.map((name) => `k8s.io/kubernetes/cmd/${name}`);
      await mustRun('go', ['build', '-trimpath', '-ldflags', versionFlags, '-o', `${draft}/`, ...packages], {
        cwd: join(this.root, 'go'),
        env: goEnvironment,
      });
    });
    return join(folder, binary);
  }

  /** A program of a Python package at a version, in a virtual environment of its own. */
  async pip(name: string, version: string, binary: string): Promise<string> {
    const folder = await cachedInPlace(`pip-${name}-${version}`, async (venv) => {
      await this.python(venv);
      const pip = ['install', '--quiet', '--disable-pip-version-check', `${name}==${version}`];
      await mustRun(join(venv, 'bin', 'pip'), pip);
    });
    return join(folder, 'bin', binary);
  }

  /** A program of Debian's; installed if this machine lacks it. */
  async debian(packageName: string, binary: string): Promise<string> {
    const there = await which(binary);
    if (there) return there;
    await this.aptInstall(packageName);
    const installed = await which(binary);
    if (!installed) throw new Error(`the Debian package ${packageName} has no program ${binary}`);
    return installed;
  }

  /** A file of a Debian package that is no program of the PATH. */
  async debianFile(packageName: string, path: string): Promise<string> {
    if (!existsSync(path)) await this.aptInstall(packageName);
    return path;
  }

  /** Debian's Python comes without venv. */
  private async python(venv: string): Promise<void> {
    const { status } = await run('python3', ['-m', 'venv', venv]);
    if (status === 0) return;
    await this.aptInstall('python3-venv');
    await mustRun('python3', ['-m', 'venv', '--clear', venv]);
  }

  private async aptInstall(packageName: string): Promise<void> {
    this.aptUpdated ??= mustRun('apt-get', ['update', '-q']);
    await this.aptUpdated;
    // Debian starts a server as soon as it is installed, unless this file says no: ours are started here, or not at all.
    const isOurs = !existsSync(servicePolicy);
    if (isOurs) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    try {
      await mustRun('apt-get', ['install', '-q', '-y', '--no-install-recommends', packageName], {
        env: { DEBIAN_FRONTEND: 'noninteractive' },
      });
    } finally {
      if (isOurs) rmSync(servicePolicy, { force: true });
    }
  }
}

export const kubernetesPrograms = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'] as const;
/** Built apart: most parts need no kubelet. */
export const nodePrograms = ['kubelet', 'kube-proxy'] as const;
export type KubernetesProgram = (typeof kubernetesPrograms)[number] | (typeof nodePrograms)[number];

const servicePolicy = '/usr/sbin/policy-rc.d';

const goEnvironment = { CGO_ENABLED: '0', GOWORK: 'off' };
// Without them the server says v0.0.0, and clients misbehave.
const versionPackage = 'k8s.io/component-base/version';
const [major, minor] = kubernetesVersion.split('.');
const versionFlags = [
  '-s -w',
  `-X ${versionPackage}.gitVersion=v${kubernetesVersion}`,
  `-X ${versionPackage}.gitMajor=${major}`,
  `-X ${versionPackage}.gitMinor=${minor}`,
].join(' ');

/** Debian's servers lie in sbin, which an ordinary user's PATH lacks. */
async function which(binary: string): Promise<string | undefined> {
  const { stdout } = await run('sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin" command -v ${binary}`]);
  return stdout.trim() || undefined;
}
