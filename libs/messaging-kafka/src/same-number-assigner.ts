import { groupedShares } from './grouped-shares.js';
import kafkajs, { type PartitionAssigner } from 'kafkajs';

const { MemberMetadata, MemberAssignment } = kafkajs.AssignerProtocol;

/**
 * Gives a member the same partition numbers of all topics. kafkajs's own assigner deals topic partitions out one by one,
 * so that one hospital's events of two topics would be handled by two processes at the same time.
 */
export const sameNumberAssigner: PartitionAssigner = ({ cluster }) => ({
  name: 'WardstreamSameNumber',
  version: 1,
  async assign({ members, topics }) {
    const partitions = new Map(
      topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)]),
    );
    const memberIds = members.map(({ memberId }) => memberId);
    return groupedShares(memberIds, partitions).map(({ memberId, assignment }) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({ version: this.version, assignment, userData: Buffer.alloc(0) }),
    }));
  },
  protocol({ topics }) {
    return {
      name: this.name,
      metadata: MemberMetadata.encode({ version: this.version, topics, userData: Buffer.alloc(0) }),
    };
  },
});
