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

/// <summary>AlexNet as torchvision has it, in PyTorch's default names.</summary>
[Network]
[Input(3, 224, 224)]
[Conv2D(64, 11, Stride = 4, Padding = 2)] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(192, 5, Padding = 2)] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(384, 3, Padding = 1)] [ReLU]
[Conv2D(256, 3, Padding = 1)] [ReLU]
[Conv2D(256, 3, Padding = 1)] [ReLU] [MaxPool2D(3, Stride = 2)]
[Flatten]
[Dense(4096)] [ReLU]
[Dense(4096)] [ReLU]
[Dense(1000)]
public sealed partial class AlexNet;
