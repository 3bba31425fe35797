import { describe, expect, it } from '@jest/globals';
import { PARTITIONS } from '@wardstream/events';
import { checkK8s, k8sFiles } from './check-k8s.mjs';

/** The manifests with one text replaced; fails if there was nothing to replace. */
function changed(path: string, from: string | RegExp, to: string): Record<string, string> {
  const files = k8sFiles();
  const text = files[path]?.replace(from, to);
  expect(text).toBeDefined();
  expect(text).not.toBe(files[path]);
  return { ...files, [path]: text! };
}

describe('k8s', () => {
  it('agrees with what npm run stack starts', () => {
    expect(checkK8s(k8sFiles())).toEqual([]);
  });

  it.each<[string, string, string | RegExp, string, RegExp]>([
    [
      'a variable that is missing',
      'base/admissions.yaml',
      /\n\s+- name: WARDSTREAM_MLLP_PORT\n.*/,
      '',
      /^admissions: WARDSTREAM_MLLP_PORT is missing/,
    ],
    [
      'another database',
      'base/board.yaml',
      'key: board',
      'key: alerting',
      /^board: DATABASE_URL is secret wardstream-databases alerting/,
    ],
    [
      'a secret in the clear',
      'base/board.yaml',
      /valueFrom: { secretKeyRef: { name: wardstream-auth, key: secret } }/,
      'value: hunter2',
      /^board: WARDSTREAM_AUTH_SECRET/,
    ],
    [
      'a setting nobody makes',
      'base/kustomization.yaml',
      '- traces=off',
      '- spans=off',
      /nothing makes wardstream\/traces/,
    ],
    ['another port', 'base/alerting.yaml', 'containerPort: 8085', 'containerPort: 8086', /^alerting: ports/],
    ['a Service on another port', 'base/alerting.yaml', 'port: 8085', 'port: 80', /^alerting: its Services offer/],
    ['no readiness probe', 'base/alerting.yaml', 'readinessProbe', 'livenessProbe2', /^alerting: probes ask/],
    [
      'a budget that misses its pods',
      'base/board.yaml',
      /(kind: PodDisruptionBudget[^]*matchLabels: { app.kubernetes.io\/name: )board/,
      '$1boards',
      /^board: a selector/,
    ],
    [
      'the lag of another group',
      'base/alerting.yaml',
      'consumerGroup: alerting',
      'consumerGroup: alertings',
      /^alerting: scales on the lag of alertings/,
    ],
    [
      'the lag of a group that it is no member of',
      'base/board.yaml',
      '    - type: cpu',
      '    - type: kafka\n      metadata:\n        consumerGroup: board\n    - type: cpu',
      /^board: scales on the lag of a group that it is no member of/,
    ],
    [
      'more replicas than partitions',
      'base/board.yaml',
      `maxReplicaCount: ${PARTITIONS}`,
      `maxReplicaCount: ${PARTITIONS + 1}`,
      /^board: more replicas/,
    ],
    [
      'a writable root',
      'base/board.yaml',
      'readOnlyRootFilesystem: true',
      'readOnlyRootFilesystem: false',
      /^board: its pod has more rights/,
    ],
    ['a file that is left out', 'base/kustomization.yaml', '  - alerting.yaml\n', '', /^base\/alerting.yaml: not in/],
    [
      'a patch of nothing',
      'overlays/production/hospital-file.yaml',
      'name: bed-management',
      'name: bed-manager',
      /patches what is not there/,
    ],
    [
      'an image of nothing',
      'overlays/production/kustomization.yaml',
      'name: wardstream/board,',
      'name: wardstream/boards,',
      /gives images for/,
    ],
    [
      'a setting of nothing',
      'overlays/production/kustomization.yaml',
      'traces=otlp',
      'spans=otlp',
      /sets wardstream\/spans/,
    ],
  ])('is refused with %s', (_what, path, from, to, fault) => {
    expect(checkK8s(changed(path, from, to))).toContainEqual(expect.stringMatching(fault));
  });
});
