/**
 * Owns where kube-apiserver and etcd come from: $KUBEBUILDER_ASSETS, an earlier build in the user's cache, setup-envtest, or a
 * build from their Go modules, which is made once. How they are started is not its business.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { run } from '../../scripts/lib/process.ts';

const execute = promisify(execFile);

/** The release that is built. Anything from MINIMUM_MINOR on is taken where it is found. */
const RELEASE = '1.36.3';
const MINIMUM_MINOR = 36;

const EXE = process.platform === 'win32' ? '.exe' : '';

/** The programs of a control plane, and how they came to be here. */
export interface Binaries {
  readonly apiserver: string;
  readonly etcd: string;
  readonly from: string;
}

/** Why there are none, and what to do about it. */
export interface NoBinaries {
  readonly obstacle: string;
}

/** Finds the programs, or builds them with the progress given to `note`. Never builds what is there. */
export async function findBinaries(note: (line: string) => void): Promise<Binaries | NoBinaries> {
  const named = process.env.KUBEBUILDER_ASSETS;
  if (named) {
    const found = await accept(named, '$KUBEBUILDER_ASSETS');
    return (
      found ?? {
        obstacle: `$KUBEBUILDER_ASSETS is ${named}, which has no kube-apiserver 1.${MINIMUM_MINOR} or later with an etcd beside it`,
      }
    );
  }
  const cached = await accept(cacheFolder(), 'an earlier build');
  return cached ?? (await fromSetupEnvtest()) ?? (await build(note));
}

/** The folder of our own builds, outside of any checkout, so that every checkout shares it. */
function cacheFolder(): string {
  const base =
    process.platform === 'win32'
      ? (process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : (process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'));
  return join(base, 'netpol-guard', 'envtest', `${RELEASE}-${process.platform}-${process.arch}`);
}

/** The programs in a folder, when both are there and new enough. */
async function accept(folder: string, from: string): Promise<Binaries | null> {
  const [apiserver, etcd] = [join(folder, `kube-apiserver${EXE}`), join(folder, `etcd${EXE}`)];
  if (!existsSync(apiserver) || !existsSync(etcd)) return null;
  const answer = await execute(apiserver, ['--version']).catch(() => null);
  const minor = /v1\.(\d+)\./.exec(answer?.stdout ?? '')?.[1];
  return minor !== undefined && Number(minor) >= MINIMUM_MINOR ? { apiserver, etcd, from } : null;
}

/** What controller-runtime's own tool has, or can fetch where the network lets it. */
async function fromSetupEnvtest(): Promise<Binaries | null> {
  for (const options of [['--installed-only'], []]) {
    const answer = await execute('setup-envtest', ['use', '1.36.x!', ...options, '-p', 'path'], {
      timeout: 120_000,
    }).catch(() => null);
    const found = answer && (await accept(answer.stdout.trim(), 'setup-envtest'));
    if (found) return found;
  }
  return null;
}

async function build(note: (line: string) => void): Promise<Binaries | NoBinaries> {
  const go = await execute('go', ['env', 'GOVERSION']).catch(() => null);
  if (!go) return { obstacle: NEITHER };
  const folder = cacheFolder();
  mkdirSync(join(folder, '..'), { recursive: true });
  const release = await lock(`${folder}.lock`, note);
  try {
    // Whoever held the lock may have built them.
    const meanwhile = await accept(folder, 'an earlier build');
    if (meanwhile) return meanwhile;
    note(
      `Building kube-apiserver ${RELEASE} and etcd with ${go.stdout.trim()}, once, into ${folder}. It takes 10 to 20 minutes.`,
    );
    const draft = `${folder}.${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft);
    for (const { program, main, flags } of PROGRAMS) {
      const started = performance.now();
      const code = await run(
        'go',
        [
          'build',
          '-trimpath',
          '-buildvcs=false',
          '-ldflags',
          `-s -w ${flags}`.trim(),
          '-o',
          join(draft, program + EXE),
          main,
        ],
        {
          cwd: join(import.meta.dirname, 'build', program),
          env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
        },
      );
      if (code !== 0)
        return {
          obstacle: `${program} could not be built: see what go said above, or put the programs where $KUBEBUILDER_ASSETS says`,
        };
      note(`${program} took ${((performance.now() - started) / 1000).toFixed(0)} s.`);
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
    return (
      (await accept(folder, 'a build')) ?? {
        obstacle: `the kube-apiserver that was built in ${folder} does not run`,
      }
    );
  } finally {
    release();
  }
}

const PROGRAMS = [
  { program: 'etcd', main: 'go.etcd.io/etcd/server/v3', flags: '' },
  {
    program: 'kube-apiserver',
    main: 'k8s.io/kubernetes/cmd/kube-apiserver',
    flags: `-X k8s.io/component-base/version.gitVersion=v${RELEASE}`,
  },
] as const;

const NEITHER = `there is no kube-apiserver and nothing to build it with; set KUBEBUILDER_ASSETS to a folder with kube-apiserver 1.${MINIMUM_MINOR} or later and etcd, or install setup-envtest, or install Go 1.26 or later`;

/** Minutes after which a lock is taken to be left over by a build that was killed. */
const STALE_MINUTES = 45;

/** Waits until nobody else builds. The answer gives the lock back. */
async function lock(path: string, note: (line: string) => void): Promise<() => void> {
  for (let told = false; ; told = true) {
    try {
      mkdirSync(path);
      return () => rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!told) note(`Another run is building kube-apiserver (${path}); waiting for it …`);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE_MINUTES * 60_000) rmSync(path, { recursive: true, force: true });
    else await pause(1000);
  }
}
