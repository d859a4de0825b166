// What a person sees and does in the editor, with the packaged extension installed as a user installs it.
import { after, before, type TestContext, test } from 'node:test';
import { packageExtension } from '../../scripts/package.ts';
import { startWorkbench, type Workbench } from './harness.ts';

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
`;

let workbench: Workbench;

before(async () => {
  workbench = await startWorkbench({ vsix: await packageExtension(), files: { 'k8s/policy.yaml': policy } });
});
after(() => workbench?.stop());

/** A UI test that leaves a picture of what went wrong. */
function ui(name: string, run: () => Promise<void>): void {
  test(name, async (t: TestContext) => {
    try {
      await run();
    } catch (error) {
      await workbench.screenshot(`failed-${t.name.replaceAll(/\W+/g, '-')}`);
      throw error;
    }
  });
}

ui('a policy opens and the extension shows that it runs', async () => {
  const editor = await workbench.open('k8s/policy.yaml');
  await editor.locator('.view-line', { hasText: 'NetworkPolicy' }).waitFor();
  await workbench.status('NetworkPolicy Guard').waitFor();
  await workbench.screenshot('policy-open');
});
