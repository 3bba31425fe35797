/** Every manifest below k8s/ by its path there, as text. */
export function k8sFiles(): Record<string, string>;

/** Everything that is wrong, a line each; empty when the manifests agree with the topology and with each other. */
export function checkK8s(files: Record<string, string>): string[];
