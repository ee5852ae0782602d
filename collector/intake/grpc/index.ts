/** The door of OTLP over gRPC. */
export { createGrpcIntake, type GrpcIntake, type GrpcIntakeOptions } from './grpc-intake.ts';
export type { GrpcBounds } from './grpc-options.ts';
