extern alias netgen;

// What a user's source says of layers, for the networks that parity is tested with.
global using Block = netgen::NetGen.Block;
global using Comparison = netgen::NetGen.Comparison;
global using ElementwiseOperator = netgen::NetGen.ElementwiseOperator;
global using Param = netgen::NetGen.Param;
global using UpsampleMode = netgen::NetGen.UpsampleMode;
