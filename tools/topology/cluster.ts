import { environmentOf, topologyOf, type TopologyService } from '@wardstream/deploy/topology';
import { PARTITIONS } from '@wardstream/events';
import type { ServiceDescription } from './description.ts';
import { clusterPlace } from './places.mjs';

/** The manifests of one service, by its file in k8s/base. */
export function clusterManifests(described: readonly ServiceDescription[]): Map<string, string> {
  const place = clusterPlace(described);
  return new Map(
    topologyOf(described).map((service, i) => {
      const description = described[i]!;
      const documents = [
        deployment(service, description, environmentOf(service, place)),
        httpService(service),
        ...(service.mllpPort === undefined ? [] : [mllpService(service, service.mllpPort)]),
        ...networkPolicies(service),
        disruptionBudget(service),
        scaledObject(description),
      ];
      return [`${service.name}.yaml`, documents.map((document) => document.trim()).join('\n---\n') + '\n'];
    }),
  );
}

const metadata = (name: string, kind = name): string => `metadata:
  name: ${kind}
  labels: { app.kubernetes.io/name: ${name} }`;

/** Why a service is given what is no mere address. */
const remarks: Readonly<Record<string, string>> = {
  WARDSTREAM_TRUSTED_PROXIES: "The origin's pods; the network policies let nobody else in over HTTP.",
};

const references: Readonly<Record<string, string>> = { secret: 'secretKeyRef', config: 'configMapKeyRef' };

function variable([name, value]: readonly [string, string]): string {
  const [source, of, key] = value.split(' ');
  const remark = remarks[name] === undefined ? '' : `            # ${remarks[name]}\n`;
  const from = references[source!];
  const given =
    from === undefined
      ? `value: ${/^\d+$/.test(value) ? `'${value}'` : value}`
      : `valueFrom: { ${from}: { name: ${of}, key: ${key} } }`;
  return `${remark}            - name: ${name}\n              ${given}`;
}

function deployment(
  { name, httpPort, mllpPort, origin }: TopologyService,
  { summary, memory }: ServiceDescription,
  environment: Readonly<Record<string, string>>,
): string {
  return `
# ${summary}
# Written by npm run topology.
apiVersion: apps/v1
kind: Deployment
${metadata(name)}
spec:
  # KEDA sets the number of replicas; see the ScaledObject below.
  revisionHistoryLimit: 5
  selector:
    matchLabels: { app.kubernetes.io/name: ${name} }
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  template:
    metadata:
      labels: { app.kubernetes.io/name: ${name} }
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      # Longer than a service takes to drain what it has begun.
      terminationGracePeriodSeconds: 45
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        seccompProfile: { type: RuntimeDefault }
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: { app.kubernetes.io/name: ${name} }
      containers:
        - name: service
          image: wardstream/${name}
          ports:
            - name: http
              containerPort: ${httpPort}${mllpPort === undefined ? '' : `\n            - name: mllp\n              containerPort: ${mllpPort}`}
          env:
${Object.entries(environment).map(variable).join('\n')}
          startupProbe:
            httpGet: { path: /health/live, port: http }
            periodSeconds: 2
            failureThreshold: 60
          livenessProbe:
            httpGet: { path: /health/live, port: http }
            periodSeconds: 10
            timeoutSeconds: 3
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: ${origin ? '/health/ready/own' : '/health/ready'}, port: http }
            periodSeconds: 5
            timeoutSeconds: 4
            failureThreshold: 2
          resources:
            requests: { cpu: 250m, memory: ${memory}Mi }
            limits: { memory: ${memory * 2}Mi }
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          volumeMounts:
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: tmp
          emptyDir: {}`;
}

const httpService = ({ name, httpPort }: TopologyService): string => `
apiVersion: v1
kind: Service
${metadata(name)}
spec:
  selector: { app.kubernetes.io/name: ${name} }
  ports:
    - name: http
      port: ${httpPort}
      targetPort: http`;

const mllpService = ({ name }: TopologyService, port: number): string => `
# Hospitals' interface engines connect here; a connection stays open for days.
apiVersion: v1
kind: Service
${metadata(name, `${name}-mllp`)}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector: { app.kubernetes.io/name: ${name} }
  ports:
    - name: mllp
      port: ${port}
      targetPort: mllp`;

const disruptionBudget = ({ name }: TopologyService): string => `
apiVersion: policy/v1
kind: PodDisruptionBudget
${metadata(name)}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: { app.kubernetes.io/name: ${name} }`;

function lagTrigger(group: string, topic?: string): string {
  return `
    - type: kafka
      metadata:
        bootstrapServersFromEnv: KAFKA_BROKERS
        consumerGroup: ${group}${topic === undefined ? '' : `\n        topic: ${topic}`}
        lagThreshold: '500'
        offsetResetPolicy: earliest`;
}

const processorTrigger = `
    - type: cpu
      metricType: Utilization
      metadata:
        value: '70'`;

function scaledObject({ name, follows, otherGroups, scalesByProcessor }: ServiceDescription): string {
  const remark = follows
    ? '# It is in no consumer group, so there is no lag to scale on.'
    : '# More replicas while the consumer group is behind; never more than there are partitions to share.';
  const triggers = [
    ...(follows ? [] : [lagTrigger(name)]),
    ...otherGroups.map(({ group, topic }) => lagTrigger(group, topic)),
    ...(scalesByProcessor ? [processorTrigger] : []),
  ];
  return `
${remark}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
${metadata(name)}
spec:
  scaleTargetRef:
    name: ${name}
    envSourceContainerName: service
  minReplicaCount: 2
  maxReplicaCount: ${PARTITIONS}
  pollingInterval: 15
  cooldownPeriod: 300
  triggers:${triggers.join('')}`;
}

/** What is let in beside the services themselves (network-policies.yaml). */
function networkPolicies({ name, origin, mllpPort }: TopologyService): string[] {
  return [
    ...(origin ? [fromOutside(`${name}-from-outside`, name, 'http')] : []),
    ...(mllpPort === undefined ? [] : [fromOutside('mllp-from-outside', name, 'mllp')]),
  ];
}

const fromOutside = (policy: string, name: string, port: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${policy}
spec:
  podSelector:
    matchLabels: { app.kubernetes.io/name: ${name} }
  policyTypes: [Ingress]
  ingress:
    - ports:
        - port: ${port}`;
