/** The command line's entry point: the real process wired into the commands. */
import { main } from './cli/main.ts';
import { oldNodeMessage } from './cli/node-version.ts';
import { pleaseReport } from './cli/please-report.ts';
import { packagedPage, webPage } from './files/rule-pages.ts';

const version = process.env.NETPOL_GUARD_VERSION ?? '0.0.0';
const homepage = process.env.NETPOL_GUARD_HOMEPAGE ?? '';
const webPageOf = (ruleId: string) => webPage(homepage, ruleId);

const oldNode = oldNodeMessage(process.versions.node, process.env.NETPOL_GUARD_NODE ?? '0');
if (oldNode) {
  process.stderr.write(`${oldNode}\n`);
  process.exit(2);
}

// Node's own exit code for what nobody catches is 1, which would say that there are findings.
process.on('uncaughtException', (error) => {
  process.stderr.write(`netpol-guard: internal error\n${error.stack}\n${pleaseReport(version)}\n`);
  process.exit(3);
});

// A reader that has seen enough (`| head`) is no failure: what is left to say is dropped.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

void main(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  version,
  now: Date.now,
  docsOf: (ruleId) => webPageOf(ruleId) ?? packagedPage(process.argv[1], ruleId),
  webPageOf,
  serveLsp: async () => (await import('./lsp/stdio.ts')).serve(),
}).then((code) => {
  // Not process.exit: what is still on its way to a pipe would be lost.
  process.exitCode = code;
});
