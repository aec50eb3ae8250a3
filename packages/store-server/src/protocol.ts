import { createRequire } from 'node:module';
import type * as FeaturesService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import type * as Features from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import type * as Shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import type * as Status from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import type * as StreamsService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import type * as Streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';

/**
 * KurrentDB's v1 protocol, in the generated messages of the client package itself (1.3.1), so that the two sides cannot disagree. They are loaded one
 * by one from the client's own folder, because its entry point would load the whole client, and because google-protobuf must be the very instance
 * that the messages use.
 */
const fromClient = createRequire(createRequire(import.meta.url).resolve('@kurrent/kurrentdb-client'));
const V1 = '../generated/kurrentdb/protocols/v1';

export const { ReadReq, ReadResp, AppendResp, BatchAppendResp, DeleteResp, TombstoneResp }: typeof Streams = fromClient(
  `${V1}/streams_pb.js`,
);
const { StreamsService: clientService }: typeof StreamsService = fromClient(`${V1}/streams_grpc_pb.js`);

/** A response to a read, or its bytes, if several calls get the same one. */
export type ReadResponse = Streams.ReadResp | Buffer;
export const bytesOf = (response: ReadResponse): Buffer =>
  Buffer.isBuffer(response) ? response : Buffer.from(response.serializeBinary());

export const streamsService = { ...clientService, read: { ...clientService.read, responseSerialize: bytesOf } };
export const { SupportedMethod, SupportedMethods }: typeof Features = fromClient(`${V1}/serverfeatures_pb.js`);
export const { ServerFeaturesService: serverFeaturesService }: typeof FeaturesService = fromClient(
  `${V1}/serverfeatures_grpc_pb.js`,
);
export const shared: typeof Shared = fromClient(`${V1}/shared_pb.js`);
export const { Status: RpcStatus }: typeof Status = fromClient(`${V1}/status_pb.js`);
export const { Any }: typeof import('google-protobuf/google/protobuf/any_pb.js') = fromClient(
  'google-protobuf/google/protobuf/any_pb.js',
);
export const { Empty }: typeof import('google-protobuf/google/protobuf/empty_pb.js') = fromClient(
  'google-protobuf/google/protobuf/empty_pb.js',
);
export const { Timestamp }: typeof import('google-protobuf/google/protobuf/timestamp_pb.js') = fromClient(
  'google-protobuf/google/protobuf/timestamp_pb.js',
);

export type { Features, Shared, Streams };
