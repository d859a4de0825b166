// Starts a control plane, says where and with which processes, and waits to be killed.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startControlPlane } from './control-plane.ts';
import { binariesForTests } from './for-tests.ts';

const plane = await startControlPlane(await binariesForTests());
const folder = dirname(plane.kubeconfig('admin'));
const { children } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
console.log(JSON.stringify({ folder, pids: children }));
setInterval(() => {}, 1_000_000);
