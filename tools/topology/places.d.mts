import type { DescribedService, TopologyPlace } from '../../deploy/topology.d.mts';

type Placed = Pick<DescribedService, 'name' | 'database' | 'httpPort' | 'mllpPort'>;

/** Inside the Compose network. */
export function composePlace(services: readonly Placed[]): TopologyPlace;

/** In a cluster: of what a Secret or the ConfigMap holds the value is `secret NAME KEY` or `config NAME KEY`. */
export function clusterPlace(services: readonly Placed[]): TopologyPlace;
