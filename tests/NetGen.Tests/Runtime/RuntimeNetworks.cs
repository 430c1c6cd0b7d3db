namespace NetGen.Tests.Runtime;

/// <summary>Layers that threads share along each of the axes they can, and layers that they do not.</summary>
[Network]
[Input(3, 61, 59)]
[Conv2D(40, 7, Stride = 2, Padding = 3)] [ReLU]
[MaxPool2D(3, Stride = 2, Padding = 1)]
[Conv2D(40, 3, Padding = 1, Name = "a")] [ReLU]
[Conv2D(40, 3, Padding = 1)] [Add("a")] [ReLU]
[LocalResponseNorm(5)]
[DepthwiseConv2D(5, Padding = 2)] [HardSwish]
[Conv2D(96, 1)] [SiLU]
[Conv2D(130, 3, Stride = 2, Padding = 1)] [LeakyReLU(0.1)]
[Conv2D(120, 3, Padding = 1, Groups = 2)]
[AvgPool2D(3, Stride = 2, CeilMode = true)]
[Flatten]
[Dense(600)] [ReLU]
[Dense(10)] [Softmax]
public sealed partial class SharedLayers;

/// <summary>One large map, so that Winograd's blocks are many and are dealt out.</summary>
[Network]
[Input(16, 150, 230)]
[Conv2D(16, 3, Padding = 1)] [ReLU]
[Conv2D(16, 5, Padding = 2)]
[GlobalMaxPool2D]
public sealed partial class ManyBlocks;

/// <summary>An image of which two threads transform a band of rows each, and the bands overlap.</summary>
[Network]
[Input(5, 9, 102)]
[Conv2D(8, 3, 7)] [ReLU]
[Conv2D(4, 1)]
public sealed partial class OverlappingBands;

/// <summary>Dense layers, some narrow enough for partial sums.</summary>
[Network]
[Input(75)]
[Dense(200)] [ReLU]
[Dense(33, Name = "narrow")] [Tanh]
[Dense(33)] [Add("narrow")] [GELU]
[Dense(7)] [LogSoftmax]
public sealed partial class Perceptron;

/// <summary>Two results of a sample.</summary>
[Network]
[Input(20)]
[Dense(11, Name = "trunk")] [ReLU(Name = "features")]
[Dense(5, Name = "left")]
[Dense(3, From = "features", Name = "right")]
[Output("left")] [Output("right")]
public sealed partial class TwoHeads;

/// <summary>Weights as they were loaded.</summary>
[Network(Winograd = false)]
[Input(3, 33, 33)]
[Conv2D(30, 3, Padding = 1)] [ReLU]
[Conv2D(36, 1)] [ReLU]
[Conv2D(24, 3, Stride = 2)] [ReLU]
[Flatten]
[Dense(50)] [ReLU]
[Dense(10)]
public sealed partial class FullWeights;

/// <summary>The same with weights of 16 bits.</summary>
[Network(Winograd = false, WeightStorage = WeightStorage.BFloat16)]
[Input(3, 33, 33)]
[Conv2D(30, 3, Padding = 1)] [ReLU]
[Conv2D(36, 1)] [ReLU]
[Conv2D(24, 3, Stride = 2)] [ReLU]
[Flatten]
[Dense(50)] [ReLU]
[Dense(10)]
public sealed partial class HalfWeights;

/// <summary>The same with weights of 8 bits.</summary>
[Network(Winograd = false, WeightStorage = WeightStorage.Int8)]
[Input(3, 33, 33)]
[Conv2D(30, 3, Padding = 1)] [ReLU]
[Conv2D(36, 1)] [ReLU]
[Conv2D(24, 3, Stride = 2)] [ReLU]
[Flatten]
[Dense(50)] [ReLU]
[Dense(10)]
public sealed partial class QuarterWeights;

/// <summary>LeNet-5 with weights of 16 bits.</summary>
[Network(WeightStorage = WeightStorage.BFloat16)]
[Input(1, 28, 28)]
[Conv2D(6, 5, Padding = 2)] [ReLU] [MaxPool2D(2)]
[Conv2D(16, 5)] [ReLU] [MaxPool2D(2)]
[Flatten]
[Dense(120)] [ReLU]
[Dense(84)] [ReLU]
[Dense(10)]
public sealed partial class LeNetHalfWeights;

/// <summary>LeNet-5 with weights of 8 bits.</summary>
[Network(WeightStorage = WeightStorage.Int8)]
[Input(1, 28, 28)]
[Conv2D(6, 5, Padding = 2)] [ReLU] [MaxPool2D(2)]
[Conv2D(16, 5)] [ReLU] [MaxPool2D(2)]
[Flatten]
[Dense(120)] [ReLU]
[Dense(84)] [ReLU]
[Dense(10)]
public sealed partial class LeNetQuarterWeights;

/// <summary>LeNet-5 on integers.</summary>
[Network(Precision = Precision.Int8, Winograd = false)]
[Input(1, 28, 28)]
[Conv2D(6, 5, Padding = 2)] [ReLU] [MaxPool2D(2)]
[Conv2D(16, 5)] [ReLU] [MaxPool2D(2)]
[Flatten]
[Dense(120)] [ReLU]
[Dense(84)] [ReLU]
[Dense(10)]
public sealed partial class LeNetIntegers;

/// <summary>Integers from layer to layer: a residual connection, a depthwise convolution, and padding with what stands for zero.</summary>
[Network(Precision = Precision.Int8, Winograd = false)]
[Input(16, 9, 9)]
[Conv2D(24, 3, Padding = 1, Name = "first")] [BatchNorm2D] [Tanh(Name = "signed")]
[Conv2D(24, 3, Padding = 1)] [LeakyReLU] [Conv2D(24, 1)] [Add("signed")] [ReLU]
[DepthwiseConv2D(3, Padding = 1)] [ReLU6] [Conv2D(20, 1)]
[GlobalAvgPool2D] [Flatten] [Dense(7)]
public sealed partial class IntegerChain;
