import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cached, cachedInPlace, fileHash, folderHash } from './cache';
import { debianFile, debianProgram, installPackage } from './debian';
import { machineTerraform } from './machine-terraform';
import { mustRun, run } from './run';

/** The one Kubernetes that judges; the same number stands in go/go.mod. */
export const kubernetesVersion = '1.35.4';
/** The one that this Kubernetes is built against; the same number stands in go/go.mod. */
const etcdVersion = '3.6.5';

/** Programs of pinned versions, installed when they are first asked for. Every answer is an absolute path. */
export class Tools {
  /** `root`: the folder test/conformance of the checkout. */
  constructor(private readonly root: string) {}

  /** A program of a Go module at a version: `go install <module>@<version>`; `binary` is its file name. */
  async goInstall(module: string, version: string, binary: string, linkerFlags = ''): Promise<string> {
    const folder = await cached(`go-${binary}-${version}`, async (draft) => {
      await mustRun('go', ['install', '-trimpath', '-ldflags', linkerFlags, `${module}@${version}`], {
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

  /**
   * Prometheus, Alertmanager, and the program that judges what each is told: of the pinned modules in monitoring/, since
   * Debian's are too old for what we configure. Of service discovery there is Kubernetes' alone, as nothing else is asked.
   */
  async monitoring(binary: MonitoringProgram): Promise<string> {
    const [name, programs] = Object.entries(monitoringPrograms).find(([, names]) =>
      names.some((each) => each === binary),
    )!;
    const source = join(this.root, 'monitoring', name);
    const folder = await cached(`go-${name}-${folderHash(source)}`, async (draft) => {
      const packages = programs.map((each) => `github.com/prometheus/${name}/cmd/${each}`);
      const flags = ['-trimpath', '-tags', 'remove_all_sd,enable_kubernetes_sd', '-ldflags', '-s -w'];
      await mustRun('go', ['build', ...flags, '-o', `${draft}/`, ...packages], { cwd: source, env: goEnvironment });
    });
    return join(folder, binary);
  }

  /** The version of one of them, by its module: v0.316.0. */
  monitoringVersion(name: keyof typeof monitoringPrograms): string {
    const text = readFileSync(join(this.root, 'monitoring', name, 'go.mod'), 'utf8');
    return new RegExp(`github\\.com/prometheus/${name} (v\\S+)`).exec(text)?.[1] ?? '';
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

  /** The store of the API server, from the same module as Kubernetes: the version that it is released with. */
  async etcd(): Promise<string> {
    const folder = await cached(`etcd-${etcdVersion}`, async (draft) => {
      const words = ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(draft, 'etcd'), 'go.etcd.io/etcd/server/v3'];
      await mustRun('go', words, { cwd: join(this.root, 'go'), env: goEnvironment });
    });
    return join(folder, 'etcd');
  }

  /**
   * Signatory as it is released, and the program that judges it, of one pinned module; both need a C compiler. Not by
   * `go install`, which asks the module proxy for a list of versions that it does not have.
   */
  async signatory(): Promise<{ programs: { signatory: string; judge: string }; version: string }> {
    const source = join(this.root, 'kms', 'go');
    const module = 'github.com/ecadlabs/signatory';
    const folder = await cached(`go-signatory-${folderHash(source)}`, async (draft) => {
      await this.debian('gcc', 'gcc');
      await this.debianFile('libc6-dev', '/usr/include/stdlib.h');
      const words = ['build', '-trimpath', '-ldflags', '-s -w', '-o', `${draft}/`, '.', `${module}/cmd/signatory`];
      await mustRun('go', words, { cwd: source, env: { ...goEnvironment, CGO_ENABLED: '1' } });
    });
    const [, version = ''] = new RegExp(`${module} (v\\S+)`).exec(readFileSync(join(source, 'go.mod'), 'utf8')) ?? [];
    const programs = { signatory: join(folder, 'signatory'), judge: join(folder, 'signatory-judge') };
    return { programs, version };
  }

  /**
   * The machine's, if it is of a supported version, else the newest that the Go module proxy can give whole: later ones
   * are several modules, of which it has one. `alone`: as of `run`.
   */
  async terraform(alone: string): Promise<string> {
    const there = await machineTerraform(alone);
    const flags = '-s -w -X github.com/hashicorp/terraform/version.dev=no';
    return there ?? this.goInstall('github.com/hashicorp/terraform', 'v1.8.5', 'terraform', flags);
  }

  /**
   * A program of a Python package at a version, in a virtual environment of its own. What the package needs is pinned
   * in python/<package>.txt: made by `pip freeze`, on purpose, when the version is changed.
   */
  async pip(name: string, version: string, binary: string): Promise<string> {
    const pins = join(this.root, 'python', `${name}.txt`);
    const python = await this.pythonVersion();
    const key = `pip-${name}-${version}-python-${python}-${fileHash(pins)}`;
    const folder = await cachedInPlace(key, async (venv) => {
      await makeVenv(venv);
      const pip = ['install', '--quiet', '--disable-pip-version-check', '-c', pins, `${name}==${version}`];
      await mustRun(join(venv, 'bin', 'pip'), pip);
    });
    return join(folder, 'bin', binary);
  }

  /** The one that the machine has: there is no registry that Python itself could come from. */
  async pythonVersion(): Promise<string> {
    const { stdout } = await mustRun('python3', ['-c', 'import platform; print(platform.python_version())']);
    return stdout.trim();
  }

  /** A program of Debian's; installed if this machine lacks it. */
  debian(packageName: string, binary: string): Promise<string> {
    return debianProgram(packageName, binary);
  }

  /** A file of a Debian package that is no program of the PATH. */
  debianFile(packageName: string, path: string): Promise<string> {
    return debianFile(packageName, path);
  }
}

/** Programs of the modules in monitoring/, by module. */
const monitoringPrograms = {
  prometheus: ['prometheus', 'promtool'],
  alertmanager: ['alertmanager', 'amtool'],
} as const;
export type MonitoringProgram = (typeof monitoringPrograms)[keyof typeof monitoringPrograms][number];

/** Debian's Python comes without venv. */
async function makeVenv(venv: string): Promise<void> {
  const { status } = await run('python3', ['-m', 'venv', venv]);
  if (status === 0) return;
  await installPackage('python3-venv');
  await mustRun('python3', ['-m', 'venv', '--clear', venv]);
}

export const kubernetesPrograms = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'] as const;
/** Built apart: most parts need no kubelet. */
export const nodePrograms = ['kubelet', 'kube-proxy'] as const;
export type KubernetesProgram = (typeof kubernetesPrograms)[number] | (typeof nodePrograms)[number];

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
