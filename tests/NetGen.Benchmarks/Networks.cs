using NetGen;

namespace NetGen.Benchmarks;

/// <summary>LeNet-5.</summary>
[Network]
[Input(1, 28, 28)]
[Conv2D(6, 5, Padding = 2)] [ReLU] [MaxPool2D(2)]
[Conv2D(16, 5)] [ReLU] [MaxPool2D(2)]
[Flatten]
[Dense(120)] [ReLU]
[Dense(84)] [ReLU]
[Dense(10)]
public sealed partial class LeNet;

/// <summary>A multi-layer perceptron that fits the first-level cache.</summary>
[Network]
[Input(28)]
[Dense(32)] [ReLU]
[Dense(32)] [ReLU]
[Dense(10)]
public sealed partial class SmallMlp;

/// <summary>A multi-layer perceptron on 28×28 images.</summary>
[Network]
[Input(784)]
[Dense(128)] [ReLU]
[Dense(10)]
public sealed partial class Mlp;

/// <summary>One convolution and one dense layer.</summary>
[Network]
[Input(1, 28, 28)]
[Conv2D(8, 3)] [ReLU] [MaxPool2D(2)]
[Flatten]
[Dense(10)]
public sealed partial class OneConvolution;

/// <summary>The same with a mean over the map before the dense layer.</summary>
[Network]
[Input(1, 28, 28)]
[Conv2D(8, 3)] [ReLU] [GlobalAvgPool2D]
[Flatten]
[Dense(10)]
public sealed partial class OneConvolutionMean;

/// <summary>A convolution of stride 1, as most are.</summary>
[Network]
[Input(64, 56, 56)]
[Conv2D(64, 3, Padding = 1)] [ReLU]
public sealed partial class Conv3x3;

/// <summary>The same by direct sums.</summary>
[Network(Winograd = false)]
[Input(64, 56, 56)]
[Conv2D(64, 3, Padding = 1)] [ReLU]
public sealed partial class Conv3x3Direct;

/// <summary>A bottleneck's first half.</summary>
[Network]
[Input(256, 56, 56)]
[Conv2D(64, 1)] [ReLU]
public sealed partial class Conv1x1;

/// <summary>A convolution that halves the map.</summary>
[Network]
[Input(128, 28, 28)]
[Conv2D(256, 3, Stride = 2, Padding = 1)] [ReLU]
public sealed partial class Conv3x3Stride2;

/// <summary>ResNet's first layer.</summary>
[Network]
[Input(3, 224, 224)]
[Conv2D(64, 7, Stride = 2, Padding = 3)] [ReLU]
public sealed partial class Conv7x7Stride2;

/// <summary>AlexNet's first layer.</summary>
[Network]
[Input(3, 227, 227)]
[Conv2D(96, 11, Stride = 4)] [ReLU]
public sealed partial class Conv11x11Stride4;

/// <summary>A depthwise convolution of MobileNetV2.</summary>
[Network]
[Input(144, 56, 56)]
[DepthwiseConv2D(3, Padding = 1)] [ReLU6]
public sealed partial class Depthwise3x3;

/// <summary>AlexNet's first dense layer.</summary>
[Network]
[Input(9216)]
[Dense(4096)] [ReLU]
public sealed partial class DenseLayer;

/// <summary>AlexNet with weights of 16 bits.</summary>
[Network(WeightStorage = WeightStorage.BFloat16)]
[Input(3, 224, 224)]
[Conv2D(64, 11, Stride = 4, Padding = 2, Name = "features.0")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(192, 5, Padding = 2, Name = "features.3")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(384, 3, Padding = 1, Name = "features.6")] [ReLU]
[Conv2D(256, 3, Padding = 1, Name = "features.8")] [ReLU]
[Conv2D(256, 3, Padding = 1, Name = "features.10")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Flatten] [Dropout]
[Dense(4096, Name = "classifier.1")] [ReLU] [Dropout]
[Dense(4096, Name = "classifier.4")] [ReLU]
[Dense(1000, Name = "classifier.6")]
public sealed partial class AlexNetBFloat16;

/// <summary>AlexNet with weights of 8 bits.</summary>
[Network(WeightStorage = WeightStorage.Int8)]
[Input(3, 224, 224)]
[Conv2D(64, 11, Stride = 4, Padding = 2, Name = "features.0")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(192, 5, Padding = 2, Name = "features.3")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(384, 3, Padding = 1, Name = "features.6")] [ReLU]
[Conv2D(256, 3, Padding = 1, Name = "features.8")] [ReLU]
[Conv2D(256, 3, Padding = 1, Name = "features.10")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Flatten] [Dropout]
[Dense(4096, Name = "classifier.1")] [ReLU] [Dropout]
[Dense(4096, Name = "classifier.4")] [ReLU]
[Dense(1000, Name = "classifier.6")]
public sealed partial class AlexNetInt8;
