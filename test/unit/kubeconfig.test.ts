// Which kubeconfig files count, what they say together, and what is said of those that cannot be used.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, suite, test } from 'node:test';
import { kubeconfigFiles, pathIn, pluginOf, readKubeconfig } from '../../server/src/cluster/kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'netpol-guard-kubeconfig-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

suite('which files', () => {
  test('all of KUBECONFIG, without empty parts and without repeating one', () => {
    const KUBECONFIG = ['', join(folder, 'a'), join(folder, 'b'), join(folder, 'a')].join(delimiter);
    assert.deepEqual(kubeconfigFiles([], { KUBECONFIG }), [join(folder, 'a'), join(folder, 'b')]);
  });
  test('the setting takes the place of KUBECONFIG, and may start with ~', () => {
    assert.deepEqual(kubeconfigFiles(['~/mine'], { KUBECONFIG: '/c' }), [join(homedir(), 'mine')]);
  });
  test('without either, the one in the home folder', () => {
    assert.deepEqual(kubeconfigFiles([], {}), [join(homedir(), '.kube', 'config')]);
  });
});

suite('what they say', () => {
  test('of two entries with one name the first counts, and nothing is written', () => {
    const first = file(
      'first',
      'current-context: a\ncontexts: [{ name: a, context: { cluster: one, user: u } }]\n',
    );
    const text = `current-context: b
contexts:
- name: a
  context: { cluster: two }
- name: b
  context: { cluster: two, user: v, namespace: here }
users:
- name: u
  user: { exec: { command: ./sign-in } }
`;
    const second = file('second', text);
    const config = readKubeconfig([first, join(folder, 'missing'), second]);
    assert.deepEqual(config.contexts, [
      { name: 'a', cluster: 'one', user: 'u', namespace: null },
      { name: 'b', cluster: 'two', user: 'v', namespace: 'here' },
    ]);
    assert.deepEqual([config.current, config.problems], ['a', []]);
    const user = config.users.get('u');
    assert.equal(pluginOf(user), './sign-in');
    assert.equal(
      user && pathIn(user, 'certificate'),
      join(folder, 'certificate'),
      'relative to its own file',
    );
    assert.equal(readFileSync(second, 'utf8'), text);
  });

  test('a program of the old kind of provider is one, too', () => {
    const text =
      'users: [{ name: u, user: { auth-provider: { name: gcp, config: { cmd-path: /bin/gcloud } } } }]';
    assert.equal(pluginOf(readKubeconfig([file('gcp', text)]).users.get('u')), '/bin/gcloud');
  });

  test('a file that is broken is named, and the others still count', () => {
    const broken = file('broken', 'apiVersion: v1\nusers: [{ token: very-secret\n');
    const good = file('good', 'contexts: [{ name: a, context: {} }]\n');
    const { contexts, problems } = readKubeconfig([broken, good]);
    assert.equal(contexts.length, 1);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /broken is broken: line \d+ is not valid YAML\. Repair it/);
    assert.doesNotMatch(problems[0] ?? '', /very-secret/);
  });

  test('no file at all, one that is none, and an empty one', () => {
    assert.match(readKubeconfig([join(folder, 'x')]).problems.join(), /no kubeconfig: .*x does not exist/);
    assert.match(readKubeconfig([file('list', '- a')]).problems.join(), /is not one/);
    assert.deepEqual(readKubeconfig([file('empty', '')]).problems, []);
  });

  test('entries without a name, or of the wrong shape, are passed over', () => {
    const odd = file(
      'odd',
      'contexts: [1, { context: {} }, { name: x }, { name: z, context: 3 }]\nusers: 7\n',
    );
    assert.deepEqual(
      readKubeconfig([odd]).contexts.map(({ name }) => name),
      ['x', 'z'],
    );
  });
});
